"""Clients of the emulator."""

from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

ACCOUNT = "123456789012"
REGION = "ap-northeast-1"

Aws = Callable[..., Any]

_SETTINGS = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"total_max_attempts": 1},  # a failure on loopback is a failure
    max_pool_connections=20,
    proxies={},
    inject_host_prefix=False,  # sync-127.0.0.1 is no address
)


def clients_of(endpoint: str) -> Aws:
    """Return what makes a client for a service, in a region and an account."""
    # What it has read of a service serves all accounts.
    session = boto3.session.Session()

    @cache
    def aws(service: str, region: str = REGION, account: str = ACCOUNT) -> Any:
        return session.client(
            service,
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=account,  # twelve digits: the emulator uses them as the account
            aws_secret_access_key="any",  # noqa: S106
            config=_SETTINGS,
        )

    return aws

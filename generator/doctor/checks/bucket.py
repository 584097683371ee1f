"""Whether the templates are where Service Catalog and StackSets read them.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.cloudformation.limits import LARGEST_INLINE
from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_BY_HOST = re.compile(r"https://(?P<bucket>.+?)\.s3[.-][^/]*?amazonaws\.com[^/]*/(?P<key>.*)")
_BY_PATH = re.compile(r"https://s3[.-][^/]*?amazonaws\.com[^/]*/(?P<bucket>[^/]+)/?(?P<key>.*)")


def _run(case: Case) -> Iterator[Outcome]:
    catalog = case.settings.deployment.service_catalog
    address = catalog.template_base_url if catalog else ""
    place = _BY_PATH.match(address) or _BY_HOST.match(address)
    if place:
        yield from _uploaded(case, place["bucket"], place["key"])
    elif case.planned.size > LARGEST_INLINE:
        yield fine(
            f"{case.planned.name} has {case.planned.size:,} bytes: upload it in the console, or"
            " name a bucket on the command line (--s3-bucket).",
            f"{case.planned.name} は {case.planned.size:,} バイトです。コンソールでアップ"
            "ロードするか、コマンドラインでバケットを指定してください (--s3-bucket)。",
        )


def _uploaded(case: Case, bucket: str, folder: str) -> Iterator[Outcome]:
    key = f"{folder.strip('/')}/standalone.yaml".lstrip("/")
    if _exists(case, bucket, key):
        yield fine(
            f"The templates are in s3://{bucket}.", f"テンプレートは s3://{bucket} にあります。"
        )
        return
    yield fails(
        Said(f"s3://{bucket}/{key} does not exist.", f"s3://{bucket}/{key} は存在しません。"),
        Said(
            "Upload the rendered templates there (DEPLOY-service-catalog.md).",
            "生成したテンプレートをアップロードしてください (DEPLOY-service-catalog.md)。",
        ),
    )


def _exists(case: Case, bucket: str, key: str) -> bool:
    """Whether an object is there: listed, since reading it needs more rights than that."""
    try:
        answer = case.aws.answer("s3", "ListObjectsV2", most=1, Bucket=bucket, Prefix=key)
    except Refusal as refusal:
        if refusal.code != "NoSuchBucket":
            raise
        return False
    return any(each["Key"] == key for each in answer.get("Contents", []))


CHECK = Check(
    name="bucket",
    group="deployment",
    question=Said("Are the templates uploaded?", "テンプレートはアップロードされていますか。"),
    calls=frozenset({"s3:ListObjectsV2"}),
    when="before",
    run=_run,
    decisive=False,
)

"""Whether the templates are where Service Catalog and StackSets read them.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.cloudformation.limits import LARGEST_INLINE
from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.refusals import Refusal
from generator.templates.service_catalog import BASE_URL, file_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_BY_HOST = re.compile(r"https://(?P<bucket>.+?)\.s3[.-][^/]*?amazonaws\.com[^/]*/?(?P<key>.*)")
_BY_PATH = re.compile(r"https://s3[.-][^/]*?amazonaws\.com[^/]*/(?P<bucket>[^/]+)/?(?P<key>.*)")


def _run(case: Case) -> Iterator[Outcome]:
    catalog = case.settings.deployment.service_catalog
    address = case.planned.values.get(BASE_URL) or (catalog.template_base_url if catalog else "")
    place = _BY_PATH.match(str(address)) or _BY_HOST.match(str(address))
    if catalog and place:
        folder = place["key"].strip("/")
        keys = [f"{folder}/{version}/{file_of(catalog)}" for version in catalog.versions]
        yield _uploaded(case, place["bucket"], [key.lstrip("/") for key in keys])
    elif case.planned.size > LARGEST_INLINE:
        yield fine(
            f"{case.planned.name} has {case.planned.size:,} bytes: upload it in the console, or"
            " name a bucket on the command line (--s3-bucket).",
            f"{case.planned.name} は {case.planned.size:,} バイトです。"
            "コンソールでアップロードするか、コマンドラインでバケットを"
            "指定してください (--s3-bucket)。",
        )


def _uploaded(case: Case, bucket: str, keys: list[str]) -> Outcome:
    missing = [f"s3://{bucket}/{key}" for key in keys if not _exists(case, bucket, key)]
    if not missing:
        return fine(
            f"The templates of all versions are in s3://{bucket}.",
            f"すべてのバージョンのテンプレートは s3://{bucket} にあります。",
        )
    names = ", ".join(missing)
    return fails(
        Said(f"These templates do not exist: {names}.", f"テンプレートがありません: {names}。"),
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

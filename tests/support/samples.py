"""Findings of ours that have all that messages show, or nothing."""

from __future__ import annotations

from typing import Any

CONTROL: dict[str, Any] = {
    "SchemaVersion": "2018-10-08",
    "Id": "arn:aws:securityhub:eu-west-1:111122223333:security-control/S3.8/finding/0a1b2c3d",
    "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
    "ProductName": "Security Hub",
    "CompanyName": "AWS",
    "Region": "eu-west-1",
    "GeneratorId": "security-control/S3.8",
    "AwsAccountId": "111122223333",
    "AwsAccountName": "shop-prod",
    "FirstObservedAt": "2026-11-23T21:20:09.123Z",
    "CreatedAt": "2026-11-23T21:20:09.123Z",
    "Severity": {"Label": "HIGH", "Normalized": 70},
    "Title": "S3 general purpose buckets should block public access",
    "Description": "This control checks whether a bucket blocks public access.",
    "Remediation": {
        "Recommendation": {
            "Text": "For how to correct this, consult the documentation of the control.",
            "Url": "https://docs.aws.amazon.com/console/securityhub/S3.8/remediation",
        }
    },
    "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::shop_logs_2026"}],
    "Compliance": {
        "Status": "FAILED",
        "SecurityControlId": "S3.8",
        "AssociatedStandards": [
            {"StandardsId": "standards/aws-foundational-security-best-practices/v/1.0.0"},
            {"StandardsId": "ruleset/cis-aws-foundations-benchmark/v/1.2.0"},
        ],
    },
    "Workflow": {"Status": "NEW"},
    "RecordState": "ACTIVE",
}
STANDARDS = (
    "aws-foundational-security-best-practices v1.0.0",
    "cis-aws-foundations-benchmark v1.2.0",
)
"""The standards of CONTROL, as messages name them."""
THREAT: dict[str, Any] = {
    "Id": "arn:aws:guardduty:eu-west-1:111122223333:detector/aa/finding/bb",
    "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/guardduty",
    "AwsAccountId": "111122223333",
    "Severity": {"Normalized": 95},
    "Title": "A role was used from an address on a threat list.",
    "CreatedAt": "2026-11-23T21:20:09+09:00",
    "Resources": [{"Type": "AwsIamAccessKey", "Id": "k1"}, {"Type": "AwsEc2Instance", "Id": "i2"}],
    "SourceUrl": "https://eu-west-1.console.aws.amazon.com/guardduty/home?region=eu-west-1#/x",
}
EMPTY: list[Any] = [None, "", " ", [], {}, [None], "\n"]

"""The kinds of single values of a params file, each with what to say when one is not.

Patterns and lengths are those of the resource schemas that cfn-lint ships, unless noted.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StrictBool, StrictInt

from generator.params import choices as c

ACCOUNT = r"^[0-9]{12}$"
ACCOUNT_OR_WILDCARD = r"^(?:[0-9]{12}|(?=.*\*)(?!.*\*\*)[0-9*]{1,12})$"
REGION = r"^[a-z]{2,4}(?:-[a-z]+)+-[0-9]+$"
REGION_OR_WILDCARD = r"^(?:[a-z]{2,4}(?:-[a-z]+)+-[0-9]+|(?=.*\*)(?!.*\*\*)[a-z0-9*-]+)$"
ROUTE_OR_CHANNEL = r"^[a-z][a-z0-9-]*$"
DEPLOYMENT_NAME = r"^[A-Za-z][A-Za-z0-9-]*$"
WORKSPACE = r"^[0-9A-Z]{1,255}$"
CHANNEL = r"^[A-Za-z0-9]+$"
PRINTABLE_ASCII = r"^[ -~]*$"
TEXT = r"^(?!.*\*\*)[ -~]+$"
PRODUCT = (
    r"^(?!.*\*\*)(?:(?:arn:[a-z0-9:*-]+:)?(?:product(?:v2)?/)?[a-z0-9*-]+/[a-z0-9*-]+|[A-Za-z0-9*-]+"
    r"|Security Hub(?: CSPM)?|IAM Access Analyzer|Firewall Manager|IoT Device Defender"
    r"|Systems Manager Patch Manager)$"
)
CONTROL = r"^(?!.*\*\*)(?:[A-Z0-9][A-Za-z0-9]*[.*]|\*)[A-Za-z0-9.*]*$"
STANDARD = (
    r"^(?!.*\*\*)(?:arn:[a-z0-9:*-]+:)?(?:(?:standards|ruleset)/)?"
    r"[a-z0-9*][a-z0-9*.-]*(?:/v/[0-9*][0-9.*]*)?$"
)
RESOURCE_TAG_KEY = r"^(?!Ref$|Condition$|Fn::)[ -~]+$"
POLICY = r"^(?:arn:aws:iam::(?:aws|[0-9]{12}):policy/[A-Za-z0-9_+=,.@/-]+|[A-Za-z0-9_+=,.@/-]+)$"
BOUNDARY = (
    r"^(?:arn:aws[a-z-]*:iam::aws:policy/[A-Za-z0-9_+=,.@/-]+"
    r"|[A-Za-z0-9_+=,.@-]+(?:/[A-Za-z0-9_+=,.@-]+)*)$"
)
ENCRYPTION = r"^(?:none|customer_key|arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+)$"
TAG_KEY = r"^(?![aA][wW][sS]:)[A-Za-z0-9 _.:/=+@-]+$"
TAG_VALUE = r"^[A-Za-z0-9 _.:/=+@-]*$"
ORGANIZATION = r"^o-[a-z0-9]{10,32}$"
UNIT = r"^(?:ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$"
VERSION = r"^[0-9]+\.[0-9]+\.[0-9]+$"
BASE_URL = r"^(?:|https://[!-~]+[^/])$"
UNTIL = r"^(?:never|[0-9]{4}-[0-9]{2}-[0-9]{2})$"
REASON = r"^[ -~]*[!-~][ -~]*$"
TOPIC = r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$"
UUID = r"^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"
TEAMS_CHANNEL = r"^[A-Za-z0-9_=+/.,-]*%3[aA][A-Za-z0-9_=+/.,-]*%40[A-Za-z0-9_=+/.,-]*$"
EMAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$"
MENTION = r"^(?:here|channel|[USW][A-Z0-9]{2,})$"
START_URL = r"^https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~-]+)*$"
PERMISSION_SET = r"^[A-Za-z0-9_+=,.@-]+$"
PRINCIPAL = r"^arn:(?:aws[a-z-]*|\*)?:iam::(?:[0-9]{12})?:[\w+=,.@*?/-]+$"

EXPECTED = {
    ACCOUNT: 'an account id is twelve digits in quotes, such as "111122223333"',
    ACCOUNT_OR_WILDCARD: 'an account id is twelve digits in quotes, such as "111122223333",'
    " or digits with * as a wildcard",
    REGION: "a region looks like ap-northeast-1",
    REGION_OR_WILDCARD: "a region looks like ap-northeast-1, or eu-* with a wildcard",
    ROUTE_OR_CHANNEL: "a name begins with a letter a-z and continues with a-z, 0-9 and -",
    DEPLOYMENT_NAME: "a name begins with a letter A-Z or a-z and continues with letters, 0-9 and -",
    WORKSPACE: "a Slack workspace ID is capital letters and digits, such as T0123ABCD",
    CHANNEL: "a Slack channel ID is letters and digits, such as C0123ABCD"
    " (not the channel's name; it is the last part of the channel's link)",
    PRINTABLE_ASCII: "only printable ASCII is allowed here,"
    " since CloudFormation returns other characters as question marks",
    TEXT: "expected a text of printable ASCII, since CloudFormation returns other characters as"
    " question marks, and without ** in it",
    PRODUCT: "a product is COMPANY/PRODUCT as in its ARN, such as aws/guardduty or prowler/*;"
    " a bare word such as guardduty means one of AWS's",
    CONTROL: "a control looks like IAM.6, or S3.* with a wildcard",
    STANDARD: "a standard looks like cis-aws-foundations-benchmark (any version) or"
    " cis-aws-foundations-benchmark/v/1.4.0",
    RESOURCE_TAG_KEY: "a tag's key is printable ASCII, and not the name of a CloudFormation"
    " function",
    POLICY: "expected the name of an AWS managed policy, such as CloudWatchReadOnlyAccess,"
    " or a policy's ARN",
    BOUNDARY: "expected the name of a policy with its path, such as team/boundary, or the ARN of an"
    " AWS-managed policy: an ARN with an account id works only in that account",
    ENCRYPTION: "expected none, customer_key, or the ARN of a KMS key,"
    " such as arn:aws:kms:ap-northeast-1:111122223333:key/0123abcd-..."
    " (alias/aws/sns does not let EventBridge publish)",
    TAG_KEY: "a tag's key does not begin with aws: and has letters, digits, spaces"
    " and _ . : / = + - @ only",
    TAG_VALUE: "a tag's value has ASCII letters, digits, spaces and _ . : / = + - @ only",
    ORGANIZATION: "an organization's id looks like o-abc1234567",
    UNIT: "an organizational unit's id looks like ou-ab12-cdefghij, a root's like r-ab12",
    VERSION: "a version is three numbers, such as 1.0.0",
    BASE_URL: "expected an https:// address without a slash at its end",
    UNTIL: "expected a date such as 2027-03-31, or never",
    REASON: "a reason is one line of printable ASCII, since CloudFormation returns other characters"
    " as question marks",
    TOPIC: "expected the ARN of a standard SNS topic (not a FIFO one), such as"
    " arn:aws:sns:us-east-1:111122223333:pipelines",
    UUID: "an ID of Microsoft Teams looks like 0123abcd-45ef-67ab-89cd-0123456789ab",
    TEAMS_CHANNEL: "a channel ID of Microsoft Teams looks like 19%3aabc%40thread.tacv2; the link of"
    " the channel (Teams: the channel's menu, Copy link) is accepted in its place",
    EMAIL: "expected an e-mail address, such as audit@example.com",
    MENTION: "expected here, channel, a member's ID such as U0123ABCD, or a user group's such as"
    " S0123ABCD",
    START_URL: "expected the access portal's address without a slash at its end, such as"
    " https://d-0123456789.awsapps.com/start",
    PERMISSION_SET: "expected the name of a permission set, such as SecurityAudit",
    PRINCIPAL: "expected the ARN of an IAM role, user or group; * and ? are wildcards",
}
"""What to say to a value that does not match: by pattern."""

Account = Annotated[str, Field(pattern=ACCOUNT)]
AccountGlob = Annotated[str, Field(pattern=ACCOUNT_OR_WILDCARD)]
Region = Annotated[str, Field(pattern=REGION)]
RegionGlob = Annotated[str, Field(pattern=REGION_OR_WILDCARD)]
Glob = Annotated[str, Field(pattern=TEXT, max_length=512)]
ActionName = Annotated[str, Field(pattern=TEXT, max_length=20)]
"""At most 20 characters: docs.aws.amazon.com/securityhub/1.0/APIReference/API_CreateActionTarget"""
Product = Annotated[str, Field(pattern=PRODUCT, max_length=256)]
Control = Annotated[str, Field(pattern=CONTROL, max_length=64)]
Standard = Annotated[str, Field(pattern=STANDARD, max_length=256)]
ResourceTagKey = Annotated[str, Field(pattern=RESOURCE_TAG_KEY, max_length=128)]
Name = Annotated[str, Field(pattern=ROUTE_OR_CHANNEL, max_length=40)]
DeploymentName = Annotated[str, Field(pattern=DEPLOYMENT_NAME, max_length=64)]
WorkspaceId = Annotated[str, Field(pattern=WORKSPACE)]
ChannelId = Annotated[str, Field(pattern=CHANNEL, max_length=256)]
TopicArn = Annotated[str, Field(pattern=TOPIC)]
Uuid = Annotated[str, Field(pattern=UUID)]
TeamsChannelId = Annotated[str, Field(pattern=TEAMS_CHANNEL, max_length=256)]
Email = Annotated[str, Field(pattern=EMAIL, max_length=254)]
Mention = Annotated[str, Field(pattern=MENTION, max_length=30)]
StartUrl = Annotated[str, Field(pattern=START_URL, max_length=200)]
PermissionSet = Annotated[str, Field(pattern=PERMISSION_SET, max_length=32)]
"""At most 32 characters:
https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html"""
Policy = Annotated[str, Field(pattern=POLICY, max_length=1024)]
Boundary = Annotated[str, Field(pattern=BOUNDARY, max_length=256)]
Encryption = Annotated[str, Field(pattern=ENCRYPTION)]
TagKey = Annotated[str, Field(pattern=TAG_KEY, max_length=128)]
TagValue = Annotated[str, Field(pattern=TAG_VALUE, max_length=256)]
OrganizationId = Annotated[str, Field(pattern=ORGANIZATION)]
UnitId = Annotated[str, Field(pattern=UNIT)]
Version = Annotated[str, Field(pattern=VERSION)]
BaseUrl = Annotated[str, Field(pattern=BASE_URL)]
NEVER = "never"
"""The ``until`` of an exception that does not end."""

Until = Annotated[str, Field(pattern=UNTIL)]
Reason = Annotated[str, Field(pattern=REASON, max_length=512)]
PrincipalArn = Annotated[str, Field(pattern=PRINCIPAL)]
Percentage = Annotated[StrictInt, Field(ge=0, le=100)]
Flag = StrictBool


def _no_number(value: Any) -> Any:
    """Refuse 1 and 0, which are equal to true and false in Python."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        message = f"{value} is not one of true, false, home"
        raise ValueError(message)  # noqa: TRY004  (pydantic turns this into an error of the file)
    return value


Alarms = Annotated[c.Alarms, BeforeValidator(_no_number)]

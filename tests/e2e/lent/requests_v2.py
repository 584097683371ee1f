"""What BatchUpdateFindingsV2 accepts, as its reference documents it.

https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindingsV2.html
"""

from typing import Any

from jsonschema import Draft202012Validator

_TEXT = {"type": "string", "pattern": r"\S"}
_IDENTIFIER = dict.fromkeys(("CloudAccountUid", "FindingInfoUid", "MetadataProductUid"), _TEXT)
# That a list may be empty is documented; that a request may name no finding is not. It is refused
# here, so that nobody can mistake it for a finding that was marked.
_LIST = {"type": "array", "minItems": 1, "maxItems": 100}
_REQUEST = Draft202012Validator(
    {
        "type": "object",
        "properties": {
            "MetadataUids": {**_LIST, "items": _TEXT},
            "FindingIdentifiers": {
                **_LIST,
                "items": {
                    "type": "object",
                    "properties": _IDENTIFIER,
                    "required": list(_IDENTIFIER),
                },
            },
            "Comment": {**_TEXT, "minLength": 1, "maxLength": 512},
            "SeverityId": {"enum": [0, 1, 2, 3, 4, 5, 6, 99]},
            "StatusId": {"enum": [0, 1, 2, 3, 4, 5, 99]},
        },
        # One of the two, never both.
        "oneOf": [{"required": ["MetadataUids"]}, {"required": ["FindingIdentifiers"]}],
    }
)


def refusal(body: Any) -> str:
    """Return why a request is refused; empty if it is not."""
    return "; ".join(error.message for error in _REQUEST.iter_errors(body))

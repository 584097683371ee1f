"""The text of a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch

if TYPE_CHECKING:
    from collections.abc import Iterator


class BeyondAscii(CloudFormationLintRule):  # type: ignore[misc]  # cfn-lint has no types
    """Texts that CloudFormation does not keep."""

    id = "E9701"
    shortdesc = "A template is ASCII"
    description = "CloudFormation returns other characters of a template as question marks"
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html"
    )
    tags: ClassVar[list[str]] = ["template"]

    def match(self, cfn: Any) -> list[RuleMatch]:
        """Return the texts with other characters; cfn-lint calls this."""
        return [
            RuleMatch(path, "characters beyond ASCII: CloudFormation returns them as ?")
            for path in _beyond_ascii(cfn.template, [])
        ]


def _beyond_ascii(value: Any, path: list[str | int]) -> Iterator[list[str | int]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(key, str) and not key.isascii():
                yield [*path, key]
            yield from _beyond_ascii(inner, [*path, key])
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _beyond_ascii(inner, [*path, i])
    elif isinstance(value, str) and not value.isascii():
        yield path

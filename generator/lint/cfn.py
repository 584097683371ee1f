"""cfn-lint in process, with this project's rules: loaded once, used for every template."""

from __future__ import annotations

from functools import cache
from typing import Any

from cfnlint.config import ConfigMixIn, ManualArgs
from cfnlint.core import get_rules
from cfnlint.decode.decode import decode_str
from cfnlint.runner.template.runner import run_template_by_data

from generator.cloudformation.limits import LARGEST_TEMPLATE
from generator.lint.finding import Finding
from generator.lint.regions import exists, is_alike_everywhere, one_of_each, regions_with

OWN_RULES = "generator.lint.rules"
"""The module of this project's rules, as ``cfn-lint --append-rules`` accepts it."""

_NOWHERE = "E3006"


def findings(file: str, text: str) -> list[Finding]:
    """Lint one template with every rule, experimental and informational ones included.

    It is linted over every region that has all of its resource types.
    """
    template, broken = decode_str(text)
    if broken:
        return [_finding(file, match) for match in broken]
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        return [Finding(file, 1, 1, "E1001", "not a CloudFormation template: no Resources")]
    types = _types(template)
    regions = regions_with(types)
    # One region of those that are alike finds out, in less time, that there is nothing to find.
    some = one_of_each(types, regions) if is_alike_everywhere(template, text) else regions
    reported = _lint(file, template, some or ["us-east-1"])
    if reported and some != regions:
        reported = _lint(file, template, regions)
    if not regions:
        reported = {finding for finding in reported if finding.rule != _NOWHERE}
        reported.add(Finding(file, 1, 1, _NOWHERE, "no region has all of this template's types"))
    return sorted({*reported, *_too_large(file, text)})


@cache
def rules() -> Any:
    """Load cfn-lint's rules and ours (about half a second)."""
    return get_rules([OWN_RULES], [], ["I"], include_experimental=True)


def warm_up() -> None:
    """Load what every template needs."""
    rules()


def _lint(file: str, template: dict[str, Any], regions: list[str]) -> set[Finding]:
    options = ManualArgs(include_checks=["I"], include_experimental=True, regions=regions)
    matches = run_template_by_data(template, ConfigMixIn(**options), rules())
    return {_finding(file, match) for match in matches}


def _types(template: dict[str, Any]) -> set[str]:
    """Return the types that exist anywhere: cfn-lint itself reports those that do not."""
    resources = template["Resources"].values()
    named = {str(resource.get("Type")) for resource in resources if isinstance(resource, dict)}
    return {name for name in named if exists(name)}


def _too_large(file: str, text: str) -> list[Finding]:
    """Check what cfn-lint's E1002 checks of a file, and a template in memory has none."""
    size = len(text.encode())
    message = f"{size:,} bytes; CloudFormation accepts at most {LARGEST_TEMPLATE:,}"
    return [Finding(file, 1, 1, "E1002", message)] if size > LARGEST_TEMPLATE else []


def _finding(file: str, match: Any) -> Finding:
    message = " ".join(str(match.message).split())
    return Finding(file, match.linenumber, match.columnnumber, match.rule.id, message)

"""The criteria of the automation rules of an exception, without its dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from generator.params import Match
from generator.routing.filters import AUTOMATION_RULE, UnsayableError, filters
from generator.routing.ocsf_filters import AUTOMATION_RULE_V2, ocsf_filters

if TYPE_CHECKING:
    from generator.params.choices import Source
    from generator.params.exceptions import AcceptedFindings


def criteria(accepted: AcceptedFindings) -> dict[str, Any]:
    """Return what selects the findings of an exception; raise UnsayableError if nothing does.

    An exception for every finding is a mistake: it is refused too.
    """
    said = _said(accepted.match, accepted.source)
    if said == _said(Match(), accepted.source):
        message = "this covers every finding: say which are accepted, such as controls: [EC2.1]"
        raise UnsayableError("", message)
    return said


def _said(match: Match, source: Source) -> dict[str, Any]:
    match source:
        case "security_hub_cspm":
            return filters(match, AUTOMATION_RULE)
        case "security_hub":
            return ocsf_filters(match, AUTOMATION_RULE_V2)
        case _:
            assert_never(source)

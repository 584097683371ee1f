"""What takes effect later, or counts more, than its author expects: digests, StackSets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.advice.accepted import accepted
from generator.routing import coverage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Loaded, Problem


def counts_what_is_done(loaded: Loaded) -> Iterator[Problem]:
    """Yield digests that also count findings that somebody has dealt with."""
    for i, digest in enumerate(loaded.settings.digests):
        location = ("digests", i)
        done = {"RESOLVED", "SUPPRESSED"} & coverage.labels("workflow", digest.match.workflow)
        archived = "ARCHIVED" in coverage.labels("record_state", digest.match.record_state)
        if (done or archived) and not accepted(loaded, location, "open"):
            message = (
                "warning: counts findings that are resolved, suppressed or archived too, and calls"
                " them open. Add workflow: [NEW, NOTIFIED] and record_state: [ACTIVE]; a comment"
                " here that names open hides this warning"
            )
            yield loaded.document.problem(location, message)


def late(loaded: Loaded) -> Iterator[Problem]:
    """Yield overrides that accounts which join a unit later do not get.

    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1291
    """
    stackset = loaded.settings.deployment.stackset
    if not (stackset and stackset.organizational_units and stackset.auto_deployment):
        return
    for i, override in enumerate(stackset.overrides):
        names = ", ".join(override.parameters)
        location = ("deployment", "stackset", "overrides", i)
        if not accepted(loaded, location, "auto_deployment"):
            message = (
                "warning: accounts that join a unit later get the StackSet's own values, not these"
                f" ({names}), until the StackSet is updated. Make the defaults the safe values; a"
                " comment here that names auto_deployment hides this warning"
            )
            yield loaded.document.problem(location, message)

"""An automation rule of Security Hub CSPM: what it does to findings before their events are sent.

It acts on findings that their product creates or updates, in the account of the Security Hub
administrator and the Region in which it is, for all members.
https://docs.aws.amazon.com/securityhub/latest/userguide/automation-rules.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Ref, securityhub

from generator.blocks.metadata import about

if TYPE_CHECKING:
    from collections.abc import Mapping


def automation_rule(  # noqa: PLR0913  (the properties of a rule)
    *,
    title: str,
    name: str,
    description: str,
    order: int,
    criteria: Mapping[str, Any],
    update: Mapping[str, Any],
    note: str,
) -> securityhub.AutomationRule:
    """Build the rule; ``update`` is what it sets next to the note.

    Rules act in their order, and what a later one sets is what stays.
    """
    noted = securityhub.NoteUpdate(Text=note, UpdatedBy=Ref("AWS::StackName"))
    return securityhub.AutomationRule(
        title,
        RuleName=name,
        Description=description,
        RuleOrder=order,
        RuleStatus="ENABLED",
        IsTerminal=False,
        Criteria=securityhub.AutomationRulesFindingFilters.from_dict(None, dict(criteria)),
        Actions=[
            securityhub.AutomationRulesAction(
                Type="FINDING_FIELDS_UPDATE",
                FindingFieldsUpdate=securityhub.AutomationRulesFindingFieldsUpdate(
                    **update, Note=noted
                ),
            )
        ],
        **about(description),
    )

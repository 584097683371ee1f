"""Automation rules: what they do to findings before their events are sent.

They act on findings that their product creates or updates, in the account of the Security Hub
administrator, for all members. Those of Security Hub CSPM act in the Region in which they are;
those of the new Security Hub, in the home Region, act in the linked Regions too.
https://docs.aws.amazon.com/securityhub/latest/userguide/automation-rules.html
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-automation-rules.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Ref, securityhub

from generator.blocks.metadata import about
from generator.params.tags import refused_tags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.params.choices import Source


def _actions(*operations: str) -> tuple[str, ...]:
    tagging = ("ListTagsForResource", "TagResource", "UntagResource")
    return tuple(f"securityhub:{operation}" for operation in (*operations, *tagging))


DEPLOY_ACTIONS: dict[Source, tuple[str, ...]] = {
    "security_hub_cspm": _actions(
        "CreateAutomationRule",
        "BatchGetAutomationRules",
        "BatchUpdateAutomationRules",
        "BatchDeleteAutomationRules",
        "ListAutomationRules",
    ),
    "security_hub": _actions(
        "CreateAutomationRuleV2",
        "GetAutomationRuleV2",
        "UpdateAutomationRuleV2",
        "DeleteAutomationRuleV2",
        "ListAutomationRulesV2",
    ),
}
"""What deploying the rules of a product requires, as CloudFormation's resource schemas list it."""


def automation_rule(  # noqa: PLR0913  (the properties of a rule)
    *,
    title: str,
    name: str,
    description: str,
    order: int,
    criteria: Mapping[str, Any],
    update: Mapping[str, Any],
    note: str,
    tags: Mapping[str, str],
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
        **_tagged("security_hub_cspm", tags),
        **about(description),
    )


def automation_rule_v2(  # noqa: PLR0913  (the properties of a rule)
    *,
    title: str,
    name: str,
    description: str,
    order: int,
    criteria: Mapping[str, Any],
    update: Mapping[str, Any],
    comment: str,
    tags: Mapping[str, str],
) -> securityhub.AutomationRuleV2:
    """Build a rule of the new Security Hub; ``update`` is what it sets next to the comment."""
    filters = securityhub.OcsfFindingFilters.from_dict(None, dict(criteria))
    return securityhub.AutomationRuleV2(
        title,
        RuleName=name,
        Description=description,
        RuleOrder=order,
        RuleStatus="ENABLED",
        Criteria=securityhub.Criteria(OcsfFindingCriteria=filters),
        Actions=[
            securityhub.AutomationRulesActionV2(
                Type="FINDING_FIELDS_UPDATE",
                FindingFieldsUpdate=securityhub.AutomationRulesFindingFieldsUpdateV2(
                    **update, Comment=comment
                ),
            )
        ],
        **_tagged("security_hub", tags),
        **about(description),
    )


def _tagged(source: Source, tags: Mapping[str, str]) -> dict[str, Any]:
    refused = refused_tags(source, tags)
    accepted = {key: value for key, value in tags.items() if key not in refused}
    return {"Tags": accepted} if accepted else {}

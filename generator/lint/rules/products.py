"""Service Catalog products."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from generator.lint.rules import base

if TYPE_CHECKING:
    from collections.abc import Iterator

_LAUNCH_ROLE = "AWS::ServiceCatalog::LaunchRoleConstraint"
_STACK_SET = "AWS::ServiceCatalog::StackSetConstraint"


class TwoConstraints(base.ResourceRule):
    """Products with a launch and a StackSet constraint."""

    id = "E9740"
    shortdesc = "A product has a launch constraint or a StackSet constraint, not both"
    description = "Service Catalog refuses the second of the two constraints on the same product"
    source_url = (
        "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-stackset.html"
    )
    types = (_STACK_SET,)

    def check(self, properties: dict[str, Any], template: dict[str, Any]) -> Iterator[base.Wrong]:
        """Yield a StackSet constraint on a product that has a launch constraint."""
        product = json.dumps(properties.get("ProductId"))
        for _, launch in base.of_types(template, _LAUNCH_ROLE):
            if json.dumps(launch.get("ProductId")) == product:
                yield ["ProductId"], "its product has a launch constraint; AWS accepts only one"
                return

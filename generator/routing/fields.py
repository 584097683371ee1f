"""The table of fields of each format: where the keys of ``match`` look.

A key that a format lacks is refused for its product (generator/params/source_checks.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from generator.routing import asff_fields, ocsf_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.params.choices import Source
    from generator.routing.field import Field


class Format(NamedTuple):
    """The fields of a format by the keys of ``match``, and the field of a resource tag."""

    fields: Mapping[str, Field]
    tag: Callable[[str], Field]


def format_of(source: Source) -> Format:
    """Return the table of a product's format."""
    match source:
        case "security_hub_cspm":
            return Format(asff_fields.FIELDS, asff_fields.tag_field)
        case "security_hub":
            return Format(ocsf_fields.FIELDS, ocsf_fields.tag_field)
        case _:
            assert_never(source)


def fields_of(source: Source) -> Mapping[str, Field]:
    """Return the fields of a product's format, by the keys of ``match``."""
    return format_of(source).fields

"""What a person filled into an output: it is kept when the output is rendered again.

Three files are there to be filled in. Of these, render owns the list of parameters and each value
that nobody changed. Whatever else somebody edited is replaced, but kept as NAME.edited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import yaml

from generator.companions.parameter_files import TO_FILL_IN
from generator.outputs import manifest
from generator.outputs.merge import MERGES, UnknownFormError

if TYPE_CHECKING:
    from pathlib import Path

    from generator.outputs.plan import Plan

EDITED = ".edited"
"""Ends the name of the copy of an output that somebody edited."""

_TEMPLATE_OF = {
    "parameters.json": "standalone.yaml",
    "git-sync.yml": "standalone.yaml",
    "stackset-parameters.json": "stackset.yaml",
}


class Settled(NamedTuple):
    """A plan with what people filled in, what to say of it, and the edited outputs by path."""

    plan: Plan
    notes: list[str]
    edited: list[str]
    unknown: dict[str, str]
    """Files that are left as they are, by path, with the reason why their content is unknown."""


def settle(plan: Plan, out: Path, listed: dict[str, manifest.Listed]) -> Settled:
    """Return the plan with the values that people filled in; read nothing that render wrote."""
    settled, notes, edited, unknown = dict(plan), [], [], {}
    for path, planned in plan.items():
        folder, _, name = path.partition("/")
        ours = listed.get(folder, set())
        if name == manifest.NAME or name not in manifest.names(ours):
            continue
        on_disk = _edited(out / path, ours, planned.text)
        if on_disk is None:
            continue
        if name not in _TEMPLATE_OF:
            edited.append(path)
            continue
        try:
            text, said, keep = _merge(out / folder, name, on_disk, planned.text)
        except UnknownFormError as error:
            text, said, keep = on_disk, [], False
            unknown[path] = f"left as it is, not updated: {error}"
        settled[path] = planned._replace(text=text)
        notes += [f"{out / path}: {note}" for note in said]
        edited += [path] if keep else []
    return Settled(settled, notes, edited, unknown)


def _edited(path: Path, listed: manifest.Listed, planned: str) -> str | None:
    """Return the text of an output that is neither as rendered nor as it will be."""
    try:
        on_disk = path.read_bytes()
    except OSError:
        return None
    if on_disk == planned.encode() or (manifest.digest(on_disk), path.name) in listed:
        return None
    return on_disk.decode("utf-8", "replace")


def _merge(folder: Path, name: str, on_disk: str, planned: str) -> tuple[str, list[str], bool]:
    """Return the text, what to say, and whether to keep a copy of the former text."""
    merge = MERGES[name](on_disk, planned)
    given = {
        key: value
        for key, value in merge.values.items()
        if value not in (TO_FILL_IN, _defaults(folder / _TEMPLATE_OF[name]).get(key))
    }
    kept = {key: value for key, value in given.items() if key in merge.planned}
    said = [f"kept what was filled in: {', '.join(kept)}"] if kept else []
    if dropped := sorted(set(given) - set(kept)):
        said.append(f"dropped, since the template has no such parameter: {', '.join(dropped)}")
    text = merge.text({**merge.planned, **kept})
    if merge.same(text):
        return on_disk, [], False
    return text, said, merge.has_more


def _defaults(template: Path) -> dict[str, str]:
    """Return the defaults of the template on disk, which render wrote next to the values."""
    try:
        parameters = yaml.load(template.read_text("utf-8"), _Plain)["Parameters"]  # noqa: S506
        return {
            name: str(parameter["Default"])
            for name, parameter in parameters.items()
            if "Default" in parameter
        }
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        return {}


class _Plain(yaml.CSafeLoader):
    """Reads a template for its parameters, whatever its functions are."""


_Plain.add_multi_constructor("!", lambda *_: None)

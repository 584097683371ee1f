"""Everything that render would write, in memory."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.cloudformation.limits import LARGEST_INLINE
from generator.cloudformation.yaml_writer import yaml_text
from generator.companions.parameter_files import git_sync_text, parameters_text
from generator.companions.sample_finding import sample, sample_text
from generator.guide.deploy import guides
from generator.outputs import manifest
from generator.outputs.source import header_of, source_of
from generator.params import BadInput, Problem, problem
from generator.system.processes import map_in_processes
from generator.system.version import PROGRAM
from generator.templates import TEMPLATES, UnbuildableError, wanted
from generator.templates.within_limits import refuse_too_large

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from generator.params import Loaded

COMMAND = f"{PROGRAM} render"
FEW = 20
"""Up to this number of params files are built in one process."""

OUT = "templates_out"
"""Where render writes by default, from the top of the repository."""


class Planned(NamedTuple):
    """One file of the plan, and, if it is a template, the template as plain data."""

    text: str
    template: dict[str, Any] | None = None


Plan = dict[str, Planned]
"""Path below the output folder -> the file."""


def plan(files: Sequence[Loaded], out: Path | None = None) -> Plan:
    """Return the outputs of params files, for an output folder if it is known.

    Raise BadInput where two would write the same, or a template cannot be built.
    """
    _refuse_other_names([file.path for file in files])
    _refuse_same_outputs([file.path for file in files])
    outputs: Plan = {}
    problems: list[Problem] = []
    for loaded, built in zip(
        files,
        map_in_processes(partial(_plan, out=out), files, many=len(files) > FEW),
        strict=True,
    ):
        if isinstance(built, list):
            problems += built
        else:
            outputs |= {f"{loaded.path.stem}/{name}": file for name, file in built.items()}
    if problems:
        raise BadInput(problems)
    return outputs


def folders(planned: Iterable[str]) -> set[str]:
    """Return the folders that a plan's paths lie in."""
    return {path.partition("/")[0] for path in planned}


def template_of(loaded: Loaded, name: str) -> Planned:
    """Return one template of a params file; raise BadInput where it cannot be built."""
    try:
        return _template(loaded, name, header_of(source_of(loaded.path, None), COMMAND))
    except UnbuildableError as error:
        raise BadInput([loaded.document.problem(*refusal) for refusal in error.problems]) from None


def _template(loaded: Loaded, name: str, header: str) -> Planned:
    template = TEMPLATES[name](loaded.settings).to_dict()
    text = f"# {header}\n{yaml_text(template)}"
    refuse_too_large(name, template, len(text.encode()))
    return Planned(text, template)


def _plan(loaded: Loaded, out: Path | None) -> Plan | list[Problem]:
    try:
        return _folder(loaded, out)
    except UnbuildableError as error:
        return [loaded.document.problem(*refusal) for refusal in error.problems]


def _folder(loaded: Loaded, out: Path | None) -> Plan:
    header = header_of(source_of(loaded.path, out), COMMAND)
    outputs: Plan = {}
    for name in wanted(loaded.settings):
        outputs[name] = _template(loaded, name, header)
    outputs |= _command_line(loaded, outputs, header)
    tried = sample(loaded.settings)
    if tried.finding is not None:
        outputs["sample-finding.json"] = Planned(sample_text(tried.finding))
    large = {name for name, file in outputs.items() if len(file.text.encode()) > LARGEST_INLINE}
    templates = {name: file.template for name, file in outputs.items() if file.template}
    for name, guide in guides(loaded.settings, tried, large, templates).items():
        outputs[name] = Planned(f"<!-- {header} -->\n{guide}")
    listed = {(manifest.digest(file.text.encode()), name) for name, file in outputs.items()}
    outputs[manifest.NAME] = Planned(manifest.text(listed))
    return outputs


def _command_line(loaded: Loaded, outputs: Plan, header: str) -> Plan:
    """Return the files that deploy the templates from the command line, or from Git."""
    standalone, stackset = (
        outputs[name].template or {} for name in ("standalone.yaml", "stackset.yaml")
    )
    path = f"{OUT}/{loaded.path.stem}/standalone.yaml"
    git_sync = git_sync_text(loaded.settings, standalone, path)
    return {
        "parameters.json": Planned(parameters_text(standalone)),
        "stackset-parameters.json": Planned(parameters_text(stackset)),
        # Not .yaml, which here is the ending of templates.
        "git-sync.yml": Planned(f"# {header}\n{git_sync}"),
    }


def _refuse_other_names(paths: Sequence[Path]) -> None:
    problems = [
        problem(path, "rename it: letters, digits, . _ and - only, since it names the folder")
        for path in paths
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", path.stem)
    ]
    if problems:
        raise BadInput(problems)


def _refuse_same_outputs(paths: Sequence[Path]) -> None:
    # Some file systems take upper and lower case for the same.
    first: dict[str, Path] = {}
    problems = [
        Problem(
            str(path), None, None, (), f"would write to the same folder as {earlier}; rename one"
        )
        for path in paths
        if (earlier := first.setdefault(path.stem.casefold(), path)) is not path
    ]
    if problems:
        raise BadInput(problems)

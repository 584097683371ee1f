"""From a params file to Settings: every check at once, each error with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from pydantic import BaseModel

from generator.params.cross_checks import check
from generator.params.error_messages import message
from generator.params.partial import validate, written
from generator.params.problems import BadInput, Location, Problem, each_once
from generator.params.settings import Settings
from generator.params.yaml_document import Document, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails


class Loaded(NamedTuple):
    """Settings, and the file they come from (for warnings that name a line)."""

    path: Path
    settings: Settings
    document: Document


def load(path: Path) -> Loaded:
    """Read and validate one params file; raise BadInput with all that is wrong with it."""
    document = read(path)
    if not isinstance(document.data, dict):
        raise BadInput([document.problem((), "expected keys and values, such as `name: ...`")])
    valid = validate(document.data)
    reported = {problem.location for problem in document.problems}
    refused = [_problem(document, error) for error in valid.errors]
    mistakes = [
        document.problem(written(document.data, location), text) for location, text in check(valid)
    ]
    problems = [*document.problems, *mistakes]
    problems += [problem for problem in refused if problem.location not in reported]
    if problems or valid.settings is None:
        raise BadInput(each_once(sorted(problems, key=lambda p: (p.line or 0, p.column or 0))))
    return Loaded(path, valid.settings, document)


def load_all(paths: Iterable[Path]) -> Iterator[Loaded]:
    """Load several files; raise BadInput once, with the problems of all of them."""
    loaded: list[Loaded] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            loaded.append(load(path))
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    yield from loaded


def _problem(document: Document, error: ErrorDetails) -> Problem:
    location = written(document.data, error["loc"])
    place = document.places.get(location)
    key = str(error["loc"][-1])
    text = message(
        error, place.text if place else None, known_keys(location[:-1]), elsewhere(key, location)
    )
    return document.problem(
        location, text, at_key=error["type"] == "extra_forbidden" or error["loc"][-1] == "[key]"
    )


def known_keys(location: Location) -> tuple[str, ...]:
    """Return the keys that the params format knows at a location."""
    models: list[type[BaseModel]] = [Settings]
    for step in location:
        if isinstance(step, str):
            fields = [_fields(m)[step] for m in models if step in _fields(m)]
            models = [m for field in fields for m in _models(field.annotation)] or models
    return tuple(dict.fromkeys(key for m in models for key in _fields(m)))


def elsewhere(key: str, location: Location) -> str:
    """Return where the params format has a key that is in the wrong place; the nearest one."""
    places = [path for path in _paths(Settings, ()) if path[-1] == key]
    here = tuple("[]" if isinstance(step, int) else step for step in location[:-1])
    nearest = max(places, key=lambda path: _shared(path, here), default=())
    return "".join(f".{step}" if step != "[]" else step for step in nearest).lstrip(".")


def _shared(path: tuple[str, ...], here: tuple[str, ...]) -> int:
    """Return how far two paths are the same."""
    return next(
        (i for i, (a, b) in enumerate(zip(path, here, strict=False)) if a not in (b, _NAME)),
        min(len(path), len(here)),
    )


_NAME = "<name>"
"""Means a name of the user's choice in a path."""


def _paths(model: type[BaseModel], before: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for key, field in _fields(model).items():
        yield (*before, key)
        listed = "tuple" in str(field.annotation)
        named = "dict" in str(field.annotation)
        step = ("[]",) if listed else (_NAME,) if named else ()
        for inner in _models(field.annotation):
            yield from _paths(inner, (*before, key, *step))


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return a model's fields by the key that a params file gives them."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)

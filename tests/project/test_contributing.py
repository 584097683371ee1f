"""CONTRIBUTING.md names every room and only what exists, in the order in which rooms import."""

from __future__ import annotations

import re
from itertools import chain

from conftest import ROOT
from layers import LAYERS

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
ROOMS = re.findall(r"^\| `([a-z]+)/` \|", TEXT, re.MULTILINE)


def test_every_room_is_explained_and_there_is_no_loose_module() -> None:
    inside = {
        path.name
        for path in (ROOT / "generator").iterdir()
        if path.is_dir() and path.name[:2] != "__"
    }
    assert set(ROOMS) == inside
    loose = {path.name for path in (ROOT / "generator").iterdir() if path.is_file()}
    assert loose == {"__init__.py", "__main__.py", "py.typed"}


def test_rooms_stand_in_the_order_in_which_they_may_import() -> None:
    rank = {room: number for number, layer in enumerate(LAYERS) for room in layer}
    ranks = [rank[room] for room in ROOMS]
    assert ranks == sorted(ranks)
    assert set(ROOMS) == set(chain(*LAYERS)) - {"__main__"}


def test_every_path_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:generator|tests|docs)/[\w./-]*)`", TEXT))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
    assert len(named) > 20

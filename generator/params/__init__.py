"""Params files: read, validated, frozen."""

from generator.params.channels import Channel
from generator.params.load import Loaded, load, load_all
from generator.params.match import Match, Not
from generator.params.problems import BadInput, Problem, problem
from generator.params.routes import Route
from generator.params.settings import Settings

__all__ = [
    "BadInput",
    "Channel",
    "Loaded",
    "Match",
    "Not",
    "Problem",
    "Route",
    "Settings",
    "load",
    "load_all",
    "problem",
]

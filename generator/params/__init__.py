"""Params files: read, validated, frozen."""

from generator.params.channels import Channel
from generator.params.load import Loaded, load, load_all
from generator.params.match import Match, Not
from generator.params.models import Route, Settings
from generator.params.problems import BadInput, Problem, problem

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

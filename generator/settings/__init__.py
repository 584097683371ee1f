"""Params files: read, validated, frozen."""

from generator.settings.load import Loaded, load, load_all
from generator.settings.match import Match, Not
from generator.settings.models import Channel, On, Route, Settings
from generator.settings.problems import BadInput, Problem, problem

__all__ = [
    "BadInput",
    "Channel",
    "Loaded",
    "Match",
    "Not",
    "On",
    "Problem",
    "Route",
    "Settings",
    "load",
    "load_all",
    "problem",
]

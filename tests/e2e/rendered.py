"""The rendered templates as committed, and what a person would type for their parameters."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from generator.cloudformation.intrinsics import defaults, longest, resolve

# The project's own matcher and messages say what should arrive: they need no emulator.
from generator.eventbridge import matcher
from generator.messages import evaluate
from generator.params import values
from samples_ocsf import KINDS

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus" / "findings.ndjson"
CORPUS_V2 = CORPUS.with_name("events-v2.ndjson")
FIXTURES = ROOT / "tests" / "fixtures" / "findings.ndjson"
# The project's own environment, which `make e2e` sets up first.
PYTHON = ROOT / ".venv" / "bin" / "python"

# Two fields below an array have to match in one element of it. The emulator compares them from
# different elements; AWS does not (https://github.com/aws/event-ruler), nor does our matcher.
BEYOND = {"two resources, the type on one and the tag on the other"}

TYPED = {"SlackWorkspaceId": "T0123ABCD"}
CHANNEL = "C0123ABCD{}"
OF_TEAMS = {
    values.UUID: "0123abcd-45ef-67ab-89cd-01234567{:04}",
    values.TEAMS_CHANNEL: "19%3aabc{}%40thread.tacv2",
}
"""By the pattern of a parameter."""


# Whose tags the shipped templates ask for.
TEAMS = ("shop", "payments", "data")


class Way(NamedTuple):
    """A route as deployed: the events that its rule matches, and what each makes arrive."""

    matches: Callable[[Any], bool]
    publishes: Callable[[Any], Any]
    dead_letters: str = ""
    machine: str = ""
    marks: bool = False


class Rendered(NamedTuple):
    """A template, and the parameters that have no default."""

    path: Path
    data: dict[str, Any]

    @property
    def typed(self) -> dict[str, str]:
        return {
            name: TYPED.get(name) or _typed(parameter).format(number)
            for number, (name, parameter) in enumerate(self.data.get("Parameters", {}).items())
            if "Default" not in parameter
        }

    @property
    def loosest(self) -> dict[str, str]:
        """Return parameters with which the rules take all that they can be made to take."""
        widest = longest(self.data)
        return {
            name: widest[name]
            for name, parameter in self.data["Parameters"].items()
            if parameter["Type"] == "CommaDelimitedList"
        }

    @property
    def alarm_topics(self) -> set[str]:
        """Return the logical ids of the topics that alarms publish to, and nothing else."""
        return {
            action["Ref"]
            for alarm in self._of_type("AWS::CloudWatch::Alarm")
            for action in alarm["AlarmActions"]
        }

    @property
    def digest_topics(self) -> set[str]:
        """Return the logical ids of the topics that what a schedule starts publishes to."""
        schedules = self._of_type("AWS::Scheduler::Schedule")
        machines = [self.data["Resources"][each["Target"]["Arn"]["Ref"]] for each in schedules]
        states = [machine["Properties"]["Definition"]["States"] for machine in machines]
        return {each["TopicArn"]["Ref"] for machine in states for each in _published(machine)}

    def ways(self, **typed: str) -> dict[str, Way]:
        """Return the ways of a finding through the template, by the topic's logical id."""
        values = {**defaults(self.data), **self.typed, **typed}
        found: dict[str, Way] = {}
        for rule in self._of_type("AWS::Events::Rule"):
            if "EventPattern" not in rule:  # it starts what marks findings
                continue
            for topic, way in self._of_rule(rule, values):
                # No event may match two rules of a route: `matches` would not say so, the messages
                # do.
                other = found.get(topic, way)
                found[topic] = way._replace(matches=_either(other.matches, way.matches))
        return found

    def _of_rule(self, rule: dict[str, Any], values: dict[str, Any]) -> Iterator[tuple[str, Way]]:
        """Yield the topics that a rule's findings are published to, with the way of each."""
        matches = matcher.compile(resolve(rule["EventPattern"], self.data, values))
        (aim,) = rule["Targets"]
        target = aim["Arn"]["Ref"]
        resource = self.data["Resources"][target]
        kept = aim.get("DeadLetterConfig", {}).get("Arn", {}).get("Fn::GetAtt", "")
        queue = kept.removesuffix(".Arn")
        if resource["Type"] == "AWS::SNS::Topic":
            yield target, Way(matches, lambda event: event, queue)
            return
        states = resource["Properties"]["Definition"]["States"]
        for topic, publish in zip(_topics(aim), _published(states), strict=True):
            message = resolve(publish["Message"], self.data, values)
            yield (
                topic,
                Way(
                    matches,
                    partial(_received, message.removeprefix("{%").removesuffix("%}"), publish),
                    dead_letters=queue,
                    machine=target,
                    marks="HandOver" in states,
                ),
            )

    def _of_type(self, kind: str) -> Iterator[dict[str, Any]]:
        for resource in self.data["Resources"].values():
            if resource["Type"] == kind:
                yield resource["Properties"]


def _typed(parameter: dict[str, Any]) -> str:
    """Return what somebody types for a parameter, with a place for a number."""
    return OF_TEAMS.get(parameter.get("AllowedPattern", ""), CHANNEL)


def _published(states: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the arguments of the steps that publish, in their order."""
    return [state["Arguments"] for name, state in states.items() if name.startswith("Publish")]


def _topics(target: dict[str, Any]) -> list[str]:
    """Return the logical ids of the topics that a target hands over, in the order of the steps."""
    handed = target["InputTransformer"]["InputTemplate"]["Fn::Sub"]
    return re.findall(r'"\$\{(\w+)\}"', handed)


def _received(message: str, arguments: dict[str, Any], event: Any) -> Any:
    """Return what a queue gets of an event: of a message for mailboxes too, the default text."""
    sent = json.loads(evaluate(message, event))
    return sent["default"] if arguments.get("MessageStructure") == "json" else sent


def _either(one: Callable[[Any], bool], other: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda event: one(event) or other(event)


def templates(name: str) -> list[Rendered]:
    """Return every rendered template of a name, in all folders."""
    return [read(path) for path in sorted((ROOT / "templates_out").glob(f"*/{name}"))]


def read(path: Path) -> Rendered:
    return Rendered(path, yaml.load(path.read_text("utf-8"), _Functions))  # noqa: S506


def generate(*arguments: str | Path) -> str:
    """Run a command of the generator, as a person would; return what it prints."""
    done = subprocess.run(
        [PYTHON, "-m", "generator", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def render(params: str, folder: Path) -> Rendered:
    """Render a params text that no shipped file has the like of."""
    (folder / "own.yaml").write_text(params, "utf-8")
    generate("render", folder / "own.yaml", "--out", folder)
    return read(folder / "own" / "standalone.yaml")


def findings() -> list[dict[str, Any]]:
    """Return the project's own findings, and the public ones where they are present."""
    own = [line["finding"] for line in _lines(FIXTURES) if line["name"] not in BEYOND]
    public = list(_lines(CORPUS)) if CORPUS.exists() else []
    return (
        own
        + [_owned(own[0], team) for team in TEAMS]
        + [{"Workflow": {"Status": "NEW"}, **finding} for finding in public]
    )


def _owned(finding: dict[str, Any], team: str) -> dict[str, Any]:
    """Return the like of a finding, about a resource that a team has tagged as its own."""
    resources = [{**each, "Tags": {"Team": team}} for each in finding["Resources"]]
    severity = {"Label": "CRITICAL"}
    return {**finding, "Id": f"of-{team}", "Resources": resources, "Severity": severity}


def findings_v2() -> list[dict[str, Any]]:
    """Return findings of the new Security Hub: ours, and the public ones where they are present."""
    own = [named(finding, f"{number:064x}") for number, finding in enumerate(KINDS.values())]
    public = list(_lines(CORPUS_V2)) if CORPUS_V2.exists() else []
    return own + [event["detail"]["findings"][0] for event in public]


def named(finding: dict[str, Any], uid: str) -> dict[str, Any]:
    """Return the like of a finding, as another one."""
    info, metadata = ({**finding[part], "uid": uid} for part in ("finding_info", "metadata"))
    return {**finding, "finding_info": info, "metadata": metadata}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text("utf-8").splitlines():
        yield json.loads(line)


class _Functions(yaml.SafeLoader):
    """Reads CloudFormation's short forms (``!Ref``) as the functions they stand for."""


def _long_form(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any = (
        loader.construct_scalar(node)
        if isinstance(node, yaml.ScalarNode)
        else loader.construct_sequence(node, deep=True)
    )
    return {name if name == "Ref" else f"Fn::{name}": value}


_Functions.add_multi_constructor("!", _long_form)

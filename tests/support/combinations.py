"""Every combination of what changes which resources a template has, as params files.

``python tests/support/combinations.py DIR`` renders them there, for ``make audit``.
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import yaml

sys.path.insert(0, str(Path(__file__).parents[2]))

from generator.cloudformation.yaml_writer import yaml_text
from generator.params import load
from generator.templates import TEMPLATES, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "arn:aws:kms:eu-west-1:111122223333:key/0123abcd-0123-0123-0123-0123456789ab"


_ROUTE = {
    "name": "findings",
    "channel": "security",
    "match": {"severity": ["CRITICAL"], "workflow": ["NEW"]},
}
_EVERYWHERE = {
    "name": "Some",
    "channels": {"security": {}},
    "permissions_boundary": "team/boundary",
}
_DEPLOYMENT = {
    "home": {"region": "eu-west-1", "account": "111122223333"},
    "stackset": {
        "organization_id": "o-abc1234567",
        "organizational_units": ["ou-ab12-11111111"],
        "regions": ["eu-west-1", "us-east-1"],
    },
    "service_catalog": {"versions": ["1.0.0"]},
}


_MESSAGES = tuple(product(("native", "summary"), ("every_update", "once")))
_KEYS = ("none", "customer_key", KEY)


def combinations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a name and the data of each."""
    for (message, notify), encryption, queue, alarms in product(
        _MESSAGES, _KEYS, (True, False), (True, False)
    ):
        short = "key-arn" if encryption == KEY else encryption.replace("_", "-")
        name = f"{message}-{notify}-{short}-{'queue' if queue else 'no-queue'}"
        routes = [{**_ROUTE, "message": message, "notify": notify}]
        yield (
            f"{name}-{'alarms' if alarms else 'no-alarms'}".replace("_", "-"),
            _file(routes, encryption=encryption, dead_letter_queue=queue, alarms=alarms),
        )
    yield from _of_the_new_hub()
    yield from _with_digests()
    yield "exceptions", _with_exceptions()
    yield from _with_channels()


def _of_the_new_hub() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield files with routes of the new Security Hub, alone and next to those of the old one.

    Its routes differ in the state machine alone, and in what it may do.
    """
    for (message, notify), queue, with_old in product(_MESSAGES, (True, False), (True, False)):
        of_new = {**_ROUTE, "message": message, "notify": notify, "source": "security_hub"}
        of_old = [{**of_new, "name": "controls", "source": "security_hub_cspm"}] if with_old else []
        name = f"{'both-hubs' if with_old else 'new-hub'}-{message}-{notify}"
        data = _file([of_new, *of_old], encryption="customer_key", dead_letter_queue=queue)
        yield f"{name}-{'queue' if queue else 'no-queue'}".replace("_", "-"), data


def _with_digests() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield files with a digest of each product, next to a direct route."""
    routes = [{**_ROUTE, "message": "native", "notify": "every_update"}]
    for source, encryption, alarms in product(
        ("security_hub_cspm", "security_hub"), _KEYS, (True, False)
    ):
        short = "key-arn" if encryption == KEY else encryption
        digest = {
            "name": "weekly",
            "channel": "security",
            "source": source,
            "schedule": "rate(1 day)",
            "match": {"severity": ["CRITICAL", "LOW"], "compliance": {"not": ["PASSED"]}},
            "by": ["control", "resource", "resource_type"],
        }
        name = f"digest-{source}-{short}-{'alarms' if alarms else 'no-alarms'}"
        data = _file(routes, encryption=encryption, alarms=alarms, digests=[digest])
        yield name.replace("_", "-"), data


def _with_exceptions() -> dict[str, Any]:
    """Return a file with an exception of each kind of criterion, which make rules and no more."""
    matches: list[dict[str, Any]] = [
        {"controls": ["EC2.1"], "accounts": {"not": ["111122223333"]}},
        {"resource_tags": {"Environment": ["test"]}, "severity": {"not": ["CRITICAL"]}},
        {"products": ["aws/inspector"], "types": ["Software and Configuration Checks*"]},
    ]
    until = ("never", "2099-12-31", "2099-12-31")
    exceptions = [
        {"name": f"e{i}", "match": match, "reason": "accepted", "until": until[i]}
        for i, match in enumerate(matches)
    ]
    of_new_hub = {"kinds": ["posture"], **matches[1]}
    exceptions.append(
        {**exceptions[1], "name": "new", "source": "security_hub", "match": of_new_hub}
    )
    return _file([{**_ROUTE, "message": "native", "notify": "once"}], exceptions=exceptions)


def _with_channels() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield files with every kind of channel, whose route sends to all of them."""
    kinds: dict[str, Any] = {
        "security": {"buttons": ["suppress", "resolve", "notified"]},
        "risk": {"teams": {}, "buttons": ["suppress"]},
        "auditors": {"emails": ["audit@example.com"]},
        "legacy": {"configuration": "existing"},
    }
    for source, encryption in product(("security_hub_cspm", "security_hub"), _KEYS):
        route = {**_ROUTE, "message": "summary", "source": source, "channel": list(kinds)}
        short = "key-arn" if encryption == KEY else encryption
        yield (
            f"channels-{source}-{short}".replace("_", "-"),
            _file([{**route, "notify": "once"}], encryption=encryption, channels=kinds),
        )


def _file(routes: list[dict[str, Any]], *, alarms: bool = True, **more: Any) -> dict[str, Any]:
    forwarding = all(route["notify"] != "once" for route in routes)
    return {
        **_EVERYWHERE,
        "routes": routes,
        "alarms": alarms,
        "topic": {"delivery_status_logging": alarms},
        "deployment": {**_DEPLOYMENT, "forwarding": forwarding},
        **more,
    }


def templates(data: dict[str, Any]) -> dict[str, str]:
    """Return the text of each template of a params file, by its file name."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "some.yaml"
        path.write_text(yaml.safe_dump(data), "utf-8")
        settings = load(path).settings
    return {file: yaml_text(TEMPLATES[file](settings).to_dict()) for file in wanted(settings)}


def main() -> None:
    """Write the templates of every combination into a folder."""
    folder = Path(sys.argv[1])
    for name, data in combinations():
        (folder / name).mkdir(parents=True)
        for file, text in templates(data).items():
            (folder / name / file).write_text(text, "utf-8")


if __name__ == "__main__":
    main()

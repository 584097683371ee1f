"""The guide's command for a channel that has a chat configuration already, run in a shell.

The AWS CLI is the real one: it reads the answers of a service that keeps configurations, and checks
what it sends. Stacks are not asked: a script answers for them.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest

from rendered import PYTHON, ROOT

CLI = Path(sys.executable).with_name("aws")
ACCOUNT, ARN = "111122223333", "arn:aws:chatbot::111122223333:chat-configuration"
OURS = [
    f"arn:aws:sns:ap-northeast-1:{ACCOUNT}:{name}"
    for name in ("Existing", "Existing-weekly", "Existing-ops-alarms")
]
OTHERS = [f"arn:aws:sns:{region}:{ACCOUNT}:pipelines" for region in ("us-east-1", "eu-west-1")]
TEAM = "0123abcd-45ef-67ab-89cd-0123456789ab"
TEAMS_CHANNEL = "19%3aabc%40thread.tacv2"
PARAMS = f"""\
name: Existing
channels:
  ops: {{configuration: existing, channel_id: C0OPS}}
  risk: {{configuration: existing, teams: {{channel_id: {TEAMS_CHANNEL}}}}}
routes:
  - name: findings
    channel: [ops, risk]
    match: {{severity: [CRITICAL]}}
digests:
  - {{name: weekly, channel: ops, schedule: cron(0 9 ? * MON *)}}
"""
SHARED = {
    "IamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/ops",
    "LoggingLevel": "INFO",
    "GuardrailPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    "UserAuthorizationRequired": True,
    "SnsTopicArns": OTHERS,
}
SLACK = {
    "SlackTeamName": "Example",
    "SlackTeamId": "T0123ABCD",
    "SlackChannelId": "C0OPS",
    "SlackChannelName": "ops",
    "ChatConfigurationArn": f"{ARN}/slack-channel/ops",
    "ConfigurationName": "ops",
    "State": "ENABLED",
    "Tags": [{"TagKey": "Team", "TagValue": "ops"}],
    **SHARED,
}
TEAMS = {
    "TeamId": TEAM,
    "TeamName": "Example",
    "TenantId": TEAM,
    "ChannelId": TEAMS_CHANNEL.replace("%3a", "%3A"),
    "ChannelName": "risk",
    "ChatConfigurationArn": f"{ARN}/microsoft-teams-channel/risk",
    "ConfigurationName": "risk",
    **SHARED,
}
ANOTHER = {**SLACK, "SlackChannelId": "C0ANOTHER", "ChatConfigurationArn": f"{ARN}/slack-channel/x"}

# Answers for stacks, and hands everything else to the AWS CLI.
FAKE = """#!/bin/sh
case "$1 $2 $*" in
  *OutputKey==\\'OpsChannelTopics\\'*) echo "{topics}" ;;
  *OutputKey==\\'RiskChannelTopics\\'*) echo "{topics}" ;;
  "cloudformation describe-stacks "*) echo ;;
  *) exec {cli} "$@" ;;
esac
"""


class Service(NamedTuple):
    """The chat service as far as the command needs it: an update replaces what it can name."""

    address: str
    slack: list[dict[str, Any]]
    teams: list[dict[str, Any]]
    updates: list[dict[str, Any]]


class _Handler(BaseHTTPRequestHandler):
    service: Service

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "{}")
        answer = self._answer(self.path.strip("/"), body)
        text = json.dumps(answer).encode()
        self.send_response(200 if answer is not None else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _answer(self, path: str, body: dict[str, Any]) -> Any:
        match path:
            case "describe-slack-channel-configurations":
                return {"SlackChannelConfigurations": self.service.slack}
            case "list-ms-teams-channel-configurations":
                return {"TeamChannelConfigurations": self.service.teams}
            case "update-slack-channel-configuration" | "update-ms-teams-channel-configuration":
                return {"ChannelConfiguration": self._update(body)}
        return None

    def _update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Forget what an update does not name: whether AWS keeps it is not documented."""
        self.service.updates.append(body)
        for configuration in (*self.service.slack, *self.service.teams):
            if configuration["ChatConfigurationArn"] == body["ChatConfigurationArn"]:
                for key in (*SHARED, "SlackChannelName", "ChannelName"):
                    configuration.pop(key, None)
                configuration.update(body)
                return configuration
        raise AssertionError(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    address = f"http://127.0.0.1:{server.server_port}"
    handler.service = Service(address, [dict(ANOTHER), dict(SLACK)], [dict(TEAMS)], [])
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield handler.service
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the command as the guide of a params file has it."""
    folder = tmp_path_factory.mktemp("guide")
    (folder / "existing.yaml").write_text(PARAMS)
    subprocess.run(
        [PYTHON, "-m", "generator", "render", "existing.yaml", "--out", "out"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )
    text = (folder / "out" / "existing" / "DEPLOY.md").read_text("utf-8")
    (block,) = re.findall(r"```bash\n(   slack_topics\(\).*?)   ```", text, re.DOTALL)
    return str(block)


@pytest.fixture
def run(command: str, service: Service, tmp_path: Path) -> Callable[..., int]:
    """Run the command, to add topics or to remove them."""
    assert shutil.which("jq")
    fake = tmp_path / "bin" / "aws"
    fake.parent.mkdir()
    fake.write_text(FAKE.format(topics=" ".join(OURS), cli=CLI))
    fake.chmod(0o755)

    def run(what: str = "add", *, text: str = command) -> int:
        done = subprocess.run(
            ["bash", "-ec", text.replace("_topics add ", f"_topics {what} ")],
            cwd=tmp_path,
            env={
                "PATH": f"{fake.parent}:/usr/local/bin:/usr/bin:/bin",
                "AWS_ENDPOINT_URL": service.address,
                "AWS_ACCESS_KEY_ID": ACCOUNT,
                "AWS_SECRET_ACCESS_KEY": "any",
                "AWS_CONFIG_FILE": "/dev/null",
                "AWS_DEFAULT_REGION": "ap-northeast-1",
            },
            check=False,
            timeout=120,
        )
        return done.returncode

    return run


def test_it_adds_the_topics_and_keeps_everything_else(
    run: Callable[..., int], service: Service
) -> None:
    assert run() == 0
    topics = {"SnsTopicArns": [*OTHERS, *OURS]}
    assert service.slack == [ANOTHER, {**SLACK, **topics}]
    assert service.teams == [{**TEAMS, **topics}]


def test_it_adds_them_once_however_often_it_runs(run: Callable[..., int], service: Service) -> None:
    assert run() == run() == 0
    assert len(service.updates) == 4
    assert service.slack[1]["SnsTopicArns"] == [*OTHERS, *OURS]
    assert service.slack[1]["GuardrailPolicyArns"] == SLACK["GuardrailPolicyArns"]


def test_it_takes_its_topics_out_again(run: Callable[..., int], service: Service) -> None:
    assert run() == run("remove") == 0
    assert service.slack == [ANOTHER, SLACK]
    assert service.teams == [TEAMS]


def test_what_a_configuration_does_not_have_is_not_invented(
    run: Callable[..., int], service: Service
) -> None:
    for key in ("GuardrailPolicyArns", "UserAuthorizationRequired", "SnsTopicArns"):
        del service.slack[1][key]
    service.slack[1]["SlackChannelName"] = ""
    assert run() == 0
    assert set(service.updates[0]) == {
        *("ChatConfigurationArn", "SlackChannelId", "IamRoleArn", "LoggingLevel", "SnsTopicArns")
    }
    assert service.slack[1]["SnsTopicArns"] == OURS


def test_a_channel_without_a_configuration_is_an_error_and_changes_nothing(
    run: Callable[..., int],
    service: Service,
    command: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert run(text=command.replace("add C0OPS", "add C0ELSEWHERE")) != 0
    assert "0 chat configurations of C0ELSEWHERE" in capfd.readouterr().err
    assert service.updates == []


def test_a_stack_without_the_output_is_an_error_and_changes_nothing(
    run: Callable[..., int], service: Service, command: str
) -> None:
    assert run(text=command.replace("OpsChannelTopics", "OtherChannelTopics")) != 0
    assert service.updates == []

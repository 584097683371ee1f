"""What a press of a button runs: its command, read by the AWS CLI itself, without a network.

The chat service's own reader of commands is not public; it accepts those of the AWS CLI.
https://docs.aws.amazon.com/chatbot/latest/adminguide/chatbot-cli-commands.html
"""

import json
import random
import re
import shlex
import string
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple, get_args

import awscli.clidriver
import botocore.session
import pytest
from botocore.validate import ParamValidator

from generator.blocks.button_command import SETS, command
from generator.findings.outline import STATUS_IDS
from generator.messages.buttons import LONGEST_IDENTIFIER, SAFE_ID, SAFE_UID
from generator.params.choices import Button, Source
from rendered import CORPUS, CORPUS_V2
from samples import CONTROL

BUTTONS: tuple[Button, ...] = get_args(Button)
OF_CSPM, OF_NEW = get_args(Source)
REGION = "eu-central-1"
ARN = CONTROL["ProductArn"]
HOSTILE = [
    *(" ", ",", "--profile x", " --region us-east-1", " --workflow Status=NEW", "'", '"', "\\"),
    *("file://", "fileb:///etc/passwd", "https://example.com/x", "\n", "\r\n", "$(id)", "`id`"),
    *("$F", "$R", "${AWS::Region}", "{", "}", "[", "]", "=", "@=", "@=file:///etc/passwd", ";"),
    *("&&", "|", ">", "#", "~", "*", "?", "!", "%", "(", ")", "-", "--", "+", "@", "\t", "\0"),
    *(",Id=", ",ProductArn=", "Id=", "null", "true", "\u00e9", "\u2028", "\uff1d", "arn:aws:x"),
]
OPERATIONS = {OF_CSPM: "BatchUpdateFindings", OF_NEW: "BatchUpdateFindingsV2"}
EVERY = [chr(number) for number in range(0x10000)]
SAFE = "".join(character for character in EVERY if re.fullmatch(SAFE_ID, f"a{character}"))
SAFE_IN_UID = "".join(character for character in EVERY if re.fullmatch(SAFE_UID, f"a{character}"))
SIGNS = "".join(character for character in SAFE if not character.isalnum())


class Call(NamedTuple):
    """A call of AWS as the AWS CLI would send it, and the options of every command."""

    service: str
    operation: str
    parameters: dict[str, Any]
    options: dict[str, Any]


Press = Callable[[str], Call | None]


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    """Run a command up to its call of AWS; None is the answer to one that the CLI refuses."""
    driver = awscli.clidriver.create_clidriver()
    calls: list[Call] = []

    def invoke(_: Any, service: str, operation: str, parameters: Any, options: Any) -> int:
        calls.append(Call(service, operation, parameters, vars(options)))
        return 0

    def press(text: str) -> Call | None:
        calls.clear()
        with suppress(SystemExit):
            driver.main(text.split())
        return calls[0] if calls else None

    begin = driver._emit_session_event

    def begin_once(arguments: Any) -> None:
        """A process runs one command: another would add the same handlers to those of the first."""
        patched.setattr(driver, "_emit_session_event", lambda _: None)
        begin(arguments)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(awscli.clidriver.CLIOperationCaller, "invoke", invoke)
        patched.setattr(driver, "_emit_session_event", begin_once)
        yield press


@pytest.fixture(scope="module")
def plain(press: Press) -> dict[str, Any]:
    """Return the options of every command, as they are when none is given."""
    call = press("securityhub batch-update-findings-v2 --metadata-uids x")
    assert call
    return call.options


@pytest.fixture(scope="module")
def check(press: Press, plain: dict[str, Any]) -> Callable[..., None]:
    """See to it that a press calls what the button says, for one finding, and nothing else."""
    model = botocore.session.get_session().get_service_model("securityhub")

    def check(button: Button, source: Source, name: str, product: str = ARN) -> None:
        finding = named(source, name, product)
        assert finding is not None
        text = filled(button, source, finding)
        # There is no shell. Whatever splits the text reads the same words, with quotes and comments
        # or without.
        assert shlex.split(text, comments=True) == text.split() == text.split(" ")
        call = press(text)
        assert call is not None, name
        operation = OPERATIONS[source]
        assert call[:3] == ("securityhub", operation, intended(button, source, name, product))
        assert call.options == {**plain, "region": REGION}
        shape = model.operation_model(operation).input_shape
        report = ParamValidator().validate(call.parameters, shape)
        assert not report.has_errors(), report.generate_report()

    return check


def filled(button: Button, source: Source, finding: str) -> str:
    return command(button, source).replace("$F", finding).replace("$R", REGION)


def identifier(name: str, product: str) -> str:
    return f"Id={name},ProductArn={product}"


def named(source: Source, name: str, product: str = ARN) -> str | None:
    """Return what a message says of a finding, or None if its ids are not safe."""
    if source == OF_NEW:
        return name if re.fullmatch(SAFE_UID, name) else None
    text = identifier(name, product)
    safe = re.fullmatch(SAFE_ID, name) and re.fullmatch(SAFE_ID, product)
    return text if safe and len(text) <= LONGEST_IDENTIFIER else None


def intended(button: Button, source: Source, name: str, product: str = ARN) -> dict[str, Any]:
    if source == OF_NEW:
        return {"MetadataUids": [name], "StatusId": STATUS_IDS[SETS[button]]}
    finding = {"Id": name, "ProductArn": product}
    return {"FindingIdentifiers": [finding], "Workflow": {"Status": SETS[button]}}


@pytest.mark.parametrize("button", BUTTONS)
def test_a_press_sets_each_of_a_hundred_real_findings(
    button: Button, check: Callable[..., None]
) -> None:
    if not CORPUS.exists():
        pytest.skip(f"{CORPUS} is absent: this test reads real findings from there")
    real = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
    pairs = {
        (finding["Id"], finding["ProductArn"]): None
        for finding in real
        if named(OF_CSPM, finding["Id"], finding["ProductArn"])
    }
    assert len(pairs) >= 100
    for name, product in list(pairs)[:100]:
        check(button, OF_CSPM, name, product)


@pytest.mark.parametrize("button", BUTTONS)
def test_a_press_sets_each_real_finding_of_the_new_security_hub(
    button: Button, check: Callable[..., None]
) -> None:
    if not CORPUS_V2.exists():
        pytest.skip(f"{CORPUS_V2} is absent: this test reads real findings from there")
    events = [json.loads(line) for line in CORPUS_V2.read_text("utf-8").splitlines()]
    real = [finding for event in events for finding in event["detail"]["findings"]]
    # Some of the published ones have none.
    uids = {finding["metadata"]["uid"] for finding in real if "uid" in finding["metadata"]}
    assert len(uids) > 50
    for uid in uids:
        check(button, OF_NEW, uid)


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.parametrize("source", [OF_CSPM, OF_NEW])
def test_a_press_sets_findings_of_ours(
    button: Button, source: Source, check: Callable[..., None]
) -> None:
    check(button, source, CONTROL["Id"] if source == OF_CSPM else "0a1b2c3d4e5f")


def test_what_is_safe_is_letters_digits_and_these_signs() -> None:
    letters = {*string.ascii_letters, *string.digits}
    assert set(SAFE) - letters == {*":/._+@=-"}
    assert set(SAFE_IN_UID) - letters == {*"_-"}
    assert set(SAFE) & letters == set(SAFE_IN_UID) & letters == letters


def composed(chance: random.Random, source: Source) -> str:
    """Return an id of parts that mean something to a command line, and of parts that do not."""
    own = SAFE + SIGNS * 5 if source == OF_CSPM else SAFE_IN_UID
    parts = [
        chance.choice(HOSTILE) if chance.random() < 0.2 else "".join(chance.choices(own, k=n))
        for n in (chance.randrange(1, 9) for _ in range(chance.randrange(1, 7)))
    ]
    return "".join(parts)


@pytest.mark.parametrize("source", [OF_CSPM, OF_NEW])
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_named_is_the_one_finding_of_the_call(
    source: Source, seed: int, check: Callable[..., None]
) -> None:
    chance = random.Random(f"{source} {seed}")  # noqa: S311  (the same in every run)
    names = [composed(chance, source) for _ in range(150)]
    safe = [name for name in names if named(source, name)]
    assert 20 < len(safe) < 130
    for name in safe:
        button = chance.choice(BUTTONS)
        product = composed(chance, source) if source == OF_CSPM else ARN
        check(button, source, name, product if named(source, name, product) else ARN)


@pytest.mark.parametrize("character", f"{SIGNS}aZ0")
def test_each_safe_character_is_safe_anywhere_but_at_the_beginning(
    character: str, check: Callable[..., None]
) -> None:
    for name in (f"a{character}", f"a{character}b", f"a{character * 3}b", f"a{character}=@="):
        check("suppress", OF_CSPM, name, name)


def test_a_finding_has_no_buttons_where_what_names_it_is_too_long(
    check: Callable[..., None],
) -> None:
    room = LONGEST_IDENTIFIER - len(identifier("", ARN))
    check("suppress", OF_CSPM, "a" * room)
    assert named(OF_CSPM, "a" * (room + 1)) is None


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (OF_CSPM, f"a,ProductArn={ARN} Id=b"),
        (OF_CSPM, "a --note Text=x,UpdatedBy=y --types"),
        (OF_CSPM, "a --profile default --types"),
        (OF_CSPM, "a,b"),
        (OF_CSPM, "[a,b]"),
        (OF_CSPM, "{b=c}"),
        (OF_CSPM, "=a"),
        (OF_CSPM, "'a'"),
        (OF_CSPM, "a\\,b"),
        (OF_NEW, "a b"),
        (OF_NEW, "a --comment x"),
        (OF_NEW, "--comment"),
        (OF_NEW, "file:///dev/null"),
        (OF_NEW, '["b"]'),
    ],
)
def test_what_is_not_safe_would_call_something_else_and_is_not_named(
    source: Source, name: str, press: Press, plain: dict[str, Any]
) -> None:
    assert named(source, name) is None
    text = identifier(name, ARN) if source == OF_CSPM else name
    call = press(filled("suppress", source, text))
    right = ("securityhub", OPERATIONS[source], intended("suppress", source, name))
    assert call is None or call != Call(*right, {**plain, "region": REGION})


@pytest.mark.parametrize("hostile", [part for part in HOSTILE if not re.fullmatch(SAFE_ID, part)])
def test_a_hostile_part_makes_an_id_unsafe_unless_every_character_of_it_is_safe(
    hostile: str,
) -> None:
    for name in (hostile, f"a{hostile}", f"a{hostile}b", f"{hostile}b"):
        safe = name[0] not in SIGNS and set(name) <= set(SAFE)
        assert bool(named(OF_CSPM, name)) == safe

"""Lends the emulator a memory for what it reads again and again, a third of its time.

AWS's managed policies, for each account; the grammar of JSONPath, for each path; the definition
of a state machine, for each execution.
"""

from copy import copy
from functools import cache
from threading import RLock
from typing import Any

from jsonpath_ng.parser import JsonPathParser
from moto.iam.models import IAMBackend

_reading = RLock()
_policies: dict[str, list[Any]] = {}
_grammars: dict[type, dict[str, Any]] = {}
_read_policies = IAMBackend._init_aws_policies
_read_grammar = JsonPathParser.__init__


def lend() -> None:
    IAMBackend._init_aws_policies = _policies_of
    JsonPathParser.__init__ = _with_grammar
    _read_definitions_once()


def _policies_of(backend: IAMBackend) -> list[Any]:
    """Return policies of the account's own: an attachment is counted in the policy."""
    with _reading:
        if backend.region_name not in _policies:
            _policies[backend.region_name] = _read_policies(backend)
    own = [copy(policy) for policy in _policies[backend.region_name]]
    for policy in own:
        policy.account_id = backend.account_id
    return own


def _with_grammar(parser: JsonPathParser, *arguments: Any, **options: Any) -> None:
    with _reading:
        if type(parser) not in _grammars:
            _read_grammar(parser, *arguments, **options)
            _grammars[type(parser)] = dict(parser.__dict__)
    grammar = _grammars[type(parser)]
    # It keeps what it has parsed so far in itself.
    parser.__dict__.update(grammar, parser=copy(grammar["parser"]))


def _read_definitions_once() -> None:
    from localstack.services.stepfunctions.asl.component.eval_component import (  # noqa: PLC0415
        EvalComponent,
    )
    from localstack.services.stepfunctions.asl.parse.asl_parser import (  # noqa: PLC0415
        AmazonStateLanguageParser,
    )
    from localstack.services.stepfunctions.backend.execution_worker import (  # noqa: PLC0415
        ExecutionWorker,
    )

    @cache
    def program(definition: str) -> EvalComponent:
        return AmazonStateLanguageParser.parse(definition)[0]

    def entry(worker: ExecutionWorker) -> EvalComponent:
        with _reading:
            return program(worker._evaluation_details.state_machine_details.definition)

    ExecutionWorker._get_evaluation_entrypoint = entry
    # What changes during an execution is in its environment, by keys that each part of a program
    # would draw when it is first asked for one: two executions might get two.
    EvalComponent.heap_key = property(lambda part: str(id(part)))

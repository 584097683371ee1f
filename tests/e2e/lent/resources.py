"""Lends the emulator resource types that CloudFormation has and it does not know."""

from typing import Any

from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceProviderExecutor,
)


def lend_type(provider: type[ResourceProvider[Any]]) -> None:
    """Let a provider carry out its type; all other types are carried out as before."""
    others = ResourceProviderExecutor.try_load_resource_provider

    def load(kind: str) -> Any:
        return provider() if kind == provider.TYPE else others(kind)

    ResourceProviderExecutor.try_load_resource_provider = staticmethod(load)


def schema(kind: str, given: tuple[str, ...], made: tuple[str, ...]) -> dict[str, Any]:
    """Return a type's schema: what is given, and what the service makes, its id first."""
    return {
        "typeName": kind,
        "properties": {name: {} for name in (*given, *made)},
        "readOnlyProperties": [f"/properties/{name}" for name in made],
        "primaryIdentifier": [f"/properties/{made[0]}"],
    }


def done(model: dict[str, Any]) -> ProgressEvent[Any]:
    return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)

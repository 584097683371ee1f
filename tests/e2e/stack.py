"""A CloudFormation stack on the emulator, deployed as a person would."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from aws import ACCOUNT, REGION, Aws
from leftovers import LISTINGS, still_there
from report import Report

INLINE_LIMIT = 51_200  # bytes; a larger body is read from S3 (CloudFormation quotas)
CAPABILITIES = ["CAPABILITY_NAMED_IAM"]
BUCKET = "e2e-templates"
# What the emulator gives a resource of a type that it does not know for a physical id.
PLACEHOLDER = "unknown"

_names = count(1)


class StackError(RuntimeError):
    """A stack did not reach the state that was asked for."""


@dataclass
class Stack:
    """One stack, in one account and region."""

    aws: Aws
    report: Report
    name: str
    account: str = ACCOUNT
    region: str = REGION
    patience: float = 60.0
    id: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    def create(self, template: str, parameters: Mapping[str, str] | None = None) -> "Stack":
        began = time.monotonic()
        request = self._request(template, parameters or {})
        self.id = self._client("cloudformation").create_stack(**request)["StackId"]
        self._reach("CREATE_COMPLETE")
        self.report.deployed += 1
        self.report.deploying += time.monotonic() - began
        self.report.placeholders.update(self.placeholders)
        return self

    def update(self, template: str, parameters: Mapping[str, str] | None = None) -> "Stack":
        """Update the stack; a parameter that is not given keeps its value, as in the console."""
        self._client("cloudformation").update_stack(**self._request(template, parameters or {}))
        return self.updated()

    def updated(self) -> "Stack":
        """Wait for an update that has begun."""
        self._reach("UPDATE_COMPLETE")
        self.report.updated += 1
        return self

    def delete(self) -> None:
        """Delete the stack, and raise unless all that it held is gone."""
        if not self.id:
            return
        self._settled()  # of a stack that it is still creating, the emulator would leave parts
        self._read_resources()
        self._client("cloudformation").delete_stack(StackName=self.id)
        self._await("DELETE_COMPLETE")
        self.id = ""
        self.report.deleted += 1
        if left := self.left_behind():
            raise StackError(f"{self.name} is deleted, but left {', '.join(left)}")

    def left_behind(self) -> list[str]:
        """Name the resources of the stack that exist outside of it; a rolled back one's too."""
        found = still_there(self._client, self.resources.values())
        return [
            f"{resource['ResourceType']} {resource['PhysicalResourceId']}" for resource in found
        ]

    def missing(self) -> list[str]:
        """Name, also in the report, the resources that the stack should hold and that are gone."""
        held = [one for one in self.resources.values() if one["ResourceType"] in LISTINGS]
        there = {one["PhysicalResourceId"] for one in still_there(self._client, held)}
        gone = [
            f"{one['ResourceType']} {one['PhysicalResourceId']}"
            for one in held
            if one["PhysicalResourceId"] not in there
        ]
        self.report.missing += gone
        return gone

    @property
    def status(self) -> str:
        """The status now; the id, other than the name, is known to the end."""
        stacks = self._client("cloudformation").describe_stacks(StackName=self.id)["Stacks"]
        return str(stacks[0]["StackStatus"])

    @property
    def placeholders(self) -> list[str]:
        return [
            resource["ResourceType"]
            for resource in self.resources.values()
            if resource["PhysicalResourceId"] == PLACEHOLDER
        ]

    def _client(self, service: str) -> Any:
        return self.aws(service, self.region, self.account)

    def _request(self, template: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        self.parameters |= parameters
        given = [{"ParameterKey": k, "ParameterValue": v} for k, v in self.parameters.items()]
        where = {"StackName": self.name, "Parameters": given, "Capabilities": CAPABILITIES}
        if len(template.encode()) <= INLINE_LIMIT:
            return {**where, "TemplateBody": template}
        return {**where, "TemplateURL": self._upload(template)}

    def _upload(self, template: str) -> str:
        s3, bucket = self._client("s3"), f"{BUCKET}-{self.account}-{self.region}"
        with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
            place = {"LocationConstraint": self.region}
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
        s3.put_object(Bucket=bucket, Key=self.name, Body=template.encode())
        return f"{s3.meta.endpoint_url}/{bucket}/{self.name}"

    def _reach(self, status: str) -> None:
        """Wait for success, then read what the stack holds."""
        try:
            self._await(status)
        except StackError:
            self.report.failed += 1
            raise
        finally:
            self._read_resources()
        self.outputs = self._read_outputs()

    def _await(self, wanted: str) -> None:
        status = self._settled()
        if status != wanted:
            raise StackError(f"{self.name} is {status}, not {wanted}: {self._reasons()}")

    def _settled(self) -> str:
        deadline = time.monotonic() + self.patience
        while (status := self.status).endswith("_IN_PROGRESS"):
            if time.monotonic() > deadline:
                raise StackError(f"{self.name} is {status} after {self.patience:.0f} seconds")
            time.sleep(0.1)
        return status

    def _reasons(self) -> str:
        events = self._client("cloudformation").describe_stack_events(StackName=self.id)
        return "; ".join(
            f"{event['LogicalResourceId']} {event['ResourceStatus']}: "
            f"{event.get('ResourceStatusReason', 'no reason given')}"
            for event in reversed(events["StackEvents"])
            if event["ResourceStatus"].endswith("FAILED")
        )

    def _read_outputs(self) -> dict[str, str]:
        stacks = self._client("cloudformation").describe_stacks(StackName=self.id)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in stacks[0].get("Outputs", [])}

    def _read_resources(self) -> None:
        with suppress(ClientError):  # a stack that failed early may have none to tell of
            answer = self._client("cloudformation").describe_stack_resources(StackName=self.id)
            found = [each for each in answer["StackResources"] if each.get("PhysicalResourceId")]
            self.resources |= {each["LogicalResourceId"]: each for each in found}


@contextmanager
def deploying(aws: Aws, report: Report, account: str) -> Iterator[Callable[..., Stack]]:
    """Give what creates stacks from templates, text or the path of a file; all are deleted."""
    with ExitStack() as cleaning:

        def create(template: str | Path, /, region: str = REGION, **parameters: str) -> Stack:
            if isinstance(template, Path):
                report.rendered(template)
            text = template.read_text("utf-8") if isinstance(template, Path) else template
            stack = Stack(aws, report, f"e2e-{next(_names)}", account, region)
            stack.create(text, parameters)
            # Only now: a stack that failed, the emulator neither rolls back nor can it delete it.
            cleaning.callback(stack.delete)
            return stack

        yield create

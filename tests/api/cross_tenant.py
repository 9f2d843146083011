"""What somebody could try to reach of another organization: every operation of the document, by every id that there is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ringtrue.agents.files import example

ID_NAMES = {
    "call_id", "thread_id", "project_id", "project_name", "project", "name", "number", "key_id", "config_version_id", "cursor",
    "webhook_id", "listener_id", "done", "puppeteer_config_name",
}  # fmt: skip
"""Parameters and fields that name an object."""
PLAIN_NAMES = {
    "status", "call_type", "direction", "from_date", "to_date", "limit", "callee", "timezone", "json_data", "scheduled_for",
    "background", "metadata", "verification_code", "user_phone_number", "user_email", "type", "alias", "scope", "reason",
    "message", "streaming", "start_new_conversation", "reverse", "expires_in", "include", "url", "events", "enabled",
}  # fmt: skip
"""Parameters and fields that name none."""
REQUIRED: Mapping[str, Any] = {
    "callee": "+14155550123",
    "scheduled_for": "2027-03-05T10:00:00Z",
    "scope": "read",
    "name": "a key",
    "message": "Hello.",
    "url": "https://example.com/hooks",
}
"""What a body has beside the id that is tried, where it must have something."""
TO_GUESTS = {
    ("GET", "/calls"),
    ("GET", "/calls/{call_id}"),
    ("GET", "/threads/{thread_id}"),
    ("GET", "/threads/{thread_id}/messages"),
    ("POST", "/chat"),
    ("POST", "/voice/{thread_id}/phone-call"),
    ("POST", "/voice/{thread_id}/web-call"),
}
"""Operations that a thread token opens, in its own thread."""
OPEN = {("GET", "/livez"), ("GET", "/readyz"), ("GET", "/schemas/project.json")}
"""Operations that need no key."""
NOT_AN_ID = {("POST", "/api-keys", "name")}
"""Where a name is one that the client makes up for something of its own."""
READS_BY_POST = {("POST", "/calls/check")}
ADMIN_ONLY = {"/api-keys", "/api-keys/{key_id}", "/calls/{call_id}/turn-log"}
MADE_BY_NAME = {
    ("PUT", "/projects/{name}"),
    ("PUT", "/numbers/{number}"),
    ("DELETE", "/numbers/{number}"),
    ("PUT", "/suppressions/{number}"),
    ("DELETE", "/suppressions/{number}"),
}
"""Operations on an object of one's own that somebody else's may bear the same name as."""
NOT_YET = {("POST", "/voice/{thread_id}/web-call")}
"""Operations that answer 501 in a thread of one's own."""
TAKEN = {("PUT", "/numbers/{number}"): (409, "number_taken")}
"""The one name that the server has once only: a number rings at one organization."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A place of one operation that takes an id."""

    method: str
    path: str
    name: str
    place: str
    body: Mapping[str, Any] | None = None
    needed: frozenset[str] = frozenset()

    @property
    def operation(self) -> tuple[str, str]:
        """Method and path."""
        return self.method, self.path


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One request."""

    method: str
    url: str
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def operations(document: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Every operation of the document."""
    return {
        (method.upper(), path): operation for path, methods in document["paths"].items() for method, operation in methods.items()
    }


def slots(document: Mapping[str, Any]) -> Iterator[Slot]:
    """Every place that takes an id. An AssertionError names a parameter or field of which it is not known: say it above."""
    for (method, path), operation in operations(document).items():
        fields, needed = _body(document, operation)
        body = {name: REQUIRED.get(name) for name in needed} if fields else None
        named = [(one["name"], one["in"]) for one in operation.get("parameters", []) if one["in"] != "header"]
        named += [(name, "body") for name in fields]
        unknown = {name for name, _ in named} - ID_NAMES - PLAIN_NAMES
        assert not unknown, f"{method} {path} takes {unknown}: are these ids of something?"
        for name, place in named:
            if name in ID_NAMES and (method, path, name) not in NOT_AN_ID:
                yield Slot(method=method, path=path, name=name, place=place, body=body, needed=frozenset(needed))


def without_slots(document: Mapping[str, Any]) -> list[Slot]:
    """Operations that take no id, each as a slot that nothing is put in."""
    taking = {slot.operation for slot in slots(document)}
    found = []
    for (method, path), operation in operations(document).items():
        if (method, path) not in taking | OPEN:
            fields, needed = _body(document, operation)
            body = {name: REQUIRED.get(name) for name in needed} if fields else None
            found.append(Slot(method=method, path=path, name="", place="none", body=body))
    return found


def _body(document: Mapping[str, Any], operation: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    for one in schema.get("anyOf", [schema]):
        if "$ref" in one:
            shape = document["components"]["schemas"][one["$ref"].rpartition("/")[2]]
            return list(shape["properties"]), shape.get("required", [])
    return [], []


def asked(slot: Slot, value: str, own: Mapping[str, str]) -> Ask:
    """The request that puts the value in its slot, and what is the asker's own in the others."""
    values = {**own, slot.name: value}
    path = slot.path
    for name in own.keys() | {slot.name}:
        path = path.replace(f"{{{name}}}", quote(values[name], safe="") or "-")
    query = f"?{slot.name}={quote(value, safe='')}" if slot.place == "query" else ""
    content, kind = _content(slot, values, value)
    return Ask(method=slot.method, url=path + query, content=content, headers={"Content-Type": kind} if content else {})


def _content(slot: Slot, values: Mapping[str, str], value: str) -> tuple[bytes | None, str]:
    if slot.operation == ("PUT", "/projects/{name}"):
        return example().replace("name: appointment ", f"name: {json.dumps(value)} ", 1).encode(), "application/yaml"
    if slot.body is None:
        return None, ""
    body = {name: values[name] if name in ID_NAMES and name in own_fields(slot) else given for name, given in slot.body.items()}
    if slot.place == "body":
        body[slot.name] = [{"id": value, "status": 200}] if slot.name == "done" else value
    return json.dumps(body).encode(), "application/json"


def own_fields(slot: Slot) -> frozenset[str]:
    """The ids that its body must have."""
    return slot.needed - {"name"}

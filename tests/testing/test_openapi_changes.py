"""What could break a client is named, what could not is not."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ringtrue.testing.openapi_changes import breaking

THING = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "state": {"type": "string", "enum": ["on", "off"]},
        "size": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
    },
    "required": ["id"],
}
OLD: dict[str, Any] = {
    "paths": {
        "/things": {
            "post": {
                "operationId": "make_thing",
                "parameters": [{"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 100}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                "responses": {
                    "200": {
                        "description": "Made.",
                        "headers": {"X-Request-Id": {}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                    "409": {"description": "Conflict.\n\n- `taken`: Somebody has it.\n- `gone`: It is gone."},
                },
            },
            "get": {"operationId": "list_things", "responses": {"200": {"description": "All."}}},
        }
    },
    "components": {"schemas": {"Thing": THING, "Part": {"type": "object", "properties": {"name": {"type": "string"}}}}},
}
POST, THINGS, SCHEMAS = ("paths", "/things", "post"), ("paths", "/things"), ("components", "schemas")
GONE: Any = object()


def changed(*changes: tuple[tuple[Any, ...], Any]) -> list[str]:
    """What is named when the document has these values at these places."""
    new = copy.deepcopy(OLD)
    for place, value in changes:
        inner: Any = new
        for part in place[:-1]:
            inner = inner[part]
        if value is GONE:
            del inner[place[-1]]
        else:
            inner[place[-1]] = value
    return breaking(OLD, new)


@pytest.mark.parametrize(
    ("place", "value", "named"),
    [
        (THINGS, GONE, "/things: the path is gone"),
        ((*THINGS, "get"), GONE, "GET /things: the operation is gone"),
        ((*POST, "operationId"), "create", "POST /things: its operationId changed"),
        ((*POST, "security"), [{"key": []}], "POST /things: it needs a key now"),
        ((*POST, "parameters"), [], "POST /things: the query parameter limit is gone"),
        ((*POST, "parameters", 0, "required"), True, "POST /things: the query parameter limit is required now"),
        ((*POST, "parameters", 0, "schema", "maximum"), 50, "POST /things: query parameter limit: maximum is lower"),
        ((*POST, "requestBody", "required"), True, "POST /things: it needs a body now"),
        ((*POST, "responses", "409"), GONE, "POST /things: the answer 409 is gone"),
        ((*POST, "responses", "409", "description"), "- `taken`: X", "POST /things: answer 409: the code gone is gone"),
        ((*POST, "responses", "200", "headers"), {}, "POST /things: answer 200: the header X-Request-Id is gone"),
        ((*POST, "responses", "200", "content"), {}, "POST /things: answer 200: the media type application/json is gone"),
        ((*SCHEMAS, "Thing", "properties", "state"), GONE, "POST /things: body: the field state is gone"),
        ((*SCHEMAS, "Thing", "properties", "state", "enum"), ["on"], "POST /things: body: state: the value off is gone"),
        ((*SCHEMAS, "Thing", "required"), ["id", "size"], "POST /things: body: the field size is required now"),
        ((*SCHEMAS, "Thing", "required"), ["id", "new"], "POST /things: body: the field new is new and required"),
        ((*SCHEMAS, "Thing", "required"), [], "POST /things: answer 200: the field id may be missing now"),
        (
            (*SCHEMAS, "Thing", "properties", "id", "type"),
            "integer",
            "POST /things: body: id: its type changed from string to integer",
        ),
        (
            (*SCHEMAS, "Thing", "properties", "size"),
            {"type": "integer"},
            "POST /things: body: size: its type changed from integer or null to integer",
        ),
        (
            (*SCHEMAS, "Thing", "properties", "id"),
            {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "POST /things: answer 200: id: its type changed from string to null or string",
        ),
        ((*SCHEMAS, "Part", "properties", "name"), GONE, "POST /things: answer 200: parts: the field name is gone"),
    ],
)
def test_what_could_break_a_client_is_named(place: tuple[Any, ...], value: Any, named: str) -> None:
    """With its operation and its place."""
    assert named in changed((place, value))


def test_a_new_required_parameter_is_named() -> None:
    """Clients do not send it."""
    parameters = [*OLD["paths"]["/things"]["post"]["parameters"], {"in": "query", "name": "x", "required": True, "schema": {}}]

    assert changed(((*POST, "parameters"), parameters)) == ["POST /things: the query parameter x is new and required"]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("paths", "/others"), {}),
        ((*THINGS, "put"), {"operationId": "put_thing"}),
        ((*POST, "responses", "404"), {"description": "None."}),
        ((*POST, "parameters", 0, "schema", "maximum"), 200),
        ((*SCHEMAS, "Thing", "properties", "colour"), {"type": "string"}),
        ((*SCHEMAS, "Thing", "properties", "state", "enum"), ["on", "off", "idle"]),
        ((*POST, "responses", "409", "description"), "- `taken`: X\n- `gone`: Y\n- `new`: Z"),
    ],
)
def test_an_addition_breaks_nobody(place: tuple[Any, ...], value: Any) -> None:
    """Nor does a wider limit."""
    assert changed((place, value)) == []

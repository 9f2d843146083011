"""The published document: it is what the server says, nothing is taken from its clients, and all of it has examples that hold."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator

from ringtrue.api import refusals
from ringtrue.api.document import examples, links
from ringtrue.api.document.write import text
from ringtrue.testing.openapi_changes import breaking

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "docs" / "openapi.json"
RENEW = "tools/openapi renews docs/openapi.json; look at the difference"


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    """What the server says of itself."""
    return app.openapi()


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every operation by its id."""
    return [(one["operationId"], one) for methods in document["paths"].values() for one in methods.values()]


def test_nothing_is_taken_from_clients(document: dict[str, Any]) -> None:
    """What could break one that relies on the published document is named."""
    assert breaking(json.loads(PUBLISHED.read_text()), document) == []


def test_the_published_document_is_what_the_server_says(document: dict[str, Any]) -> None:
    """Field by field."""
    assert PUBLISHED.read_text() == text(document), RENEW


def test_operation_ids_are_verbs_in_snake_case(document: dict[str, Any]) -> None:
    """Generated clients name their methods after them."""
    ids = [id_ for id_, _ in operations(document)]

    assert len(set(ids)) == len(ids)
    assert [id_ for id_ in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)+", id_)] == []
    assert all(len(operation["tags"]) == 1 for _, operation in operations(document))


def shown(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every example with its place and schema."""
    for id_, operation in operations(document):
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "header":
                yield f"{id_} {parameter['name']}", parameter["schema"], parameter["example"]
        contents = [("body", operation.get("requestBody", {}))]
        contents += [(status, resolved(document, one)) for status, one in operation["responses"].items()]
        for place, described in contents:
            for kind, content in described.get("content", {}).items():
                yield f"{id_} {place} {kind}", content["schema"], content["example"]


def resolved(document: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """A response, where it is described once for all."""
    name = response.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document["components"]["responses"][name] if name else response
    return found


def texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a value with the way to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, place)
    elif isinstance(value, str):
        yield place, value


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    """In requests, answers and problems of every operation; and none shows a placeholder: `document.examples.SAMPLES` has one
    value for each field."""
    for place, schema, example in shown(document):
        errors = list(Draft202012Validator({**schema, "components": document["components"]}).iter_errors(example))
        assert errors == [], place
        assert [field for field, value in texts(example) if value == examples.PLACEHOLDER] == [], place


def test_every_refusal_is_described_by_its_status(document: dict[str, Any]) -> None:
    """With its codes, and no status stands for others."""
    for id_, operation in operations(document):
        statuses = {status for status in operation["responses"] if status[0] in "45"}
        assert "500" in statuses, id_
        assert all(re.fullmatch(r"[45]\d\d", status) for status in statuses)
        for status in statuses:
            codes = re.findall(r"^- `(\w+)`", resolved(document, operation["responses"][status])["description"], re.MULTILINE)
            assert codes, (id_, status)
            assert {refusals.CODES[code].status for code in codes} == {int(status)}


def test_links_lead_to_operations(document: dict[str, Any]) -> None:
    """By ids that their answers have, to parameters that there are."""
    by_id = dict(operations(document))

    assert set(links.MADE) <= set(by_id)
    for id_, operation in by_id.items():
        for response in operation["responses"].values():
            for link in response.get("links", {}).values():
                taker = by_id[link["operationId"]]
                assert set(link["parameters"]) <= {one["name"] for one in taker["parameters"]}, id_
                example = response["content"]["application/json"]["example"]
                assert all(isinstance(at(example, pointer), str) for pointer in link["parameters"].values()), id_


def at(value: Any, expression: str) -> Any:
    """What a runtime expression points to in an answer's body."""
    for part in expression.removeprefix("$response.body#/").split("/"):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


_NAMING = {"Problem": 1, "InvalidInput": None, "NotAllowed": None, "Conflict": None, "_refused": 1}


def raised() -> Iterator[tuple[str, str]]:
    """Every code that the source raises towards clients, with its file."""
    for room in ("api", "calls"):
        for file in sorted((ROOT / "src" / "ringtrue" / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NAMING:
                    position = _NAMING[node.func.id]
                    named = [one.value for one in node.keywords if one.arg in ("code", "reason")]
                    if position is not None:
                        named += node.args[position : position + 1]
                    for value in named:
                        if isinstance(value, ast.Constant) and isinstance(value.value, str):
                            yield file.name, value.value


def test_every_code_that_is_raised_is_described() -> None:
    """In `api.refusals.CODES`."""
    found = list(raised())

    assert len(found) > 30
    assert [(file, code) for file, code in found if code not in refusals.CODES] == []

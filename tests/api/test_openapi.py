"""The OpenAPI document: sound in itself, and what it says is what the operations answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from ringtrue.agents.files import example

if TYPE_CHECKING:
    from conftest import Desk

OPEN = {"/livez", "/readyz", "/schemas/project.json"}
OPERATIONS = {
    ("post", "/voice/phone-call"),
    ("post", "/voice/{thread_id}/phone-call"),
    ("post", "/voice/{thread_id}/web-call"),
    ("get", "/calls"),
    ("post", "/chat"),
    ("post", "/calls/check"),
    ("get", "/calls/{call_id}"),
    ("patch", "/calls/{call_id}"),
    ("post", "/calls/{call_id}/cancel"),
    ("post", "/calls/{call_id}/hangup"),
    ("post", "/calls/{call_id}/analysis"),
    ("get", "/calls/{call_id}/recording"),
    ("get", "/calls/{call_id}/turns"),
    ("get", "/calls/{call_id}/turn-log"),
    ("get", "/threads"),
    ("post", "/threads"),
    ("patch", "/threads/{thread_id}"),
    ("get", "/threads/{thread_id}"),
    ("get", "/threads/{thread_id}/messages"),
    ("post", "/threads/{thread_id}/token"),
    ("get", "/numbers"),
    ("put", "/numbers/{number}"),
    ("delete", "/numbers/{number}"),
    ("get", "/suppressions/{number}"),
    ("put", "/suppressions/{number}"),
    ("delete", "/suppressions/{number}"),
    ("get", "/api-keys"),
    ("post", "/api-keys"),
    ("delete", "/api-keys/{key_id}"),
    ("get", "/webhooks"),
    ("post", "/webhooks"),
    ("patch", "/webhooks/{webhook_id}"),
    ("delete", "/webhooks/{webhook_id}"),
    ("post", "/listeners"),
    ("post", "/listeners/{listener_id}/next"),
    ("delete", "/listeners/{listener_id}"),
    ("get", "/projects"),
    ("get", "/projects/{name}/versions"),
    ("get", "/projects/{name}"),
    ("put", "/projects/{name}"),
    ("get", "/schemas/project.json"),
    ("get", "/livez"),
    ("get", "/readyz"),
}
CALL = {"callee": "+14155550123", "project_id": "appointment"}
ASKED: list[tuple[str, str, dict[str, Any]]] = [
    ("post", "/voice/phone-call", {"json": {**CALL, "background": True}}),
    ("post", "/voice/phone-call", {"json": CALL}),
    ("post", "/voice/phone-call", {"json": {}}),
    ("post", "/voice/phone-call", {"json": {**CALL, "callee": "911"}}),
    ("post", "/voice/{thread_id}/phone-call", {"json": CALL}),
    ("post", "/voice/{thread_id}/web-call", {"json": {"project_id": "appointment"}}),
    ("get", "/calls", {}),
    ("post", "/chat", {"json": {}}),
    ("post", "/calls/check", {"json": CALL}),
    ("post", "/calls/check", {"json": {**CALL, "callee": "911"}}),
    ("get", "/calls", {"params": {"status": "done"}}),
    ("get", "/calls/{call_id}", {}),
    ("get", "/calls/{call_id}", {"key": None}),
    ("patch", "/calls/{call_id}", {"json": {"scheduled_for": "2027-03-05T10:00:00Z"}}),
    ("post", "/calls/{call_id}/cancel", {}),
    ("post", "/calls/{call_id}/hangup", {}),
    ("get", "/calls/{call_id}/recording", {}),
    ("get", "/calls/{call_id}/turns", {}),
    ("get", "/calls/{call_id}/turn-log", {}),
    ("get", "/threads", {}),
    ("post", "/threads", {}),
    ("patch", "/threads/{thread_id}", {"json": {"alias": "Anna"}}),
    ("get", "/threads/{thread_id}", {}),
    ("get", "/threads/{thread_id}/messages", {}),
    ("post", "/threads/{thread_id}/token", {}),
    ("post", "/threads/{thread_id}/token", {"json": {"expires_in": 1}}),
    ("get", "/numbers", {}),
    ("put", "/numbers/{number}", {"json": {"project": "appointment"}}),
    ("put", "/numbers/{number}", {"json": {}}),
    ("delete", "/numbers/{number}", {}),
    ("get", "/suppressions/{number}", {}),
    ("put", "/suppressions/{number}", {}),
    ("get", "/api-keys", {}),
    ("post", "/api-keys", {"json": {"name": "x"}}),
    ("get", "/webhooks", {}),
    ("post", "/webhooks", {"json": {"url": "https://example.com/hooks"}}),
    ("post", "/webhooks", {"json": {"url": "example.com"}}),
    ("patch", "/webhooks/{webhook_id}", {"json": {"enabled": False}}),
    ("delete", "/webhooks/{webhook_id}", {}),
    ("post", "/listeners", {}),
    ("post", "/listeners/{listener_id}/next", {}),
    ("get", "/projects", {}),
    ("get", "/projects/{name}", {}),
    ("get", "/projects/{name}/versions", {}),
    ("put", "/projects/{name}", {"content": example(), "headers": {"Content-Type": "application/yaml"}}),
    ("put", "/projects/{name}", {"content": f"{example()}\n---", "headers": {"Content-Type": "application/yaml"}}),
    ("get", "/schemas/project.json", {}),
    ("get", "/livez", {}),
    ("get", "/readyz", {}),
]


def described(desk: Desk) -> dict[str, Any]:
    """The document, which needs no key."""
    answer = desk.ask("GET", "/openapi.json", key=None)
    assert answer.status_code == 200
    document: dict[str, Any] = answer.json()
    return document


def validator(document: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    """Checks values against a schema of the document."""
    return Draft202012Validator({**schema, "components": document["components"]})


def schema_of(document: dict[str, Any], operation: dict[str, Any], answer: httpx.Response) -> dict[str, Any]:
    """What the document says of that answer's body."""
    status = str(answer.status_code)
    responses = operation["responses"]
    response = responses[status]
    if reference := response.get("$ref"):
        response = document["components"]["responses"][reference.rpartition("/")[2]]
    media_type = answer.headers["Content-Type"].partition(";")[0]
    assert media_type in response["content"], (status, media_type)
    schema: dict[str, Any] = response["content"][media_type]["schema"]
    return schema


def test_every_operation_is_described(desk: Desk) -> None:
    """No more and no less."""
    document = described(desk)

    assert document["openapi"].startswith("3.1")
    assert {(method, path) for path, methods in document["paths"].items() for method in methods} == OPERATIONS


def test_the_document_is_sound(desk: Desk) -> None:
    """Every reference leads somewhere, every schema is one, every operation has its own id and its parameters."""
    document = described(desk)
    operations = [(path, one) for path, methods in document["paths"].items() for one in methods.values()]

    for reference in set(re.findall(r'"\$ref":\s*"([^"]+)"', desk.ask("GET", "/openapi.json").text)):
        room, _, name = reference.removeprefix("#/components/").partition("/")
        assert name in document["components"][room], reference
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    assert len({one["operationId"] for _, one in operations}) == len(operations)
    for path, one in operations:
        declared = {parameter["name"] for parameter in one.get("parameters", []) if parameter["in"] == "path"}
        assert declared == set(re.findall(r"\{(\w+)\}", path))
        assert all(response.get("description") or response.get("$ref") for response in one["responses"].values())


def test_what_needs_a_key_says_so(desk: Desk) -> None:
    """And what does not, does not."""
    document = described(desk)
    (name,) = document["components"]["securitySchemes"]

    assert document["components"]["securitySchemes"][name]["in"] == "header"
    assert document["components"]["securitySchemes"][name]["name"] == "Authorization"
    for path, methods in document["paths"].items():
        for one in methods.values():
            assert one.get("security") == (None if path in OPEN else [{name: []}]), path
            assert ("401" in one["responses"]) is (path not in OPEN)


@pytest.mark.parametrize(("method", "path", "options"), ASKED)
def test_an_answer_is_what_the_document_says(desk: Desk, method: str, path: str, options: dict[str, Any]) -> None:
    """Of a described status and media type, with a body that fits its schema and has no field beside it."""
    desk.place()  # the thread's data
    call = desk.call("ended" if "recording" in path or path == "/calls/{call_id}" else "queued")
    at = path.format(
        call_id=call.id,
        thread_id=call.thread_id,
        name="appointment",
        number="+14155550177",
        webhook_id="whk_1",
        listener_id="lsn_1",
    )
    document = described(desk)

    answer = desk.ask(method.upper(), at, **options)

    schema = schema_of(document, document["paths"][path][method], answer)
    validator(document, schema).validate(answer.json())
    if reference := schema.get("$ref"):
        properties = document["components"]["schemas"][reference.rpartition("/")[2]]["properties"]
        assert set(answer.json()) <= set(properties)


def test_a_new_version_is_described_as_well(desk: Desk) -> None:
    """201 has the shape of 200."""
    document = described(desk)
    headers = {"Content-Type": "application/yaml"}

    answer = desk.ask("PUT", "/projects/appointment", content=example().replace("silence: 8s", "silence: 9s"), headers=headers)

    assert answer.status_code == 201
    validator(document, schema_of(document, document["paths"]["/projects/{name}"]["put"], answer)).validate(answer.json())


@pytest.mark.parametrize("stage", ["scheduled", "queued", "ringing", "ongoing", "ended", "error"])
def test_a_call_in_every_status_fits_its_schema(desk: Desk, stage: str) -> None:
    """With every required field."""
    document = described(desk)
    answer = desk.ask("GET", f"/calls/{desk.call(stage).id}")

    validator(document, schema_of(document, document["paths"]["/calls/{call_id}"]["get"], answer)).validate(answer.json())
    assert len(answer.json()) == len(document["components"]["schemas"]["CallShape"]["required"])


def test_the_page_of_the_api_comes_whole_from_here(desk: Desk) -> None:
    """The framework's own page would load its scripts from a network; a browser is told to load none."""
    page = desk.ask("GET", "/docs", key=None)

    assert page.status_code == 200
    loaded = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert sorted(loaded) == ["/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "data:,"]
    assert not re.findall(r"https?://", page.text)
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    for path, kind in (("/docs/swagger-ui-bundle.js", "text/javascript"), ("/docs/swagger-ui.css", "text/css")):
        answer = desk.ask("GET", path, key=None)
        assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, kind)
        assert len(answer.content) > 100_000
    assert [desk.ask("GET", path, key=None).status_code for path in ("/docs/none", "/docs/..%2Fcore.py", "/redoc")] == [404] * 3


def test_changing_operations_describe_their_idempotency_key(desk: Desk) -> None:
    """Every POST and DELETE, and no other; once, however often the document is asked for."""
    described(desk)
    for methods in described(desk)["paths"].values():
        for method, one in methods.items():
            headers = [parameter["name"] for parameter in one.get("parameters", []) if parameter["in"] == "header"]
            assert headers.count("Idempotency-Key") == (method in ("post", "delete"))

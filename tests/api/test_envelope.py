"""Around every request: its id, and bodies that are bounded before anything reads them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from ringtrue.agents.files import example
from ringtrue.api import envelope
from ringtrue.api.problems import Problem

if TYPE_CHECKING:
    from conftest import Desk

MADE = re.compile(r"req_[0-9a-f]{24}\Z")
SURVEY = example().replace("name: appointment", "name: survey", 1).encode()
JSON = {"Content-Type": "application/json"}


def sent(desk: Desk, body: bytes, *, kind: str | None = "application/json") -> tuple[int, str]:
    """Status and code of the answer to placing a call with that body."""
    answer = desk.ask("POST", "/voice/phone-call", content=body, headers={"Content-Type": kind} if kind else {})
    assert answer.headers["X-Request-Id"]
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        return answer.status_code, answer.json()["code"]
    return answer.status_code, ""


def raw(desk: Desk, messages: list[dict[str, Any]], **scope: Any) -> list[MutableMapping[str, Any]]:
    """What the application sends for one request of these ASGI messages."""
    heard: list[MutableMapping[str, Any]] = []
    incoming = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(incoming)

    async def send(message: MutableMapping[str, Any]) -> None:
        heard.append(message)

    headers = [(b"authorization", b"rt_full"), *scope.pop("headers", [])]
    whole = {"type": "http", "method": "POST", "path": "/threads", "query_string": b"", "headers": headers, **scope}
    asyncio.run(desk.app(whole, receive, send))
    return heard


@pytest.mark.parametrize("asked", ["a", "0190-abc.DEF_1", "x" * 128])
def test_a_sane_request_id_comes_back(desk: Desk, asked: str) -> None:
    """In the header, and in the problem."""
    answer = desk.ask("GET", "/nowhere", headers={"X-Request-Id": asked})

    assert (answer.headers["X-Request-Id"], answer.json()["request_id"]) == (asked, asked)


@pytest.mark.parametrize("asked", ["", "x" * 129, "a b", "a\tb", "<script>", "a/b", 'a"b', "ä".encode()])
def test_another_request_id_is_replaced(desk: Desk, asked: str | bytes) -> None:
    """Whatever could do harm in a log is not repeated."""
    answer = desk.ask("GET", "/nowhere", headers={"X-Request-Id": asked})

    assert MADE.match(answer.headers["X-Request-Id"])
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/livez", 200),
        ("GET", "/projects", 200),
        ("GET", "/nowhere", 404),
        ("DELETE", "/livez", 405),
        ("POST", "/threads", 200),
        ("POST", "/voice/phone-call", 422),
        ("GET", "/recordings/x.wav", 403),
    ],
)
def test_every_answer_has_a_request_id(desk: Desk, method: str, path: str, status: int) -> None:
    """One that differs from request to request."""
    one, other = desk.ask(method, path), desk.ask(method, path)

    assert (one.status_code, other.status_code) == (status, status)
    assert MADE.match(one.headers["X-Request-Id"])
    assert one.headers["X-Request-Id"] != other.headers["X-Request-Id"]


def test_a_body_of_one_mebibyte_is_read(desk: Desk) -> None:
    """The last byte that fits."""
    start, end = b'{"callee": "', b'"}'
    body = start + b"1" * (envelope.MOST_BYTES - len(start) - len(end)) + end

    assert len(body) == 1 << 20
    assert sent(desk, body) == (422, "invalid_input")


def test_a_larger_body_is_refused(desk: Desk) -> None:
    """By one byte."""
    assert sent(desk, b" " * ((1 << 20) + 1)) == (413, "body_too_large")


@pytest.mark.parametrize(
    "headers",
    [
        [(b"content-length", b"1048577"), (b"expect", b"100-continue")],
        [(b"content-length", str(envelope.MOST_DISCARDED + 1).encode())],
        [(b"content-length", b"9" * 5000)],
    ],
)
def test_a_body_that_is_much_too_large_is_not_asked_for(desk: Desk, headers: list[tuple[bytes, bytes]]) -> None:
    """The announcement suffices, as it does for a client that waits to be asked; the connection is given up."""
    start, body = raw(desk, [], headers=headers)

    assert (start["status"], json.loads(body["body"])["code"]) == (413, "body_too_large")
    assert (b"connection", b"close") in start["headers"]


def test_a_body_that_is_too_large_is_read_to_its_end(desk: Desk) -> None:
    """Otherwise the client, still sending, would see a broken connection and not the answer."""
    piece = {"type": "http.request", "body": b" " * (1 << 19), "more_body": True}
    end = {"type": "http.request", "body": b"", "more_body": False}

    start, _ = raw(desk, [*[piece] * 6, end], headers=[(b"content-length", str(6 << 19).encode())])

    assert start["status"] == 413


def test_a_body_without_end_is_not_read_for_ever(desk: Desk) -> None:
    """It is given up when nobody could mean it."""
    piece = {"type": "http.request", "body": bytes(1 << 20), "more_body": True}

    start, _ = raw(desk, [piece] * 33)

    assert start["status"] == 413


def test_a_body_in_pieces_is_one(desk: Desk) -> None:
    """Wherever the network cut it."""
    pieces = [{"type": "http.request", "body": bytes([byte]), "more_body": True} for byte in b'{"timezone": "Europe/Paris"}']

    start, _ = raw(desk, [*pieces, {"type": "http.request", "body": b"", "more_body": False}, {"type": "http.disconnect"}])

    assert start["status"] == 200


@pytest.mark.parametrize(
    ("method", "path", "kind", "half", "table"),
    [
        ("POST", "/threads", b"", b"", "threads"),
        ("PUT", "/projects/survey", b"application/yaml", SURVEY, "versions"),
    ],
)
def test_half_a_request_does_nothing(desk: Desk, method: str, path: str, kind: bytes, half: bytes, table: str) -> None:
    """The client went away in the middle: half a file may be a valid one, yet nobody sent it."""
    piece = {"type": "http.request", "body": half, "more_body": True}
    headers = [(b"content-type", kind)] if kind else []
    before = desk.count(table)

    assert raw(desk, [piece, {"type": "http.disconnect"}], method=method, path=path, headers=headers) == []
    assert desk.count(table) == before


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'callee': 1}",
        b'{"callee": "x",}',
        b'{"callee": NaN}',
        b'{"callee": -Infinity}',
        b'{"metadata": {"a": 1e400}}',
        b'{"metadata": {"a": ' + b"9" * 5000 + b"}}",
        b'{"callee": "\xff"}',
        b'{"callee": "\xed\xa0\x80"}',
        b'{"callee": "a\x00b"}',
        '{"callee": "x"}'.encode("utf-16"),
        b'\xef\xbb\xbf{"callee": "x"}',
        b"callee=x",
        b"]" * 100,
    ],
)
def test_what_is_no_json_is_refused(desk: Desk, body: bytes) -> None:
    """By RFC 8259: no NaN, no other encoding, no numbers that could not be written again."""
    assert sent(desk, body) == (422, "json_invalid")


@pytest.mark.parametrize("text", [r"a\u0000b", r"\ud800", r"\udc00\ud800", r"a\ud83dz"])
@pytest.mark.parametrize("place", ['{{"callee": "{}"}}', '{{"{}": 1}}', '{{"metadata": {{"a": ["{}"]}}}}'])
def test_text_that_no_database_takes_is_refused(desk: Desk, text: str, place: str) -> None:
    """NUL and half surrogate pairs, in keys and values, at any depth."""
    assert sent(desk, place.format(text).encode()) == (422, "text_invalid")


def test_a_whole_surrogate_pair_is_text(desk: Desk) -> None:
    """An emoji written as two escapes is one character."""
    answer = desk.ask(
        "POST", "/voice/phone-call", content=json.dumps(desk.body(metadata={"mood": "\U0001f600"})).encode(), headers=JSON
    )
    record = desk.ask("GET", f"/calls/{answer.json()['call']['id']}").json()

    assert record["metadata"] == {"mood": "\U0001f600"}


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_nesting_ends_at_64(opening: bytes, closing: bytes) -> None:
    """64 deep is read, 65 is refused before any parser recurses."""
    envelope.parse_json(opening * 64 + b"1" + closing * 64)

    with pytest.raises(Problem) as refused:
        envelope.parse_json(opening * 65 + b"1" + closing * 65)
    assert (refused.value.status, refused.value.code) == (422, "json_too_deep")


@pytest.mark.parametrize("body", [b"[" * (1 << 20), b'{"a":' * 200_000])
def test_nesting_without_end_is_refused(desk: Desk, body: bytes) -> None:
    """A mebibyte of brackets is an answer like any other."""
    assert sent(desk, body) == (422, "json_too_deep")


@pytest.mark.parametrize("text", ["[" * 100, '\\"' + "{" * 100, "\\\\" * 9, '\\\\\\"' + "[" * 70])
def test_brackets_in_text_nest_nothing(text: str) -> None:
    """Strings are skipped, and a string ends where JSON ends it."""
    document = {text: [text, {"b": text}]}

    assert envelope.parse_json(json.dumps(document).encode()) == document


@given(st.text('"\\\\[a\\n', max_size=40))
@settings(max_examples=300)
def test_a_string_is_found_from_every_quote(tail: str) -> None:
    """A search that cannot fail never starts anew, so a body is gone through once, whatever is in it."""
    assert envelope._STRING.match(f'"{tail}'.encode()) is not None


@pytest.mark.parametrize("body", [b'"' + b'\\"' * 500_000, b'"' + b'\\"' * 500_000 + b"\\", b'"' * 1_000_000, b"\\" * 1_000_000])
def test_a_mebibyte_of_quotes_is_gone_through_once(body: bytes) -> None:
    """A search that began anew from each quote would not end while anybody waits."""
    with pytest.raises(Problem, match="not JSON"):
        envelope.parse_json(body)


@pytest.mark.parametrize("body", [b"[]", b"[1]", b'"text"', b"1", b"true"])
def test_a_body_that_is_no_object_is_refused(desk: Desk, body: bytes) -> None:
    """Every operation takes an object or nothing."""
    assert sent(desk, body) == (422, "body_not_object")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/yaml"])
def test_another_media_type_is_refused(desk: Desk, kind: str) -> None:
    """Only a project is sent as YAML."""
    assert sent(desk, json.dumps(desk.body()).encode(), kind=kind) == (415, "media_type_unsupported")


@pytest.mark.parametrize("kind", [None, "application/json", "Application/JSON; charset=utf-8", "application/vnd.client+json"])
def test_json_by_any_of_its_names_is_taken(desk: Desk, kind: str | None) -> None:
    """Without a type too: many scripts send none."""
    assert sent(desk, json.dumps(desk.body()).encode(), kind=kind) == (202, "")


def test_the_last_of_two_equal_keys_counts(desk: Desk) -> None:
    """As every widespread parser has it (RFC 8259, section 4, leaves it open)."""
    body = json.dumps(desk.body())[:-1] + ', "callee": "+14155550177"}'

    answer = desk.ask("POST", "/voice/phone-call", content=body.encode(), headers=JSON)

    assert answer.json()["call"]["to_number"] == "+14155550177"


def test_an_answer_that_breaks_off_is_not_mended() -> None:
    """Once it has begun, only a closed connection can tell the client: whoever serves us is told."""
    heard: list[str] = []

    async def breaks(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("broken")

    async def receive() -> dict[str, Any]:
        raise AssertionError("nothing is read of a GET")

    async def note(message: MutableMapping[str, Any]) -> None:
        heard.append(message["type"])

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}

    async def enter(_scope: Scope) -> dict[str, str]:
        return {}

    with pytest.raises(RuntimeError, match="broken"):
        asyncio.run(envelope.Envelope(breaks, enter)(scope, receive, note))
    assert heard == ["http.response.start"]

"""Requests as no honest client sends them: addresses, queries, headers and methods, over the wire."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Desk

KEY = b"Authorization: rt_full\r\n"


@pytest.fixture
def port(desk: Desk) -> Iterator[int]:
    """Where the application of the desk is served."""
    with desk.served() as port:
        yield port


def exchange(port: int, line: bytes, headers: bytes = KEY, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(line + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + b"\r\n" + body)
        got = b""
        while piece := client.recv(65_536):
            got += piece
    head, _, rest = got.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    found = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(first.split()[1]), found, rest


def refused(port: int, line: bytes, headers: bytes = KEY, body: bytes = b"") -> tuple[int, str]:
    """Status and code of a refusal, which is a problem with an id and repeats nothing."""
    status, found, content = exchange(port, line, headers, body)
    problem = json.loads(content)
    assert found["content-type"] == "application/problem+json"
    assert problem["request_id"] == found["x-request-id"]
    assert b"ECHO" not in content
    return status, problem["code"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (b"/calls/%00ECHO", 404),
        (b"/calls/ECHO%ff%fe", 404),
        (b"/calls/%ed%a0%80ECHO", 404),
        (b"/calls/..%2f..%2fetc%2fECHO", 404),
        (b"/calls/" + b"ECHO" * 5000, 404),
        (b"/threads/%F0%9F%98%80ECHO", 404),
        (b"/projects/%00", 404),
        (b"/suppressions/ECHO%00", 404),
        (b"/suppressions/ECHO%ff", 422),
        (b"//calls/ECHO", 404),
        (b"/calls/ECHO;x=1", 404),
        (b"/recordings/%00.wav", 403),
    ],
)
def test_an_odd_address_is_of_nothing(port: int, path: bytes, status: int) -> None:
    """NULs, other encodings, half surrogates, dots and slashes, endless ids."""
    assert refused(port, b"GET " + path)[0] == status


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (b"thread_id=%00ECHO", "invalid_input"),
        (b"project_name=ECHO&project_name=%00", "invalid_input"),
        (b"status=ECHO", "invalid_input"),
        (b"status=%ff", "invalid_input"),
        (b"from_date=ECHO", "invalid_input"),
        (b"from_date=9999999999-01-01", "invalid_input"),
        (b"to_date=0001-01-01T00:00:00%2B23:59", "invalid_input"),
        (b"limit=NaN", "invalid_input"),
        (b"limit=1e400", "invalid_input"),
        (b"limit=" + b"9" * 5000, "invalid_input"),
        (b"limit=-1", "invalid_input"),
        (b"cursor=ECHO", "invalid_input"),
        (b"cursor=%ff%00", "invalid_input"),
        (b"cursor=" + b"A" * 5000, "invalid_input"),
    ],
)
def test_an_odd_query_is_refused(port: int, query: bytes, code: str) -> None:
    """What it says is not repeated."""
    assert refused(port, b"GET /calls?" + query) == (422, code)


@pytest.mark.parametrize(
    "query", [b"", b"&&&", b"=", b"thread_id", b"thread_id=%ff", b"ECHO=%00", b"x" * 4000, b"status=ended&status=error"]
)
def test_a_query_that_means_nothing_else_is_served(port: int, query: bytes) -> None:
    """Unknown parameters are named, not refused, where the vendor's clients may send them."""
    assert exchange(port, b"GET /calls?" + query)[0] == 200


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (b"Authorization: \xff\xfe\r\n", 401),
        (b"Authorization: Bearer\r\n", 401),
        (b"Authorization: Bearer rt_full rt_full\r\n", 401),
        (b"Authorization: " + b"ECHO" * 5000 + b"\r\n", 401),
        (b"Authorization: rt_full\r\nX-Request-Id: \xff\r\n", 200),
        (b"Authorization: rt_full\r\nAccept: ECHO/\xff\r\nRange: bytes=ECHO\r\n", 200),
        (b"Authorization: rt_full\x00\r\n", 400),
        (b"Authorization: rt_full\r\nX-Folded: a\r\n b\r\n", 400),
        (b"Authorization: rt_full\r\nX Space: a\r\n", 400),
    ],
)
def test_odd_headers_open_and_break_nothing(port: int, header: bytes, status: int) -> None:
    """Other encodings, NULs, folded lines."""
    got, _, content = exchange(port, b"GET /projects", header)

    assert got == status
    assert b"ECHO" not in content


@pytest.mark.parametrize(
    ("line", "status", "allow"),
    [
        (b"OPTIONS /calls", 405, "GET, HEAD"),
        (b"TRACE /calls", 405, "GET, HEAD"),
        (b"DELETE /threads", 405, "GET, HEAD, POST"),
        (b"PUT /calls/x", 405, "GET, HEAD, PATCH"),
        (b"GET /calls/x/cancel", 405, "POST"),
        (b"PROPFIND /numbers/x", 405, "DELETE, PUT"),
        (b"DELETE /calls/check", 405, "POST"),
        (b"POST /openapi.json", 405, "GET, HEAD"),
        (b"POST /docs", 405, "GET, HEAD"),
        (b"OPTIONS *", 404, None),
        (b"POST /nowhere", 404, None),
    ],
)
def test_a_method_that_an_address_does_not_take(port: int, line: bytes, status: int, allow: str | None) -> None:
    """Is told those that it does: all of them, not those of one operation."""
    got, headers, content = exchange(port, line, KEY + b"Content-Length: 0\r\n")

    assert (got, headers.get("allow")) == (status, allow)
    assert json.loads(content)["code"] in ("method_not_allowed", "not_found")


def test_head_has_the_headers_of_get_and_no_body(port: int) -> None:
    """RFC 9110, section 9.3.2."""
    status, headers, content = exchange(port, b"HEAD /projects")
    _, of_get, body = exchange(port, b"GET /projects")

    assert (status, content, headers["content-length"]) == (200, b"", str(len(body)))
    assert set(headers) == set(of_get)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (b"application/json", 200),
        (b"application/json; charset=utf-8", 200),
        (b"APPLICATION/JSON", 200),
        (b"application/problem+json", 200),
        (b"application/json, text/plain", 415),
        (b"application/jsonp", 415),
        (b"text/json", 415),
        (b"application/x-www-form-urlencoded", 415),
        (b"multipart/form-data; boundary=x", 415),
        (b"ECHO", 415),
        (b"\xff\xfe", 415),
    ],
)
def test_only_json_is_taken_for_json(port: int, kind: bytes, status: int) -> None:
    """By any of its names; a form that a browser sends across origins is none."""
    got, _, content = exchange(port, b"POST /threads", KEY + b"Content-Type: " + kind + b"\r\nContent-Length: 2\r\n", b"{}")

    assert got == status
    assert b"ECHO" not in content


@pytest.mark.parametrize("number", [b"9" * 4000, b"-" + b"9" * 4000, b"1e999", b"NaN", b"Infinity", b"-Infinity", b"1E400"])
def test_numbers_that_could_not_be_written_again_are_refused(port: int, number: bytes) -> None:
    """In a body, at any depth; what is a number to Python only is no JSON."""
    body = b'{"callee": "+14155550123", "project_id": "appointment", "metadata": {"n": ' + number + b"}}"
    headers = KEY + b"Content-Type: application/json\r\nContent-Length: " + str(len(body)).encode() + b"\r\n"

    assert refused(port, b"POST /voice/phone-call", headers, body)[0] == 422

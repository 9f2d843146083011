"""How operations fail: a class for each status, with the problem's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from ringtrue import client as api

if TYPE_CHECKING:
    from conftest import Answers, Runner


def problem(status: int, code: str = "some_code", **more: object) -> httpx.Response:
    """A refusal as the server writes it."""
    document = {
        "type": f"urn:ringtrue:problem:{code}",
        "title": "No",
        "status": status,
        "detail": "It cannot be done: do something else.",
        "code": code,
        "request_id": "req_1",
        **more,
    }
    return httpx.Response(status, json=document, headers={"Content-Type": "application/problem+json"})


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, api.BadRequest),
        (401, api.Unauthorized),
        (403, api.PermissionDenied),
        (404, api.NotFound),
        (405, api.APIError),
        (409, api.Conflict),
        (413, api.APIError),
        (422, api.InvalidRequest),
        (429, api.RateLimited),
        (500, api.ServerError),
        (501, api.ServerError),
        (503, api.ServerError),
    ],
)
def test_each_status_has_its_class(answers: Answers, run: Runner, status: int, kind: type[api.APIError]) -> None:
    """With code, status, request id, and the problem's sentence as its message."""
    answers.give(problem(status))

    with pytest.raises(api.APIError) as caught:
        run(lambda client: client.calls.get("call_1"), max_retries=0)

    assert type(caught.value) is kind
    assert str(caught.value) == "It cannot be done: do something else."
    assert (caught.value.code, caught.value.status, caught.value.request_id) == ("some_code", status, "req_1")


def test_every_part_at_fault_is_named(answers: Answers, run: Runner) -> None:
    """422: where, what and a code for each."""
    errors = [
        {"loc": ["callee"], "msg": "This is no number.", "code": "number_invalid"},
        {"loc": [3, 1], "msg": "No.", "code": "x"},
    ]
    answers.give(problem(422, "invalid_input", errors=errors))

    with pytest.raises(api.InvalidRequest) as caught:
        run(lambda client: client.calls.create("?", "appointment"))

    assert caught.value.errors == (
        api.Fault(loc=("callee",), msg="This is no number.", code="number_invalid"),
        api.Fault(loc=(3, 1), msg="No.", code="x"),
    )


@pytest.mark.parametrize("errors", [None, "text", [1], {}])
def test_a_refusal_without_faults_has_none(answers: Answers, run: Runner, errors: object) -> None:
    """Whatever stands in their place."""
    answers.give(problem(422, errors=errors))

    with pytest.raises(api.InvalidRequest) as caught:
        run(lambda client: client.calls.create("?", "appointment"))

    assert caught.value.errors == ()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (httpx.ConnectError("refused"), "No server answers at http://server: start one with `ringtrue serve`."),
        (httpx.ConnectTimeout("slow"), "No server answers at http://server: start one with `ringtrue serve`."),
        (httpx.ReadTimeout("slow"), "The server at http://server took too long to answer."),
        (httpx.RemoteProtocolError("gone"), "The connection to http://server broke before the answer was complete."),
    ],
)
def test_no_answer_is_a_failed_connection(answers: Answers, run: Runner, error: Exception, says: str) -> None:
    """It says which way, and has a code but no status."""
    answers.give(error)

    with pytest.raises(api.ConnectionFailed) as caught:
        run(lambda client: client.calls.get("call_1"), max_retries=0)

    assert str(caught.value) == says
    assert (caught.value.code, caught.value.status, caught.value.request_id) == ("connection_failed", None, None)
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("content", [b"<html>It works!</html>", b"[]", b'"ready"', b"\xff", b"", b'{"id": "call_1"}'])
def test_an_answer_that_is_none_of_ours(answers: Answers, run: Runner, content: bytes) -> None:
    """A success that cannot be read says what to check; an older server than this client's, too."""
    answers.give(httpx.Response(200, content=content))

    with pytest.raises(api.AnswerInvalid, match="no Ringtrue server") as caught:
        run(lambda client: client.calls.get("call_1"))

    assert (caught.value.status, caught.value.code) == (200, "answer_invalid")


@pytest.mark.parametrize(("status", "kind"), [(404, api.NotFound), (502, api.ServerError), (301, api.AnswerInvalid)])
def test_a_page_of_something_between_keeps_its_status(
    answers: Answers, run: Runner, status: int, kind: type[api.APIError]
) -> None:
    """A proxy's own refusal is of the same class, and says that it is none of ours."""
    answers.give(httpx.Response(status, content=b"<html>", headers={"Location": "http://elsewhere/"}))

    with pytest.raises(kind) as caught:
        run(lambda client: client.calls.get("call_1"), max_retries=0)

    assert caught.value.code == "answer_invalid"
    assert len(answers.asked) == 1

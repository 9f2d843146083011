"""What is tried again, after how long, and that nothing is ever done twice."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ringtrue import client as api
from ringtrue.client import requests, retrying

if TYPE_CHECKING:
    from conftest import Answers, Operation, Runner

PLACED = {"thread_id": "thread_1", "call": {"id": "call_1", "call_type": "phone_call", "status": "queued"}}
KEYED: dict[str, tuple[Operation, httpx.Response]] = {
    "POST": (lambda client: client.calls.create("+14155550123", "appointment"), httpx.Response(200, json=PLACED)),
    "DELETE": (lambda client: client.numbers.drop("+14155550100"), httpx.Response(204)),
}
PASSING = [
    httpx.ConnectError("refused"),
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError("gone"),
    httpx.Response(429),
    httpx.Response(502),
    httpx.Response(503),
    httpx.Response(504),
    httpx.Response(409, json={"code": "idempotency_in_flight", "detail": "Still in flight.", "status": 409}),
]


def named(found: object) -> str:
    """What a case is called."""
    return str(found.status_code) if isinstance(found, httpx.Response) else type(found).__name__


@pytest.mark.parametrize("method", KEYED)
@pytest.mark.parametrize("passing", PASSING, ids=named)
def test_what_passes_is_tried_again_under_the_same_key(answers: Answers, run: Runner, passing: Any, method: str) -> None:
    """One key for all tries of one operation, so that the server does it once."""
    operation, well = KEYED[method]
    answers.give(passing, passing, well)

    run(operation)

    keys = [request.headers["Idempotency-Key"] for request in answers.asked]
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert len(run.slept) == 2


def test_each_operation_has_a_key_of_its_own(answers: Answers, run: Runner) -> None:
    """Two calls to the same number are two calls."""
    operation, well = KEYED["POST"]
    answers.give(well)

    run(operation)
    run(operation)

    assert len({request.headers["Idempotency-Key"] for request in answers.asked}) == 2


def test_a_key_may_be_given(answers: Answers, run: Runner) -> None:
    """By a program that may itself die and begin anew."""
    answers.give(httpx.Response(503), KEYED["POST"][1])

    run(lambda client: client.calls.create("+14155550123", "appointment", idempotency_key="order-17"))

    assert [request.headers["Idempotency-Key"] for request in answers.asked] == ["order-17"] * 2


def test_reading_and_setting_need_no_key(answers: Answers, run: Runner) -> None:
    """GET, PUT and PATCH do the same when they are sent twice."""
    answers.give(httpx.Response(503), httpx.Response(200, json={"number": "+1", "reason": "asked"}))

    run(lambda client: client.suppressions.set("+14155550123"))

    assert [request.headers.get("Idempotency-Key") for request in answers.asked] == [None, None]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 500, 501])
def test_what_does_not_pass_is_said_at_once(answers: Answers, run: Runner, status: int) -> None:
    """Another try would be answered the same; a 500 may have done something."""
    answers.give(httpx.Response(status, json={"code": "wrong_state", "detail": "No.", "status": status}))

    with pytest.raises(api.APIError):
        run(KEYED["POST"][0])

    assert (len(answers.asked), run.slept) == (1, [])


def test_after_so_many_tries_it_is_said(answers: Answers, run: Runner) -> None:
    """The last failure, after pauses that double and are spread over their upper half."""
    answers.give(httpx.Response(503))

    with pytest.raises(api.ServerError):
        run(KEYED["POST"][0], max_retries=6)

    assert len(answers.asked) == 7
    longest = [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]
    assert all(most / 2 <= slept <= most for slept, most in zip(run.slept, longest, strict=True))


def test_the_pause_that_the_server_asks_for_is_kept(answers: Answers, run: Runner) -> None:
    """In seconds, or as a date by the server's own clock, whatever this machine's is."""
    now = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
    dates = {"Date": format_datetime(now, usegmt=True), "Retry-After": format_datetime(now.replace(second=20), usegmt=True)}
    answers.give(httpx.Response(429, headers={"Retry-After": "7"}), httpx.Response(503, headers=dates), KEYED["POST"][1])

    run(KEYED["POST"][0])

    assert run.slept == [7.0, 20.0]


def test_a_longer_pause_than_a_minute_is_not_waited_for(answers: Answers, run: Runner) -> None:
    """The caller is told how long instead."""
    answers.give(httpx.Response(429, headers={"Retry-After": "3600"}, json={"code": "rate_limited", "detail": "Later."}))

    with pytest.raises(api.RateLimited) as caught:
        run(KEYED["POST"][0])

    assert caught.value.retry_after == 3600.0
    assert (len(answers.asked), run.slept) == (1, [])


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": " 12 "}, 12.0),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "١"}, None),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:10 GMT"}, 10.0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:10 GMT", "Date": "Wed, 21 Oct 2026 07:28:06 GMT"}, 4.0),
        ({"Retry-After": "Wed, 21 Oct 2020 07:28:10 GMT"}, 0.0),
    ],
)
def test_the_header_is_read(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds or a date (RFC 9110 section 10.2.3); what is neither is as none."""
    assert retrying.retry_after(headers, now=datetime(2026, 10, 21, 7, 28, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_without_a_key_nothing_is_sent_twice(method: Any) -> None:
    """Whatever happened to the first."""
    request = requests.Request(method=method, path="/voice/phone-call")

    assert retrying.pause(api.ConnectionFailed("gone"), request, retries=0, most_retries=9, share=0.5) is None


def test_what_has_no_key_is_asked_for_once(answers: Answers, run: Runner) -> None:
    """The next events are asked for again and again anyway: no key is kept for each time."""
    answers.give(httpx.Response(503))

    with pytest.raises(api.ServerError):
        run(lambda client: client.listeners.next_events("whk_1"))

    assert (len(answers.asked), run.slept) == (1, [])


def test_whether_it_is_ready_is_asked_once(answers: Answers, run: Runner) -> None:
    """No answer is one."""
    answers.give(httpx.ConnectError("refused"))

    assert run(lambda client: client.is_ready()) is False
    assert (len(answers.asked), run.slept) == (1, [])

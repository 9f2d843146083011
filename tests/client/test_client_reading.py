"""What is read piece by piece: pages, waits, recordings, streamed replies."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ringtrue import client as api
from ringtrue.client.models.threads import ChatReply, ChatToken

if TYPE_CHECKING:
    from conftest import Answers, Runner

MESSAGE = {"message_id": "msg", "role": "user", "message": "Hello"}
SOUND = b"RIFF" + bytes(1000)


class Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The pieces of an answer, and then a connection that is gone."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces
        raise httpx.ReadError("gone")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
        raise httpx.ReadError("gone")


def page(*ids: str, cursor: str | None) -> httpx.Response:
    """A page of threads."""
    return httpx.Response(200, json={"threads": [{"id": one} for one in ids], "pagination": {"cursor": cursor}})


def record(status: str, recording: str = "pending") -> httpx.Response:
    """A call's record."""
    documented = ("conversation_id", "direction", "from_number", "to_number", "scheduled_for", "start_timestamp")
    more = ("end_timestamp", "duration_ms", "disconnection_reason", "transcript", "transcript_object", "recording_url")
    document: dict[str, Any] = dict.fromkeys([*documented, *more, "call_analysis"])
    document |= {"id": "call_1", "thread_id": "t", "call_type": "phone_call", "created_at": "2027-03-04T15:30:00Z"}
    return httpx.Response(200, json={**document, "status": status, "recording": {"status": recording}})


def test_a_list_is_read_page_by_page(answers: Answers, run: Runner) -> None:
    """To its end, with the cursor of each page."""
    answers.give(page("a", "b", cursor="1"), page("c", cursor="2"), page(cursor=None))

    found = run(lambda client: client.threads.list())

    assert [one.id for one in found] == ["a", "b", "c"]
    assert [request.url.params.get("cursor") for request in answers.asked] == [None, "1", "2"]


def test_a_list_may_be_limited(answers: Answers, run: Runner) -> None:
    """No more is asked for than is wanted, and nothing where nothing is."""
    answers.give(page(*"ab", cursor="1"), page("c", cursor="2"))

    assert [one.id for one in run(lambda client: client.threads.list(limit=3))] == ["a", "b", "c"]
    assert [request.url.params["limit"] for request in answers.asked] == ["3", "1"]
    assert run(lambda client: client.threads.list(limit=0)) == []
    assert len(answers.asked) == 2


def test_messages_stop_at_the_limit(answers: Answers, run: Runner) -> None:
    """Also where the server gives pages of a size of its own."""
    answers.give(httpx.Response(200, json={"messages": [MESSAGE] * 20, "pagination": {"cursor": "older"}}))

    assert len(run(lambda client: client.threads.messages("thread_1", limit=25))) == 25
    asked = [request.url.params for request in answers.asked]
    assert [(params.get("cursor"), params["limit"]) for params in asked] == [(None, "25"), ("older", "5")]


def test_a_list_asks_only_as_it_is_read(answers: Answers) -> None:
    """The second page is not asked for before the first is used up."""
    answers.give(page("a", "b", cursor="1"), page("c", cursor=None))
    with api.Client("http://server", "k", transport=httpx.MockTransport(answers.answer)) as client:
        threads = client.threads.list()
        assert answers.asked == []
        next(threads), next(threads)
        assert len(answers.asked) == 1


def test_waiting_looks_until_the_record_is_complete(answers: Answers, run: Runner) -> None:
    """Past the end of the call, until its recording is there."""
    answers.give(record("ongoing"), record("ended"), record("ended", "ready"))

    call = run(lambda client: client.calls.wait("call_1", every=0.25))

    assert (call.status, call.recording.status) == ("ended", "ready")
    assert run.slept == [0.25, 0.25]


def test_waiting_may_end_before_the_call(answers: Answers, run: Runner) -> None:
    """With an exception that names the status."""
    answers.give(record("ongoing"))

    with pytest.raises(TimeoutError, match="still ongoing after 0 s"):
        run(lambda client: client.calls.wait("call_1", timeout=0))


def test_a_call_that_is_over_in_time_is_given_without_its_recording(answers: Answers, run: Runner) -> None:
    """The time was for the call; what it lacks is in the record."""
    answers.give(record("ended"))

    assert run(lambda client: client.calls.wait("call_1", timeout=0)).recording.status == "pending"


def test_a_recording_is_followed_to_its_link_without_the_key(answers: Answers, run: Runner, tmp_path: Path) -> None:
    """The link opens it; elsewhere the key is not shown."""
    moved = httpx.Response(307, headers={"Location": "http://elsewhere/a.wav?signature=x"})
    answers.give(moved, httpx.Response(200, content=SOUND))

    assert run(lambda client: client.calls.download_recording("call_1", tmp_path / "a.wav")) == tmp_path / "a.wav"

    assert (tmp_path / "a.wav").read_bytes() == SOUND
    assert [request.headers.get("Authorization") for request in answers.asked] == ["rt_test", None]


def test_a_recording_may_be_streamed(answers: Answers, run: Runner) -> None:
    """Piece by piece."""
    answers.give(httpx.Response(200, content=SOUND))

    assert b"".join(run(lambda client: client.calls.stream_recording("call_1"))) == SOUND


def test_a_recording_is_there_whole_or_not_at_all(answers: Answers, run: Runner, tmp_path: Path) -> None:
    """A connection that breaks leaves what was there before, and no part."""
    (tmp_path / "a.wav").write_bytes(b"before")
    answers.give(lambda: httpx.Response(200, stream=Broken([SOUND])))

    with pytest.raises(api.ConnectionFailed, match="broke"):
        run(lambda client: client.calls.download_recording("call_1", tmp_path / "a.wav"))

    assert [file.name for file in tmp_path.iterdir()] == ["a.wav"]
    assert (tmp_path / "a.wav").read_bytes() == b"before"
    assert len(answers.asked) == 1


def lines(*documents: object) -> bytes:
    """A streamed body."""
    return "".join(json.dumps(one) + "\n" for one in documents).encode()


TOKENS = ({"token": "Good ", "index": 0}, {"token": "day", "index": 1})
REPLY = {"message": "Good day", "extras": {"user_message_id": "msg_1", "conversation_id": 1, "reply_message_id": "msg_2"}}


def test_a_reply_is_streamed(answers: Answers, run: Runner) -> None:
    """Its pieces, then the whole."""
    answers.give(httpx.Response(200, content=lines(*TOKENS, REPLY)))

    found = run(lambda client: client.chat.stream("thread_1", "Hello", project="survey"))

    assert found == [*(ChatToken.model_validate(one) for one in TOKENS), ChatReply.model_validate(REPLY)]
    assert json.loads(answers.asked[0].content)["streaming"] is True
    assert answers.asked[0].headers["Idempotency-Key"]


def test_a_reply_that_was_made_before_comes_whole(answers: Answers, run: Runner) -> None:
    """Sent again under its key, the server may answer with one object."""
    answers.give(httpx.Response(503), httpx.Response(200, content=json.dumps(REPLY).encode()))

    assert run(lambda client: client.chat.stream("thread_1", "Hello")) == [ChatReply.model_validate(REPLY)]


@pytest.mark.parametrize("end", [lambda: httpx.Response(200, content=lines(*TOKENS)), None])
def test_a_reply_that_is_cut_short_is_no_reply(answers: Answers, run: Runner, end: Any) -> None:
    """And is not asked for again: its pieces were passed on."""
    answers.give(end or (lambda: httpx.Response(200, stream=Broken([lines(*TOKENS)]))))

    with pytest.raises(api.ConnectionFailed):
        run(lambda client: client.chat.stream("thread_1", "Hello"))

    assert len(answers.asked) == 1


def test_a_reply_that_breaks_on_the_way_says_why(answers: Answers, run: Runner) -> None:
    """A problem in place of a piece."""
    problem = {"status": 503, "code": "unavailable", "detail": "The model is away.", "request_id": "req_1"}
    answers.give(httpx.Response(200, content=lines(TOKENS[0], problem)))

    with pytest.raises(api.ServerError, match="The model is away") as caught:
        run(lambda client: client.chat.stream("thread_1", "Hello"))

    assert (caught.value.code, caught.value.request_id) == ("unavailable", "req_1")


def test_a_refused_stream_is_refused(answers: Answers, run: Runner) -> None:
    """Like any other operation."""
    answers.give(httpx.Response(404, json={"code": "not_found", "detail": "There is no such thread."}))

    with pytest.raises(api.NotFound):
        run(lambda client: client.chat.stream("thread_1", "Hello"))

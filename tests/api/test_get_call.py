"""`GET /calls/{id}` in every status: which fields are known, which are null, and in which units."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ringtrue.domain.call import Call
from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.domain.facts import LegEnded
from ringtrue.domain.records import Recording, RecordingStatus
from ringtrue.domain.utterance import Utterance, Word
from ringtrue.testing.clock import START
from ringtrue.testing.office import ANNA, answered, arrival, claimed, happened, placed, received

if TYPE_CHECKING:
    from conftest import Desk

STARTED = int(START.timestamp())
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")
AGENT = Utterance(
    role="agent",
    content="Am I speaking",
    generated="Am I speaking with Anna?",
    words=(
        Word(word="Am", start_ms=1040, end_ms=1200, timing="measured"),
        Word(word="I", start_ms=1200, end_ms=1260, timing="estimated"),
    ),
    start_ms=1040,
    end_ms=2005,
    interrupted=True,
)
KEYS = Utterance(role="user", content="[keys 1]", generated="[keys 1]", words=(), start_ms=2100, end_ms=2100, dtmf=True)
PENDING: dict[str, object] = {
    "call_summary": None,
    "user_sentiment": "Unknown",
    "call_successful": None,
    "in_voicemail": None,
    "custom_analysis_data": {},
    "status": "pending",
    "analyzer": None,
}


def record(desk: Desk, call: Call) -> dict[str, Any]:
    """The call's record over HTTP, apart from what is the same in every status."""
    document: dict[str, Any] = desk.ask("GET", f"/calls/{call.id}").json()
    same = {
        "id": call.id,
        "thread_id": call.thread_id,
        "call_type": "phone_call",
        "created_at": "2027-01-04T17:00:00.000Z",
        "direction": "outbound",
        "from_number": "+14155550100",
        "to_number": "+14155550123",
        "project_id": desk.office.project.id,
        "project_name": "appointment",
        "config_version_id": desk.office.version.id,
        "metadata": {},
        "json_data": dict(ANNA),
        "opt_out": False,
        "retry_of": None,
        "simulated": False,
        "turns": None,
    }
    assert {name: document.pop(name) for name in same} == same
    return document


def expected(**known: object) -> dict[str, object]:
    """The rest of a record of which only this is known."""
    unknown = {
        "conversation_id": None,
        "scheduled_for": None,
        "start_timestamp": None,
        "end_timestamp": None,
        "duration_ms": None,
        "disconnection_reason": None,
        "transcript": None,
        "transcript_object": None,
        "recording_url": None,
        "call_analysis": None,
        "cause": {"sip_status": None, "q850": None, "carrier_code": None},
        "recording": {"status": "pending", "duration_ms": None, "channels": None, "sample_rate_hz": None, "sha256": None},
        "retention": {"audio": "kept", "transcript": "kept"},
    }
    return {**unknown, **known}


def test_a_scheduled_call_knows_its_instant_only(desk: Desk) -> None:
    """In UTC with Z."""
    assert record(desk, desk.call("scheduled")) == expected(status="scheduled", scheduled_for="2027-01-04T18:00:00.000Z")


@pytest.mark.parametrize("stage", ["queued", "ringing"])
def test_a_queued_call_has_not_started(desk: Desk, stage: str) -> None:
    """Nor has one that rings."""
    assert record(desk, desk.call(stage)) == expected(status="queued")


def test_an_ongoing_call_has_started(desk: Desk) -> None:
    """Seconds of the answer, an integer conversation, and a transcript that is empty so far."""
    assert record(desk, desk.call("ongoing")) == expected(
        status="ongoing", conversation_id=1, start_timestamp=STARTED, transcript="", transcript_object=[]
    )


def test_an_ended_call_has_all_its_times(desk: Desk) -> None:
    """Timestamps in seconds, the duration in milliseconds; the analysis is to come."""
    got = record(desk, desk.call("ended"))

    not_recorded = {"status": "not_recorded", "duration_ms": None, "channels": None, "sample_rate_hz": None, "sha256": None}
    assert got == expected(
        status="ended",
        conversation_id=1,
        start_timestamp=STARTED,
        end_timestamp=STARTED + 61,
        duration_ms=61_500,
        disconnection_reason="user_hangup",
        transcript="",
        transcript_object=[],
        call_analysis=PENDING,
        recording=not_recorded,
        retention={"audio": "not_recorded", "transcript": "kept"},
    )


def test_a_call_that_broke_never_started(desk: Desk) -> None:
    """It has an end, and neither start, duration, conversation, transcript nor analysis."""
    got = record(desk, desk.call("error"))

    not_recorded = {"status": "not_recorded", "duration_ms": None, "channels": None, "sample_rate_hz": None, "sha256": None}
    assert got == expected(
        status="error",
        end_timestamp=STARTED,
        disconnection_reason="dial_failed",
        recording=not_recorded,
        retention={"audio": "not_recorded", "transcript": "kept"},
    )


def test_timestamps_are_integers(desk: Desk) -> None:
    """JSON integers, not numbers with a point; instants are text."""
    answer = desk.ask("GET", f"/calls/{desk.call('ended').id}")

    for name in ("conversation_id", "start_timestamp", "end_timestamp", "duration_ms"):
        assert re.search(rf'"{name}":\s*\d+[,}}]', answer.text), name
    assert INSTANT.match(answer.json()["created_at"])


def test_the_raw_codes_stand_beside_the_reason(desk: Desk) -> None:
    """As the far side sent them."""
    call = desk.call("queued")
    cause = Cause(sip_status=486, q850=17)
    desk.store.run_now(lambda tx: happened(tx, claimed(tx, call).id, LegEnded(disposition=Disposition.DIAL_BUSY, cause=cause)))

    got = desk.ask("GET", f"/calls/{call.id}").json()

    assert (got["status"], got["disconnection_reason"]) == ("ended", "dial_busy")
    assert got["cause"] == {"sip_status": 486, "q850": 17, "carrier_code": None}


def test_the_transcript_grows_while_the_call_runs(desk: Desk) -> None:
    """Text and utterances say the same, times in seconds, what was cut beside what was meant."""
    call = desk.call("ongoing")
    for index, one in enumerate((AGENT, KEYS)):
        desk.store.run_now(lambda tx, index=index, one=one: tx.put_utterance(call.id, index, one))  # type: ignore[misc]

    got = record(desk, call)

    assert got["transcript"] == "Agent: Am I speaking\nUser: [keys 1]"
    assert got["transcript_object"] == [
        {
            "role": "agent",
            "content": "Am I speaking",
            "words": [
                {"word": "Am", "start": 1.04, "end": 1.2, "timing": "measured"},
                {"word": "I", "start": 1.2, "end": 1.26, "timing": "estimated"},
            ],
            "start": 1.04,
            "end": 2.005,
            "interrupted": True,
            "generated": "Am I speaking with Anna?",
        },
        {
            "role": "user",
            "content": "[keys 1]",
            "words": [],
            "start": 2.1,
            "end": 2.1,
            "interrupted": False,
            "generated": "[keys 1]",
            "dtmf": True,
        },
    ]


def test_a_ready_recording_has_a_link(desk: Desk) -> None:
    """And says what it is made of."""
    call = desk.call("ended")
    facts = {"duration_ms": 61_500, "channels": 2, "sample_rate_hz": 8000, "sha256": "ab" * 32}
    ready = Recording(call_id=call.id, status=RecordingStatus.READY, name="a.wav", size_bytes=9, **facts)  # type: ignore[arg-type]
    desk.store.run_now(lambda tx: tx.put_recording(ready))

    got = record(desk, call)

    assert got["recording"] == {"status": "ready", **facts}
    assert got["retention"]["audio"] == "kept"
    assert got["recording_url"].startswith(f"http://ringtrue.test/recordings/{call.id}.wav?")


@pytest.mark.parametrize("status", [one for one in RecordingStatus if one is not RecordingStatus.READY])
def test_no_other_recording_has_a_link(desk: Desk, status: RecordingStatus) -> None:
    """Null until it is ready, and when there is none."""
    call = desk.call("ended")
    desk.store.run_now(lambda tx: tx.put_recording(Recording(call_id=call.id, status=status)))

    got = record(desk, call)

    assert (got["recording_url"], got["recording"]["status"]) == (None, status.value)


def test_the_analysis_comes_as_it_is(desk: Desk) -> None:
    """Whatever the project's own fields hold."""
    call = desk.call("ended")
    analysis = {**PENDING, "call_successful": True, "custom_analysis_data": {"outcome": "kept", "n": None}, "status": "complete"}
    desk.store.run_now(lambda tx: tx.put_analysis(call.id, json.dumps(analysis)))

    assert record(desk, call)["call_analysis"] == analysis


@pytest.mark.parametrize(("caller", "shown"), [("+14155550123", "+14155550123"), (None, None)])
def test_an_inbound_call_comes_from_its_caller(desk: Desk, caller: str | None, shown: str | None) -> None:
    """Null when withheld; it starts queued, to our number."""
    call = desk.store.run_now(lambda tx: received(tx, arrival(caller=caller)))
    assert call is not None

    got = desk.ask("GET", f"/calls/{call.id}").json()

    assert {name: got[name] for name in ("direction", "status", "from_number", "to_number", "project_name")} == {
        "direction": "inbound",
        "status": "queued",
        "from_number": shown,
        "to_number": "+14155550100",
        "project_name": "appointment",
    }


def test_a_number_that_we_do_not_have_is_not_shown(desk: Desk) -> None:
    """An organization without a number calls with none."""
    call = desk.store.run_now(lambda tx: placed(tx, desk.office))
    desk.store.run_now(lambda tx: tx.put_call(replace(call, from_number=None)))

    assert desk.ask("GET", f"/calls/{call.id}").json()["from_number"] is None


def test_conversations_are_counted_in_their_thread(desk: Desk) -> None:
    """The second call that is answered in a thread is its second conversation."""
    first = desk.call("ended")
    second = desk.store.run_now(lambda tx: answered(tx, claimed(tx, placed(tx, desk.office))))

    assert second.thread_id == first.thread_id
    assert desk.ask("GET", f"/calls/{second.id}").json()["conversation_id"] == 2

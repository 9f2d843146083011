"""One phone call from the first ring to its whole record."""

from __future__ import annotations

import json
import wave
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from ringtrue.conversation import agent
from ringtrue.domain.call import CallStatus
from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.domain.effects import QueuedEffect
from ringtrue.domain.records import Recording, RecordingStatus
from ringtrue.testing.contracts.store_samples import AT, SECOND, waiting_call

CALL = waiting_call("a", deadline_at=AT + 2000 * SECOND)


async def answered(worker: Any) -> Any:
    """The ring of CALL, answered a second after it began to ring."""
    worker.add(CALL)
    ring = await worker.ring()
    ring.leg.ring()
    await worker.clock.sleep(1)
    ring.leg.answer(worker.clock.now())
    await worker.status(CALL.id, CallStatus.ONGOING)
    return ring


def recording(worker: Any) -> Recording:
    """What the store says of the recording."""
    found: Recording = worker.store.now(lambda tx: tx.recording(CALL.id))
    return found


def test_an_answered_call_leaves_a_complete_record(play: Any) -> None:
    """Events without a gap, duration by the leg's clock, outcome with evidence, effects queued, and a lease no more."""

    async def test(worker: Any) -> None:
        ring = await answered(worker)
        await worker.clock.sleep(5)
        ring.leg.press("1")
        over = await worker.over(CALL.id)

        assert (over.status, over.disposition) == (CallStatus.ENDED, Disposition.AGENT_HANGUP)
        assert over.duration_ms == int(ring.leg.sent) * 1000 // 8000
        assert worker.store.kinds(CALL.id) == ["call.dialling", "call.ringing", "call.started", "call.ended"]
        assert over.conversation_id is not None
        outcome = json.loads(worker.store.now(lambda tx: tx.outcome(CALL.id)))
        assert outcome["outcome"]["fields"] == {"key": "1"}
        assert outcome["evidence"] == {"key": {"value": "1", "evidence": "1"}}
        effects = worker.store.now(lambda tx: tx.due_effects(AT + 3000 * SECOND, 9))
        assert {effect.kind for effect in effects} == {QueuedEffect.FINISH_RECORDING, QueuedEffect.ANALYSE}
        assert worker.store.now(lambda tx: tx.lease(CALL.id)) is None

    play(test)


def test_the_recording_is_what_the_party_heard(play: Any) -> None:
    """Sample for sample on the agent's channel, the party's voice in its place, exactly as long as the call."""

    async def test(worker: Any) -> None:
        ring = await answered(worker)
        await worker.clock.sleep(1)
        spoke_at = int(ring.leg.sent)
        ring.leg.say(np.full(160, 99, dtype=np.int16))
        await worker.clock.sleep(5)
        ring.leg.press("1")
        over = await worker.over(CALL.id)

        told = recording(worker)
        assert told.status is RecordingStatus.PENDING
        with wave.open(str(worker.files.path(told.name)), "rb") as file:
            both = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
        assert len(both) == int(ring.leg.sent) == over.duration_ms * 8
        assert both[:, 1].tolist() == np.concatenate(ring.leg.heard_by_party).tolist()
        assert np.flatnonzero(both[:, 0]).tolist() == list(range(spoke_at, spoke_at + 160))
        assert len(np.flatnonzero(both[:, 1])) > 8000

    play(test)


def test_the_transcript_grows_while_the_call_runs(play: Any) -> None:
    """Whoever asks during the call reads what was said so far."""

    async def test(worker: Any) -> None:
        ring = await answered(worker)
        await worker.clock.sleep(1)
        early = worker.store.now(lambda tx: tx.utterances(CALL.id))
        await worker.clock.sleep(3)
        later = worker.store.now(lambda tx: tx.utterances(CALL.id))
        ring.leg.party_hangs_up()
        await worker.over(CALL.id)

        assert 0 < len(early[0].content) < len(later[0].content)
        assert later[0].content == "Good morning press one please"

    play(test)


def test_hanging_up_in_mid_sentence_keeps_what_was_heard(play: Any) -> None:
    """The party left; what it did not hear is only in what was meant."""

    async def test(worker: Any) -> None:
        ring = await answered(worker)
        await worker.clock.sleep(0.8)
        ring.leg.party_hangs_up()
        over = await worker.over(CALL.id)

        (said,) = worker.store.now(lambda tx: tx.utterances(CALL.id))
        assert over.disposition is Disposition.USER_HANGUP
        assert said.generated == "Good morning press one please"
        assert said.content == "Good morning"

    play(test)


@pytest.mark.parametrize(
    ("disposition", "cause", "status"),
    [
        (Disposition.DIAL_BUSY, Cause(sip_status=486), CallStatus.ENDED),
        (Disposition.DIAL_NO_ANSWER, None, CallStatus.ENDED),
        (Disposition.SIP_ROUTING_ERROR, Cause(sip_status=503), CallStatus.ERROR),
    ],
)
def test_a_call_that_is_not_answered_ends_with_its_cause(
    play: Any, disposition: Disposition, cause: Cause | None, status: CallStatus
) -> None:
    """No duration, no recording, nothing queued."""

    async def test(worker: Any) -> None:
        worker.add(CALL)
        ring = await worker.ring()
        ring.leg.party_hangs_up(disposition, cause)
        over = await worker.over(CALL.id)

        assert (over.status, over.disposition, over.cause, over.duration_ms) == (status, disposition, cause, None)
        assert recording(worker) is None
        assert worker.store.now(lambda tx: tx.due_effects(AT + 3000 * SECOND, 9)) == []

    play(test)


def test_the_longest_duration_ends_the_call(play: Any) -> None:
    """By the project's limit."""

    async def test(worker: Any) -> None:
        worker.scripts.total = timedelta(seconds=6)
        await answered(worker)
        over = await worker.over(CALL.id)

        assert (over.disposition, over.duration_ms) == (Disposition.MAX_DURATION_REACHED, 6000)

    play(test)


def test_a_lost_voice_ends_the_call(play: Any) -> None:
    """A conversation without a voice is none; its record is complete all the same."""

    async def test(worker: Any) -> None:
        await answered(worker)
        worker.calls.voice_lost()
        over = await worker.over(CALL.id)

        assert (over.status, over.disposition) == (CallStatus.ERROR, Disposition.ERROR_TTS)
        assert recording(worker).status is RecordingStatus.PENDING

    play(test)


@pytest.mark.parametrize("fail_on", [agent.Began, agent.Keys])
def test_an_agent_s_bug_ends_its_call_with_its_record(play: Any, fail_on: type) -> None:
    """The party is not left on a dead line; audio and what was said so far are kept."""

    async def test(worker: Any) -> None:
        greeter = type(worker.scripts.script_for(None, CALL).agent)
        worker.scripts.agents = {CALL.id: greeter(fail_on)}
        worker.add(CALL)
        ring = await worker.ring()
        ring.leg.answer(worker.clock.now())
        await worker.clock.sleep(5)
        ring.leg.press("1")
        over = await worker.over(CALL.id)

        assert (over.status, over.disposition) == (CallStatus.ERROR, Disposition.ERROR_UNKNOWN)
        assert over.duration_ms == int(ring.leg.sent) * 1000 // 8000
        assert worker.files.size_bytes(recording(worker).name) == 44 + 4 * int(ring.leg.sent)

    play(test)


def test_no_recording_where_none_is_wanted(play: Any) -> None:
    """The record says so, and no file lies anywhere."""

    async def test(worker: Any) -> None:
        worker.scripts.recording = "never"
        ring = await answered(worker)
        ring.leg.party_hangs_up()
        await worker.over(CALL.id)

        assert recording(worker) == Recording(call_id=CALL.id, status=RecordingStatus.NOT_RECORDED)

    play(test)


def test_without_consent_no_file_remains(play: Any) -> None:
    """Who left before answering never consented."""

    async def test(worker: Any) -> None:
        worker.scripts.recording = "after_consent"
        ring = await answered(worker)
        await worker.clock.sleep(3)
        ring.leg.party_hangs_up()
        await worker.over(CALL.id)

        name = worker.files.name_for(CALL.org_id, CALL.id)
        assert recording(worker) == Recording(call_id=CALL.id, status=RecordingStatus.NOT_RECORDED)
        assert not worker.files.path(name).exists()

    play(test)


def test_with_consent_what_came_before_is_silent(play: Any) -> None:
    """Positions stay those of the call."""

    async def test(worker: Any) -> None:
        worker.scripts.recording = "after_consent"
        ring = await answered(worker)
        await worker.clock.sleep(5)
        consented_at = int(ring.leg.sent)
        ring.leg.press("1")
        await worker.over(CALL.id)

        with wave.open(str(worker.files.path(recording(worker).name)), "rb") as file:
            both = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
        assert len(both) == int(ring.leg.sent)
        assert int(np.flatnonzero(both[:, 1])[0]) >= consented_at
        assert len(np.flatnonzero(both[:, 1])) > 1600

    play(test)


def test_a_folder_that_cannot_be_made_fails_the_recording_only(play: Any) -> None:
    """The call is carried to its end."""

    async def test(worker: Any) -> None:
        root = worker.files.path("x").parent
        root.parent.mkdir(parents=True, exist_ok=True)
        root.write_text("a file where the folder should be")
        ring = await answered(worker)
        await worker.clock.sleep(5)
        ring.leg.press("1")
        over = await worker.over(CALL.id)

        assert over.disposition is Disposition.AGENT_HANGUP
        assert recording(worker) == Recording(call_id=CALL.id, status=RecordingStatus.FAILED)

    play(test)


def test_a_disk_that_takes_nothing_fails_the_recording_only(play: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The call is carried to its end."""

    async def test(worker: Any) -> None:
        full = worker.files.prepare("full.wav").parent / "full.wav"
        full.symlink_to("/dev/full")
        monkeypatch.setattr(worker.files, "prepare", lambda _name: full)
        ring = await answered(worker)
        await worker.clock.sleep(5)
        ring.leg.press("1")
        over = await worker.over(CALL.id)

        assert over.disposition is Disposition.AGENT_HANGUP
        assert recording(worker).status is RecordingStatus.FAILED

    play(test)


def test_what_a_successor_must_know_is_stored(play: Any) -> None:
    """The newest snapshot of the leg, under its own id."""

    async def test(worker: Any) -> None:
        ring = await answered(worker)
        ring.confirm()
        await worker.clock.sleep(1)

        (leg,) = worker.store.now(lambda tx: tx.legs(CALL.id))
        assert json.loads(leg.snapshot)["state"] == "confirmed"
        assert leg.id == ring.intent.snapshot.leg_id
        ring.leg.party_hangs_up()
        await worker.over(CALL.id)

    play(test)

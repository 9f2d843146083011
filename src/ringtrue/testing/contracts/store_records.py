"""The contract of the store port: events, queued effects and the record of a call."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ringtrue.calls.store import Store, Tx
from ringtrue.domain.effects import QueuedEffect
from ringtrue.domain.event import Event
from ringtrue.domain.records import Recording, RecordingStatus
from ringtrue.domain.utterance import Utterance, Word
from ringtrue.errors import Duplicate
from ringtrue.testing.contracts.store_samples import AT, SECOND, add_owners, read, waiting_call, write, write_all

CALL = waiting_call("1")
SAID = Utterance(
    role="agent",
    content="Am I speaking with Ann\u00e4?",
    generated="Am I speaking with Ann\u00e4? Yes?",
    words=(Word(word="Am", start_ms=0, end_ms=120, timing="measured"),),
    start_ms=0,
    end_ms=1400,
    interrupted=True,
)


def _event(sequence: int) -> Event:
    return Event(
        id=f"evt_{sequence}",
        call_id=CALL.id,
        sequence=sequence,
        at=AT,
        kind="call.ended",
        data={"disconnection_reason": "dial_busy", "sip_status": 486, "was_first": True, "q850": None},
    )


def _add_call(store: Store) -> None:
    def work(tx: Tx) -> None:
        add_owners(tx)
        tx.add_call(CALL)

    write(store, work)


class RecordContract:
    """Events, effects, transcript, recording, outcome, analysis."""

    def test_events_come_in_order(self, store: Store) -> None:
        """All, those after a number, or a page of them."""
        _add_call(store)
        write_all(store, *(lambda tx, number=number: tx.add_event(_event(number)) for number in (2, 10, 1, 3)))

        assert list(read(store, lambda tx: tx.events(CALL.id))) == [_event(number) for number in (1, 2, 3, 10)]
        assert list(read(store, lambda tx: tx.events(CALL.id, after=2))) == [_event(3), _event(10)]
        assert list(read(store, lambda tx: tx.events(CALL.id, after=1, limit=1))) == [_event(2)]

    def test_an_event_number_is_used_once(self, store: Store) -> None:
        """Two events cannot share their place in a call."""
        _add_call(store)
        write(store, lambda tx: tx.add_event(_event(1)))

        with pytest.raises(Duplicate):
            write(store, lambda tx: tx.add_event(replace(_event(1), id="evt_other")))

        assert list(read(store, lambda tx: tx.events(CALL.id))) == [_event(1)]

    def test_due_effects_come_earliest_first(self, store: Store) -> None:
        """Those whose instant came, in the order of their instants, then of their making."""
        _add_call(store)
        write(store, lambda tx: tx.add_effect(CALL.id, QueuedEffect.ANALYSE, AT + SECOND))
        write(store, lambda tx: tx.add_effect(CALL.id, QueuedEffect.FINISH_RECORDING, AT))
        write(store, lambda tx: tx.add_effect(CALL.id, QueuedEffect.ANALYSE, AT))

        due = read(store, lambda tx: tx.due_effects(AT, 10))

        assert [(effect.kind, effect.due_at, effect.attempts) for effect in due] == [
            (QueuedEffect.FINISH_RECORDING, AT, 0),
            (QueuedEffect.ANALYSE, AT, 0),
        ]
        assert len(read(store, lambda tx: tx.due_effects(AT + SECOND, 2))) == 2

    def test_a_delayed_effect_counts_its_attempts(self, store: Store) -> None:
        """It is due again at the new instant."""
        _add_call(store)
        write(store, lambda tx: tx.add_effect(CALL.id, QueuedEffect.ANALYSE, AT))
        [effect] = read(store, lambda tx: tx.due_effects(AT, 10))

        write(store, lambda tx: tx.delay_effect(effect.id, AT + SECOND))

        assert list(read(store, lambda tx: tx.due_effects(AT, 10))) == []
        assert list(read(store, lambda tx: tx.due_effects(AT + SECOND, 10))) == [replace(effect, due_at=AT + SECOND, attempts=1)]

    def test_a_dropped_effect_is_gone_and_its_id_never_returns(self, store: Store) -> None:
        """Whoever drops it late drops no other."""
        _add_call(store)
        write(store, lambda tx: tx.add_effect(CALL.id, QueuedEffect.ANALYSE, AT))
        [first] = read(store, lambda tx: tx.due_effects(AT, 10))

        write(store, lambda tx: tx.drop_effect(first.id))
        write(store, lambda tx: tx.add_effect(CALL.id, QueuedEffect.ANALYSE, AT))
        write(store, lambda tx: tx.drop_effect(first.id))

        [second] = read(store, lambda tx: tx.due_effects(AT, 10))
        assert second.id > first.id

    def test_the_transcript_is_ordered_and_grows_in_place(self, store: Store) -> None:
        """An utterance is replaced at its index as more of it is heard."""
        keys = Utterance(role="user", content="[keys 1]", generated="[keys 1]", words=(), start_ms=1500, end_ms=1600, dtmf=True)
        _add_call(store)
        write_all(store, lambda tx: tx.put_utterance(CALL.id, 1, keys), lambda tx: tx.put_utterance(CALL.id, 0, SAID))

        longer = replace(SAID, content=SAID.generated, interrupted=False)
        write(store, lambda tx: tx.put_utterance(CALL.id, 0, longer))

        assert list(read(store, lambda tx: tx.utterances(CALL.id))) == [longer, keys]

    def test_a_recording_is_replaced(self, store: Store) -> None:
        """From pending to ready; none at first."""
        ready = Recording(
            call_id=CALL.id,
            status=RecordingStatus.READY,
            name="org_a/_1/call_1.wav",
            duration_ms=61_234,
            channels=2,
            sample_rate_hz=8000,
            size_bytes=1_959_532,
            sha256="0" * 64,
        )
        _add_call(store)
        assert read(store, lambda tx: tx.recording(CALL.id)) is None

        write(store, lambda tx: tx.put_recording(Recording(call_id=CALL.id, status=RecordingStatus.PENDING)))
        write(store, lambda tx: tx.put_recording(ready))

        assert read(store, lambda tx: tx.recording(CALL.id)) == ready

    def test_an_analysis_is_dropped(self, store: Store) -> None:
        """Also when there is none."""
        _add_call(store)
        write(store, lambda tx: tx.put_analysis(CALL.id, "{}"))

        write_all(store, lambda tx: tx.drop_analysis(CALL.id), lambda tx: tx.drop_analysis(CALL.id))

        assert read(store, lambda tx: tx.analysis(CALL.id)) is None

    def test_outcome_and_analysis_are_replaced_as_text(self, store: Store) -> None:
        """Each on its own; none at first."""
        _add_call(store)
        assert read(store, lambda tx: (tx.outcome(CALL.id), tx.analysis(CALL.id))) == (None, None)

        write_all(store, lambda tx: tx.put_outcome(CALL.id, "{}"), lambda tx: tx.put_analysis(CALL.id, '{"a": 1}'))
        write(store, lambda tx: tx.put_outcome(CALL.id, '{"b":  2}'))

        assert read(store, lambda tx: (tx.outcome(CALL.id), tx.analysis(CALL.id))) == ('{"b":  2}', '{"a": 1}')

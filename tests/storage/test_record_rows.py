"""Every row of what belongs to a call reads back as it was written, whatever its values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ringtrue.domain.event import Event
from ringtrue.domain.records import IntentRow, Lease, LegRow, Recording, RecordingStatus
from ringtrue.domain.utterance import Utterance, Word
from ringtrue.ids import LegId, WorkerId
from ringtrue.storage.tx import SqlTx
from ringtrue.testing.contracts.store_samples import waiting_call

Trial = Callable[[Callable[[SqlTx], None]], None]

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
maybe_texts = st.none() | texts
instants = st.datetimes(datetime(1900, 1, 1), datetime(2300, 1, 1), timezones=st.just(UTC))
counts = st.integers(0, 2**53)
maybe_counts = st.none() | counts
small = st.none() | st.integers(0, 999)
CALL = waiting_call("1")
call_ids = st.just(CALL.id)
utterances = st.builds(
    Utterance,
    role=st.sampled_from(["agent", "user", "transfer_target"]),
    content=texts,
    generated=texts,
    words=st.lists(
        st.builds(Word, word=texts, start_ms=counts, end_ms=counts, timing=st.sampled_from(["measured", "estimated"])), max_size=3
    ).map(tuple),
    start_ms=counts,
    end_ms=counts,
    interrupted=st.booleans(),
    dtmf=st.booleans(),
)


@given(
    lease=st.builds(Lease, call_id=call_ids, worker_id=texts.map(WorkerId), fence=counts, expires_at=instants),
    leg=st.builds(
        LegRow,
        id=texts.map(LegId),
        call_id=call_ids,
        sip_call_id=texts,
        remote_tag=maybe_texts,
        is_inbound=st.booleans(),
        snapshot=texts,
        updated_at=instants,
    ),
    intent=st.builds(IntentRow, call_id=call_ids, leg_id=texts.map(LegId), committed_at=instants),
)
def test_leases_legs_and_intents_round_trip(trial: Trial, lease: Lease, leg: LegRow, intent: IntentRow) -> None:
    """All as they were."""

    def check(tx: SqlTx) -> None:
        tx.put_lease(lease)
        tx.put_leg(leg)
        tx.add_intent(intent)
        assert tx.lease(CALL.id) == lease
        assert list(tx.legs(CALL.id)) == [leg]
        assert tx.intent(CALL.id) == intent

    trial(check)


@given(
    event=st.builds(
        Event,
        id=texts,
        call_id=call_ids,
        sequence=st.integers(1, 2**53),
        at=instants,
        kind=texts,
        data=st.dictionaries(texts, st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts, max_size=4),
    ),
    utterance=utterances,
    index=st.integers(0, 2**31 - 1),
)
def test_events_and_utterances_round_trip(trial: Trial, event: Event, utterance: Utterance, index: int) -> None:
    """Booleans stay booleans, words stay a tuple."""

    def check(tx: SqlTx) -> None:
        tx.add_event(event)
        tx.put_utterance(CALL.id, index, utterance)
        [stored] = tx.events(CALL.id)
        assert stored == event
        assert [type(value) for value in stored.data.values()] == [type(value) for value in event.data.values()]
        assert list(tx.utterances(CALL.id)) == [utterance]

    trial(check)


@given(
    recording=st.builds(
        Recording,
        call_id=call_ids,
        status=st.sampled_from(RecordingStatus),
        name=maybe_texts,
        duration_ms=maybe_counts,
        channels=small,
        sample_rate_hz=small,
        size_bytes=maybe_counts,
        sha256=maybe_texts,
    ),
    outcome=texts,
    analysis=texts,
)
def test_recordings_outcomes_and_analyses_round_trip(trial: Trial, recording: Recording, outcome: str, analysis: str) -> None:
    """All as they were."""

    def check(tx: SqlTx) -> None:
        tx.put_recording(recording)
        tx.put_outcome(CALL.id, outcome)
        tx.put_analysis(CALL.id, analysis)
        assert (tx.recording(CALL.id), tx.outcome(CALL.id), tx.analysis(CALL.id)) == (recording, outcome, analysis)

    trial(check)

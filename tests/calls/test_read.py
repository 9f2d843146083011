"""Reading a call with everything that belongs to its record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ringtrue.calls import read
from ringtrue.calls.store import Tx
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.facts import LegEnded
from ringtrue.domain.records import Recording, RecordingStatus
from ringtrue.domain.utterance import Utterance
from ringtrue.errors import NotFound
from ringtrue.ids import CallId, OrgId
from ringtrue.testing.office import Office, answered, claimed, happened, placed, ringing

Do = Callable[[Callable[[Tx], object]], object]
HELLO = Utterance(role="agent", content="Hello.", generated="Hello.", words=(), start_ms=0, end_ms=500)


def test_a_call_that_was_not_answered_has_no_transcript(do: Do, office: Office) -> None:
    """Null, not empty; a recording may still come."""

    def check(tx: Tx) -> None:
        call = placed(tx, office)
        assert read.call_record(tx, office.org.id, call.id) == read.CallRecord(
            call=call,
            project_name="appointment",
            transcript=None,
            recording=Recording(call_id=call.id, status=RecordingStatus.PENDING),
            analysis=None,
            turns=None,
        )

    do(check)


def test_a_call_that_never_connected_has_no_recording(do: Do, office: Office) -> None:
    """Once it is over."""

    def check(tx: Tx) -> None:
        call = claimed(tx, placed(tx, office))
        happened(tx, call.id, LegEnded(disposition=Disposition.DIAL_BUSY))
        record = read.call_record(tx, office.org.id, call.id)
        assert (record.recording.status, record.transcript) == (RecordingStatus.NOT_RECORDED, None)

    do(check)


def test_a_call_in_progress_shows_what_was_said_so_far(do: Do, office: Office) -> None:
    """In the transcript's order."""

    def check(tx: Tx) -> None:
        call = answered(tx, ringing(tx, claimed(tx, placed(tx, office))))
        assert read.call_record(tx, office.org.id, call.id).transcript == ()

        tx.put_utterance(call.id, 0, HELLO)
        tx.put_analysis(call.id, '{"call_successful": true}')
        tx.put_recording(Recording(call_id=call.id, status=RecordingStatus.READY, name="a.wav"))

        record = read.call_record(tx, office.org.id, call.id)
        assert record.transcript == (HELLO,)
        assert record.analysis == '{"call_successful": true}'
        assert record.recording == Recording(call_id=call.id, status=RecordingStatus.READY, name="a.wav")

    do(check)


def test_another_organizations_call_is_not_there(do: Do, office: Office) -> None:
    """In the same words as a call that never was."""

    def check(tx: Tx) -> None:
        call = placed(tx, office)
        sentences = []
        for org_id, call_id in ((OrgId("org_other"), call.id), (office.org.id, CallId("call_none"))):
            with pytest.raises(NotFound) as caught:
                read.call_record(tx, org_id, call_id)
            sentences.append(caught.value.sentence)
        assert sentences[0] == sentences[1]

    do(check)

"""What is told of a call is written with the change itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ringtrue.calls import advance, listeners, read, webhooks
from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.event import NewEvent
from ringtrue.domain.facts import CancelAsked, LegEnded
from ringtrue.domain.records import Recording, RecordingStatus
from ringtrue.domain.utterance import Utterance
from ringtrue.domain.webhook import CALL_EVENTS, EVENTS, Delivery, Webhook
from ringtrue.testing.clock import START
from ringtrue.testing.office import Office, answered, arrival, claimed, happened, open_office, placed, received, ringing
from ringtrue.wire.calls import CallShape

Do = Callable[[Callable[[Tx], Any]], Any]
LATER = START + timedelta(minutes=1)
HUNG_UP = LegEnded(disposition=Disposition.USER_HANGUP, duration_ms=61_500)


def hook(tx: Tx, office: Office, *events: str, enabled: bool = True) -> Webhook:
    """A webhook of the office."""
    return webhooks.create(
        tx, office.org.id, url="https://example.com/", events=events or EVENTS, enabled=enabled, secret="whsec_eA==", at=START
    )


def waiting(tx: Tx, webhook: Webhook) -> Sequence[Delivery]:
    """What is to be told to it."""
    return tx.waiting_deliveries(webhook.id, 100)


def kinds(tx: Tx, webhook: Webhook) -> list[str]:
    """The kinds of that, in order."""
    return [one.kind for one in waiting(tx, webhook)]


def whole_call(tx: Tx, office: Office) -> Call:
    """A call that was answered, spoke, and ended."""
    call = answered(tx, ringing(tx, claimed(tx, placed(tx, office))))
    tx.put_recording(Recording(call_id=call.id, status=RecordingStatus.PENDING, name="a.wav"))
    said = Utterance(role="agent", content="Grüße.", generated="Grüße.", words=(), start_ms=0, end_ms=900, interrupted=False)
    tx.put_utterance(call.id, 0, said)
    return happened(tx, call.id, HUNG_UP, at=LATER).call


def test_every_step_of_a_call_is_told_in_order(do: Do, office: Office) -> None:
    """With the ids and numbers of the call's own events; steps that are not public leave gaps in the numbers."""

    def work(tx: Tx) -> None:
        webhook = hook(tx, office)
        call = whole_call(tx, office)
        advance.note(tx, call.id, NewEvent(kind="call.analyzed"), at=LATER)
        found = waiting(tx, webhook)

        assert [one.kind for one in found] == ["call.queued", "call.ringing", "call.started", "call.ended", "call.analyzed"]
        events = {event.sequence: event for event in tx.events(call.id)}
        for one in found:
            body = json.loads(one.body)
            event = events[one.sequence]
            assert (one.event_id, one.kind, one.due_at) == (event.id, event.kind, event.at)
            assert (body["type"], body["id"], body["sequence"]) == (event.kind, event.id, event.sequence)
            assert list(body) == ["type", "id", "timestamp", "sequence", "data"]
        assert [one.behind for one in found] == [None, None, None, None, "call.ended"]
        assert sorted(events) == list(range(1, len(events) + 1))

    do(work)


def test_the_body_says_what_was_true_at_that_instant(do: Do, office: Office) -> None:
    """As `GET /calls/{id}` would have, with a path that does not expire in place of the link; text is not escaped."""

    def work(tx: Tx) -> None:
        webhook = hook(tx, office)
        whole_call(tx, office)
        bodies = {one.kind: one.body for one in waiting(tx, webhook)}
        told = {kind: json.loads(body)["data"]["call"] for kind, body in bodies.items()}

        assert {kind: call["status"] for kind, call in told.items()} == {
            "call.queued": "queued",
            "call.ringing": "queued",
            "call.started": "ongoing",
            "call.ended": "ended",
        }
        ended = told["call.ended"]
        assert set(ended) == (set(CallShape.model_fields) - {"recording_url"}) | {"recording_path"}
        assert (ended["duration_ms"], ended["disconnection_reason"]) == (61_500, "user_hangup")
        assert (ended["transcript"], ended["call_analysis"]["status"]) == ("Agent: Grüße.", "pending")
        assert (ended["recording"]["status"], ended["recording_path"]) == ("pending", f"/calls/{ended['id']}/recording")
        assert json.loads(bodies["call.ended"])["timestamp"] == "2027-01-04T17:01:00.000Z"
        assert "Grüße" in bodies["call.ended"]
        assert told["call.queued"]["recording_path"] is None

    do(work)


def test_a_call_that_never_connected_is_told_to_have_ended(do: Do, office: Office) -> None:
    """Without recording, and with nothing to come after it."""

    def work(tx: Tx) -> None:
        webhook = hook(tx, office, "call.ended", "call.analyzed")
        call = claimed(tx, placed(tx, office))
        happened(tx, call.id, LegEnded(disposition=Disposition.DIAL_BUSY))

        (one,) = waiting(tx, webhook)
        told = json.loads(one.body)["data"]["call"]
        assert (one.kind, told["status"], told["disconnection_reason"]) == ("call.ended", "ended", "dial_busy")
        assert (told["recording_path"], told["call_analysis"], told["start_timestamp"]) == (None, None, None)

    do(work)


def test_scheduled_and_inbound_calls_are_told(do: Do, office: Office) -> None:
    """From their first event on."""

    def work(tx: Tx) -> None:
        webhook = hook(tx, office)
        call = placed(tx, office, scheduled_for=START + timedelta(hours=1))
        happened(tx, call.id, CancelAsked())
        received(tx, arrival(), at=LATER)

        assert kinds(tx, webhook) == ["call.scheduled", "call.ended", "call.queued", "call.ringing"]

    do(work)


def test_only_who_wants_it_then_is_told(do: Do, office: Office) -> None:
    """Not who is disabled, wants other events, came later, or is of another organization."""

    def work(tx: Tx) -> None:
        stranger = open_office(tx, name="Other", number=None)
        deaf = [hook(tx, office, "call.started"), hook(tx, office, enabled=False), hook(tx, stranger)]
        wanting = [hook(tx, office, "call.queued"), hook(tx, office)]
        placed(tx, office)
        late = hook(tx, office)

        assert [kinds(tx, one) for one in (*deaf, late)] == [[], [], [], []]
        assert [kinds(tx, one) for one in wanting] == [["call.queued"], ["call.queued"]]
        (first,), (second,) = (waiting(tx, one) for one in wanting)
        assert (first.event_id, first.body) == (second.event_id, second.body)

    do(work)


def test_a_listener_is_told_while_it_asks(do: Do, office: Office) -> None:
    """One that did not for a day is not."""

    def work(tx: Tx) -> None:
        listener = listeners.create(tx, office.org.id, events=CALL_EVENTS, secret="whsec_eA==", at=START)
        placed(tx, office, at=START + timedelta(hours=24))
        placed(tx, office, at=START + timedelta(hours=24, seconds=1))

        assert kinds(tx, listener) == ["call.queued"]

    do(work)


def test_nothing_is_told_of_a_change_that_was_undone(do: Do, office: Office) -> None:
    """Change and row are one transaction."""
    webhook = do(lambda tx: hook(tx, office))

    def work(tx: Tx) -> None:
        placed(tx, office)
        assert len(waiting(tx, webhook)) == 1
        raise ZeroDivisionError

    with suppress(ZeroDivisionError):
        do(work)

    assert do(lambda tx: list(waiting(tx, webhook))) == []


def test_a_fact_that_changes_nothing_tells_nothing(do: Do, office: Office) -> None:
    """Nor does an event of a call that is not there."""

    def work(tx: Tx) -> None:
        webhook = hook(tx, office)
        call = whole_call(tx, office)
        before = kinds(tx, webhook)
        happened(tx, call.id, HUNG_UP, at=LATER)
        advance.note(tx, replace(call, id="call_none").id, NewEvent(kind="call.analyzed"), at=LATER)

        assert kinds(tx, webhook) == before

    do(work)


@pytest.mark.parametrize("status", [RecordingStatus.READY, RecordingStatus.FAILED])
def test_the_path_leads_to_a_recording_that_is_there(do: Do, office: Office, status: RecordingStatus) -> None:
    """And is null where there is none to come."""

    def work(tx: Tx) -> None:
        webhook = hook(tx, office, "call.analyzed")
        call = whole_call(tx, office)
        tx.put_recording(Recording(call_id=call.id, status=status, name="a.wav", duration_ms=1, sha256="ab"))
        advance.note(tx, call.id, NewEvent(kind="call.analyzed"), at=LATER)

        (one,) = waiting(tx, webhook)
        path = f"/calls/{call.id}/recording" if status is RecordingStatus.READY else None
        assert json.loads(one.body)["data"]["call"]["recording_path"] == path
        assert read.call_record(tx, office.org.id, call.id).call.last_event == one.sequence

    do(work)

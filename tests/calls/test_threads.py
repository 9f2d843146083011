"""Threads and what is counted in them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from ringtrue.calls import threads
from ringtrue.calls.store import Tx
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.facts import LegEnded
from ringtrue.domain.records import Thread
from ringtrue.errors import NotFound
from ringtrue.ids import OrgId, ThreadId
from ringtrue.testing.clock import START
from ringtrue.testing.office import Office, answered, claimed, happened, placed, ringing

Do = Callable[[Callable[[Tx], object]], object]


def test_a_thread_is_kept_as_it_was_made(do: Do, office: Office) -> None:
    """Its data as JSON, letters of any script as they are."""

    def check(tx: Tx) -> None:
        new = threads.NewThread(
            org_id=office.org.id, party="+14155550123", timezone="Europe/Berlin", email="a@b.c", json_data={"name": "Zoë"}
        )
        thread = threads.create(tx, new, at=START)

        assert threads.get(tx, office.org.id, thread.id) == thread
        assert thread == Thread(
            id=thread.id,
            org_id=office.org.id,
            project_id=None,
            party="+14155550123",
            alias=None,
            timezone="Europe/Berlin",
            email="a@b.c",
            json_data='{"name": "Zoë"}',
            created_at=START,
        )

    do(check)


def test_another_organizations_thread_is_not_there(do: Do, office: Office) -> None:
    """In the same words as one that never was."""

    def check(tx: Tx) -> None:
        thread = threads.create(tx, threads.NewThread(org_id=office.org.id, json_data={}), at=START)
        sentences = []
        for org_id, thread_id in ((OrgId("org_other"), thread.id), (office.org.id, ThreadId("thread_none"))):
            with pytest.raises(NotFound) as caught:
                threads.get(tx, org_id, thread_id)
            sentences.append(caught.value.sentence)
        assert sentences[0] == sentences[1]

    do(check)


@pytest.mark.parametrize(("durations", "minutes"), [([], "0.00"), ([1], "0.01"), ([60_000], "1.00"), ([61_000, 59_001], "2.01")])
def test_voice_minutes_are_rounded_up_over_the_whole_thread(do: Do, office: Office, durations: list[int], minutes: str) -> None:
    """To the hundredth; a call that never connected counts nothing."""

    def check(tx: Tx) -> None:
        thread_id = placed(tx, office).thread_id
        for duration_ms in durations:
            call = answered(tx, ringing(tx, claimed(tx, placed(tx, office))))
            happened(tx, call.id, LegEnded(disposition=Disposition.USER_HANGUP, duration_ms=duration_ms))
        assert threads.usage(tx, office.org.id, thread_id, threads.Prices()).minutes == Decimal(minutes)

    do(check)

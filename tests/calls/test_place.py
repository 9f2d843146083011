"""Placing a call: one transaction from a request to a row that is due."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ringtrue.agents.files import example
from ringtrue.calls import projects
from ringtrue.calls.store import Tx
from ringtrue.domain import deadlines
from ringtrue.domain.call import Call, CallLimits, CallStatus, CallType, Direction, Stage
from ringtrue.domain.dial_rules import DialRules
from ringtrue.domain.records import Number
from ringtrue.errors import InvalidInput, NotAllowed, NotFound, NoTrunk, RingtrueError
from ringtrue.ids import ThreadId
from ringtrue.testing.clock import START
from ringtrue.testing.office import ANNA, CALLEE, FILES, OUR_NUMBER, POLICY, Office, open_office, placed

Do = Callable[[Callable[[Tx], object]], object]
HOUR = timedelta(hours=1)


def kinds(tx: Tx, call: Call) -> list[tuple[int, str]]:
    """The call's events, numbered."""
    return [(event.sequence, event.kind) for event in tx.events(call.id)]


def test_a_call_for_now_is_queued_and_due(do: Do, office: Office) -> None:
    """The whole row as stored, with its first event."""

    def check(tx: Tx) -> None:
        call = placed(tx, office)

        assert tx.call(call.id) == call
        assert call == Call(
            id=call.id,
            org_id=office.org.id,
            project_id=office.project.id,
            version_id=office.version.id,
            thread_id=call.thread_id,
            call_type=CallType.PHONE,
            direction=Direction.OUTBOUND,
            from_number=OUR_NUMBER,
            to_number=CALLEE,
            status=CallStatus.QUEUED,
            stage=Stage.WAITING,
            created_at=START,
            due_at=START,
            deadline_at=START + deadlines.CLAIM,
            limits=CallLimits(ring=timedelta(seconds=40), total=timedelta(minutes=10)),
            json_data=json.dumps(ANNA),
            last_event=1,
        )
        assert kinds(tx, call) == [(1, "call.queued")]
        assert list(tx.due_calls(START, 10)) == [call.id]

    do(check)


def test_a_call_for_later_is_scheduled(do: Do, office: Office) -> None:
    """It is not due before its instant."""

    def check(tx: Tx) -> None:
        call = placed(tx, office, scheduled_for=START + HOUR)

        assert (call.status, call.scheduled_for, call.due_at) == (CallStatus.SCHEDULED, START + HOUR, START + HOUR)
        assert call.deadline_at == START + HOUR + deadlines.CLAIM
        assert kinds(tx, call) == [(1, "call.scheduled")]
        assert list(tx.due_calls(START + HOUR - timedelta(milliseconds=1), 10)) == []
        assert list(tx.due_calls(START + HOUR, 10)) == [call.id]

    do(check)


def test_the_newest_thread_of_callee_and_project_is_used_again(do: Do, office: Office) -> None:
    """Another callee has another; the first call's data stay the thread's."""

    def check(tx: Tx) -> None:
        first = placed(tx, office)
        again = placed(tx, office, json_data={**ANNA, "first_name": "Ben"}, timezone="Europe/Berlin")
        other = placed(tx, office, callee="+14155550124")

        assert again.thread_id == first.thread_id
        assert other.thread_id != first.thread_id
        thread = tx.thread(office.org.id, first.thread_id)
        assert thread is not None
        assert (json.loads(thread.json_data), thread.party, thread.timezone) == (dict(ANNA), CALLEE, None)

    do(check)


def test_each_call_keeps_its_own_data(do: Do, office: Office) -> None:
    """Frozen when it was accepted; a later call to the same number changes nothing."""

    def check(tx: Tx) -> None:
        first = placed(tx, office, scheduled_for=START + HOUR)
        second = placed(tx, office, scheduled_for=START + HOUR, json_data={**ANNA, "first_name": "Ben"})

        names = [json.loads(found.json_data)["first_name"] for one in (first, second) if (found := tx.call(one.id))]
        assert names == ["Anna", "Ben"]

    do(check)


def test_a_call_without_data_takes_its_threads(do: Do, office: Office) -> None:
    """As it seeded it."""

    def check(tx: Tx) -> None:
        placed(tx, office)
        again = placed(tx, office, json_data=None)

        assert json.loads(again.json_data) == dict(ANNA)

    do(check)


def test_a_call_can_be_placed_in_a_thread(do: Do, office: Office) -> None:
    """Whatever its party; its zone is the call's where the request names none."""

    def check(tx: Tx) -> None:
        first = placed(tx, office, timezone="America/Denver")
        second = placed(tx, office, thread_id=first.thread_id, callee="+14155550199")
        third = placed(tx, office, thread_id=first.thread_id, timezone="Europe/Berlin")

        assert [one.thread_id for one in (second, third)] == [first.thread_id] * 2
        assert (second.timezone, third.timezone) == ("America/Denver", "Europe/Berlin")

    do(check)


def test_the_version_is_pinned_when_the_call_is_accepted(do: Do, office: Office) -> None:
    """A later version is for later calls; an older one can be asked for."""

    def check(tx: Tx) -> None:
        early = placed(tx, office, scheduled_for=START + HOUR)
        newer = example().replace("limits: {ring: 40s", "limits: {ring: 20s")
        second = projects.apply(tx, office.org.id, "appointment", newer, files=FILES, at=START).version
        late = placed(tx, office)
        old = placed(tx, office, version_id=office.version.id)

        assert [one.version_id for one in (early, late, old)] == [office.version.id, second.id, office.version.id]
        assert [one.limits.ring.seconds for one in (early, late, old)] == [40, 20, 40]

    do(check)


def test_the_project_is_found_by_its_id_as_well(do: Do, office: Office) -> None:
    """Either names it."""

    def check(tx: Tx) -> None:
        assert placed(tx, office, project=office.project.id).project_id == office.project.id

    do(check)


def test_the_caller_id_is_the_projects_own_number(do: Do, office: Office) -> None:
    """Else the organization's first, else none."""

    def check(tx: Tx) -> None:
        survey = example().replace("name: appointment", "name: survey", 1)
        other = projects.apply(tx, office.org.id, "survey", survey, files=FILES, at=START).project
        assert placed(tx, office, project="survey").from_number == OUR_NUMBER

        tx.put_number(Number(e164="+14155550101", org_id=office.org.id, project_id=other.id, created_at=START))
        assert placed(tx, office, project="survey").from_number == "+14155550101"
        assert placed(tx, office).from_number == OUR_NUMBER

        numberless = open_office(tx, name="Without", number=None)
        assert placed(tx, numberless).from_number is None

    do(check)


def test_the_simulated_trunk_is_on_the_record(do: Do, office: Office) -> None:
    """No carrier was involved."""

    def check(tx: Tx) -> None:
        assert placed(tx, office, policy=replace(POLICY, simulated=True)).simulated

    do(check)


def test_metadata_is_kept(do: Do, office: Office) -> None:
    """As JSON."""

    def check(tx: Tx) -> None:
        assert json.loads(placed(tx, office, metadata={"order": "7"}).metadata) == {"order": "7"}

    do(check)


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"callee": "not a number"}, InvalidInput, ("callee",)),
        ({"project": "nobody"}, InvalidInput, ("project_id",)),
        ({"version_id": "ver_none"}, InvalidInput, ("config_version_id",)),
        ({"json_data": {**ANNA, "appointment": "soon"}}, InvalidInput, None),
        ({"json_data": {"first_name": "Anna"}}, InvalidInput, None),
        ({"json_data": {}}, InvalidInput, None),
        ({"thread_id": ThreadId("thread_none")}, NotFound, None),
        ({"callee": "911"}, NotAllowed, None),
        ({"callee": "+442079460123"}, NotAllowed, None),
        ({"policy": replace(POLICY, has_trunk=False)}, NoTrunk, None),
    ],
)
def test_a_refused_request_leaves_nothing(
    do: Do, office: Office, changes: dict[str, object], error: type[RingtrueError], field: tuple[str, ...] | None
) -> None:
    """Neither a call nor a thread."""
    with pytest.raises(error) as caught:
        do(lambda tx: placed(tx, office, **changes))  # type: ignore[arg-type]  # the fields are given by name

    if field is not None:
        assert isinstance(caught.value, InvalidInput)
        assert caught.value.field == field
    assert do(lambda tx: (list(tx.due_calls(START, 10)), tx.newest_thread(office.org.id, office.project.id, CALLEE))) == (
        [],
        None,
    )


def test_a_project_replaces_the_home_country_and_only_narrows_what_was_set(do: Do, office: Office) -> None:
    """For the organization, or for the server."""
    british = example().replace("countries: null", "countries: [GB, FR]")

    def check(tx: Tx) -> None:
        projects.apply(tx, office.org.id, "appointment", british, files=FILES, at=START)
        assert placed(tx, office, callee="+442079460123").to_number == "+442079460123"
        with pytest.raises(NotAllowed):
            placed(tx, office, callee="+442079460124", policy=replace(POLICY, is_limit=True))
        tx.put_dial_rules(office.org.id, DialRules(countries=("GB", "US")))
        assert placed(tx, office, callee="+442079460123").to_number == "+442079460123"
        with pytest.raises(NotAllowed) as caught:
            placed(tx, office)
        assert caught.value.reason == "country_not_allowed"

    do(check)


def test_a_number_that_asked_not_to_be_called_is_refused(do: Do, office: Office) -> None:
    """However it is written."""

    def check(tx: Tx) -> None:
        tx.suppress(office.org.id, CALLEE, "asked on a call", START)
        with pytest.raises(NotAllowed) as caught:
            placed(tx, office, callee="(415) 555-0123")
        assert caught.value.reason == "suppressed"

    do(check)


def test_another_organization_has_its_own_projects_versions_and_threads(do: Do, office: Office) -> None:
    """None of them can be named from outside."""

    def check(tx: Tx) -> None:
        other = open_office(tx, name="Other", number=None)
        theirs = placed(tx, other)
        with pytest.raises(InvalidInput):
            placed(tx, office, project=other.project.id)
        with pytest.raises(InvalidInput):
            placed(tx, office, version_id=other.version.id)
        with pytest.raises(NotFound):
            placed(tx, office, thread_id=theirs.thread_id)
        assert placed(tx, office).thread_id != theirs.thread_id

    do(check)

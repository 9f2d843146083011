"""THE table, cell by cell: what each fact does to a call in each status, in whole values."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrue.domain import deadlines, facts
from ringtrue.domain.call import Call, CallLimits, CallStatus, CallType, Direction, Stage
from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.domain.effects import Dial, Effect, EndLeg, QueuedEffect
from ringtrue.domain.event import NewEvent
from ringtrue.domain.facts import FACTS, Fact
from ringtrue.domain.lifecycle import TABLE, Decision, arrived, decide
from ringtrue.ids import CallId, OrgId, ProjectId, ThreadId, VersionId

ROOT = Path(__file__).parents[2]
SECOND = timedelta(seconds=1)
CREATED = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)
DUE = CREATED + timedelta(hours=1)
ANSWERED_AT = DUE + 9 * SECOND
NOW = DUE + 60 * SECOND
LATER = DUE + timedelta(days=1)
GRACE = deadlines.SCHEDULE_GRACE
BUSY = Cause(sip_status=486)

WAITING = Call(
    id=CallId("call_1"),
    org_id=OrgId("org_1"),
    project_id=ProjectId("project_1"),
    version_id=VersionId("ver_1"),
    thread_id=ThreadId("thread_1"),
    call_type=CallType.PHONE,
    direction=Direction.OUTBOUND,
    from_number="+14155550100",
    to_number="+14155550123",
    status=CallStatus.QUEUED,
    stage=Stage.WAITING,
    created_at=CREATED,
    due_at=DUE,
    deadline_at=DUE + deadlines.CLAIM,
    limits=CallLimits(ring=40 * SECOND, total=600 * SECOND),
)
SCHEDULED = replace(WAITING, status=CallStatus.SCHEDULED, scheduled_for=DUE)
DIALLING = replace(WAITING, stage=Stage.DIALLING, due_at=None, deadline_at=NOW, fence=1)
RINGING = replace(DIALLING, stage=Stage.RINGING)
CANCELLING = replace(RINGING, cancel_asked=True)
ONGOING = replace(RINGING, status=CallStatus.ONGOING, stage=Stage.ANSWERED, started_at=ANSWERED_AT, conversation_id=7)
HANGING_UP = replace(ONGOING, hang_up_asked=True)
ENDED = replace(
    ONGOING,
    status=CallStatus.ENDED,
    stage=Stage.OVER,
    deadline_at=None,
    ended_at=NOW,
    duration_ms=51_000,
    disposition=Disposition.AGENT_HANGUP,
)
ERROR = replace(ENDED, status=CallStatus.ERROR, disposition=Disposition.ERROR_TTS)

COMPLETE: tuple[Effect, ...] = (QueuedEffect.FINISH_RECORDING, QueuedEffect.ANALYSE)
NOT_DUE = "nothing was dialled before it came due"
NOT_ANSWERED = "it is not answered yet: cancel it instead"
BEHIND = "it is answered: the dial is behind it"


@dataclass(frozen=True, kw_only=True)
class Does:
    """What a decision does: fields that change, events, effects."""

    change: dict[str, object] = field(default_factory=dict)
    events: tuple[NewEvent, ...] = ()
    effects: tuple[Effect, ...] = ()
    ignored: str | None = None


def event(kind: str, **data: str | int) -> NewEvent:
    """An event of that kind."""
    return NewEvent(kind=kind, data=data)


def ends(disposition: Disposition, *, at: datetime = NOW, cause: Cause | None = None, duration_ms: int | None = None) -> Does:
    """The terminal state: without a duration the call never connected."""
    codes: dict[str, str | int] = {} if cause is None or cause.sip_status is None else {"sip_status": cause.sip_status}
    return Does(
        change={
            "status": CallStatus.ERROR if disposition.is_error else CallStatus.ENDED,
            "stage": Stage.OVER,
            "due_at": None,
            "deadline_at": None,
            "ended_at": at,
            "duration_ms": duration_ms,
            "disposition": disposition,
            "cause": cause,
        },
        events=(event("call.ended", disconnection_reason=disposition.value, **codes),),
        effects=COMPLETE if duration_ms is not None else (),
    )


def ignored(because: str) -> Does:
    """Nothing."""
    return Does(ignored=because)


def case(name: str, call: Call, fact: Fact, does: Does) -> object:
    """One parameter set, named for its cell."""
    return pytest.param(call, fact, does, id=f"{call.status.value}-{type(fact).__name__}-{name}")


CANCEL_RINGING = Does(
    change={"cancel_asked": True, "deadline_at": NOW + deadlines.ASKED},
    events=(event("call.cancel_asked"),),
    effects=(EndLeg(disposition=Disposition.CANCELLED),),
)
CASES = [
    case(
        "in time",
        SCHEDULED,
        facts.CameDue(grace=GRACE),
        Does(change={"status": CallStatus.QUEUED}, events=(event("call.queued"),)),
    ),
    case("too late", SCHEDULED, facts.CameDue(grace=59 * SECOND), ends(Disposition.SCHEDULE_MISSED)),
    case(
        "just in time",
        SCHEDULED,
        facts.CameDue(grace=60 * SECOND),
        Does(change={"status": CallStatus.QUEUED}, events=(event("call.queued"),)),
    ),
    case("", SCHEDULED, facts.DialCommitted(fence=1), ignored("it must come due first")),
    case("", SCHEDULED, facts.Ringing(sip_status=180), ignored(NOT_DUE)),
    case("", SCHEDULED, facts.Answered(conversation_id=7), ignored(NOT_DUE)),
    case("", SCHEDULED, facts.LegEnded(disposition=Disposition.DIAL_BUSY), ignored(NOT_DUE)),
    case("", SCHEDULED, facts.DialFailed(disposition=Disposition.DIAL_FAILED), ignored(NOT_DUE)),
    case("", SCHEDULED, facts.CancelAsked(), ends(Disposition.CANCELLED)),
    case("", SCHEDULED, facts.HangUpAsked(), ignored(NOT_ANSWERED)),
    case(
        "",
        SCHEDULED,
        facts.Rescheduled(scheduled_for=LATER),
        Does(
            change={"scheduled_for": LATER, "due_at": LATER, "deadline_at": LATER + deadlines.CLAIM},
            events=(event("call.rescheduled"),),
        ),
    ),
    case("", SCHEDULED, facts.DeadlinePassed(), ends(Disposition.SCHEDULE_MISSED)),
    case("", SCHEDULED, facts.WorkerLost(), ignored("no worker holds it")),
    case(
        "",
        SCHEDULED,
        facts.PolicyRefused(code="suppressed"),
        replace(
            ends(Disposition.POLICY_REFUSED),
            events=(event("call.refused", code="suppressed"), *ends(Disposition.POLICY_REFUSED).events),
        ),
    ),
    case("", WAITING, facts.CameDue(grace=GRACE), ignored("it came due before")),
    case(
        "waiting",
        WAITING,
        facts.DialCommitted(fence=3),
        Does(
            change={
                "stage": Stage.DIALLING,
                "due_at": None,
                "deadline_at": NOW + 40 * SECOND + deadlines.SIGNALLING,
                "fence": 3,
            },
            events=(event("call.dialling"),),
            effects=(Dial(),),
        ),
    ),
    case("twice", DIALLING, facts.DialCommitted(fence=3), ignored("it was dialled or cancelled before: a call rings once")),
    case(
        "cancelled",
        replace(WAITING, cancel_asked=True),
        facts.DialCommitted(fence=3),
        ignored("it was dialled or cancelled before: a call rings once"),
    ),
    case(
        "first",
        DIALLING,
        facts.Ringing(sip_status=183),
        Does(change={"stage": Stage.RINGING}, events=(event("call.ringing", sip_status=183),)),
    ),
    case("again", RINGING, facts.Ringing(sip_status=180), ignored("ringing was noted before")),
    case(
        "ringing",
        RINGING,
        facts.Answered(conversation_id=7),
        Does(
            change={
                "status": CallStatus.ONGOING,
                "stage": Stage.ANSWERED,
                "started_at": NOW,
                "deadline_at": NOW + 600 * SECOND + deadlines.WRAP_UP,
                "conversation_id": 7,
            },
            events=(event("call.started", conversation_id=7),),
        ),
    ),
    case(
        "crossed by a cancel",
        CANCELLING,
        facts.Answered(conversation_id=7),
        Does(ignored="the cancel crossed the answer", effects=(EndLeg(disposition=Disposition.CANCELLED),)),
    ),
    case(
        "refused", RINGING, facts.LegEnded(disposition=Disposition.DIAL_BUSY, cause=BUSY), ends(Disposition.DIAL_BUSY, cause=BUSY)
    ),
    case(
        "never answered",
        RINGING,
        facts.LegEnded(disposition=Disposition.USER_HANGUP, duration_ms=12),
        ends(Disposition.USER_HANGUP),
    ),
    case(
        "cancelled",
        CANCELLING,
        facts.LegEnded(disposition=Disposition.DIAL_NO_ANSWER, cause=Cause(sip_status=487)),
        ends(Disposition.CANCELLED, cause=Cause(sip_status=487)),
    ),
    case(
        "",
        DIALLING,
        facts.DialFailed(disposition=Disposition.TELEPHONY_PROVIDER_UNAVAILABLE),
        ends(Disposition.TELEPHONY_PROVIDER_UNAVAILABLE),
    ),
    case("cancelled", CANCELLING, facts.DialFailed(disposition=Disposition.DIAL_FAILED), ends(Disposition.CANCELLED)),
    case("waiting", WAITING, facts.CancelAsked(), ends(Disposition.CANCELLED)),
    case("ringing", RINGING, facts.CancelAsked(), CANCEL_RINGING),
    case("dialling", DIALLING, facts.CancelAsked(), CANCEL_RINGING),
    case("again", CANCELLING, facts.CancelAsked(), ignored("the cancel was asked before")),
    case("", RINGING, facts.HangUpAsked(), ignored(NOT_ANSWERED)),
    case("", WAITING, facts.Rescheduled(scheduled_for=LATER), ignored("it is due already")),
    case("waiting", WAITING, facts.DeadlinePassed(), ends(Disposition.CONCURRENCY_LIMIT_REACHED)),
    case("was scheduled", replace(WAITING, scheduled_for=DUE), facts.DeadlinePassed(), ends(Disposition.SCHEDULE_MISSED)),
    case("dialled", RINGING, facts.DeadlinePassed(), ends(Disposition.ERROR_WORKER_LOST)),
    case("cancelled", CANCELLING, facts.DeadlinePassed(), ends(Disposition.CANCELLED)),
    case("waiting", WAITING, facts.WorkerLost(), ignored("nothing was dialled yet, so another worker may")),
    case("dialled", DIALLING, facts.WorkerLost(), ends(Disposition.ERROR_WORKER_LOST)),
    case("cancelled", CANCELLING, facts.WorkerLost(), ends(Disposition.CANCELLED)),
    case(
        "waiting",
        WAITING,
        facts.PolicyRefused(code="country_not_allowed"),
        replace(
            ends(Disposition.POLICY_REFUSED),
            events=(event("call.refused", code="country_not_allowed"), *ends(Disposition.POLICY_REFUSED).events),
        ),
    ),
    case("dialled", DIALLING, facts.PolicyRefused(code="suppressed"), ignored("it was dialled before the rules changed")),
    case("", ONGOING, facts.CameDue(grace=GRACE), ignored(BEHIND)),
    case("", ONGOING, facts.DialCommitted(fence=2), ignored(BEHIND)),
    case("", ONGOING, facts.Ringing(sip_status=180), ignored(BEHIND)),
    case("", ONGOING, facts.Answered(conversation_id=8), ignored("the answer was noted before")),
    case(
        "",
        ONGOING,
        facts.LegEnded(disposition=Disposition.USER_HANGUP, duration_ms=50_980),
        ends(Disposition.USER_HANGUP, duration_ms=50_980),
    ),
    case(
        "broke",
        ONGOING,
        facts.LegEnded(disposition=Disposition.ERROR_TTS, duration_ms=0),
        ends(Disposition.ERROR_TTS, duration_ms=0),
    ),
    case("", ONGOING, facts.DialFailed(disposition=Disposition.DIAL_FAILED), ignored(BEHIND)),
    case("", ONGOING, facts.CancelAsked(), ignored("it is answered: hang up instead")),
    case(
        "",
        ONGOING,
        facts.HangUpAsked(),
        Does(
            change={"hang_up_asked": True, "deadline_at": NOW + deadlines.ASKED},
            events=(event("call.hangup_asked"),),
            effects=(EndLeg(disposition=Disposition.MANUAL_STOPPED),),
        ),
    ),
    case("again", HANGING_UP, facts.HangUpAsked(), ignored("the hang-up was asked before")),
    case("", ONGOING, facts.Rescheduled(scheduled_for=LATER), ignored(BEHIND)),
    case("", ONGOING, facts.DeadlinePassed(), ends(Disposition.ERROR_WORKER_LOST, duration_ms=51_000)),
    case("hanging up", HANGING_UP, facts.DeadlinePassed(), ends(Disposition.MANUAL_STOPPED, duration_ms=51_000)),
    case(
        "audio",
        ONGOING,
        facts.WorkerLost(last_audio=12.5 * SECOND),
        ends(Disposition.ERROR_WORKER_LOST, at=ANSWERED_AT + 12.5 * SECOND, duration_ms=12_500),
    ),
    case("no audio", ONGOING, facts.WorkerLost(), ends(Disposition.ERROR_WORKER_LOST, duration_ms=51_000)),
    case(
        "more audio than time",
        ONGOING,
        facts.WorkerLost(last_audio=90 * SECOND),
        ends(Disposition.ERROR_WORKER_LOST, duration_ms=51_000),
    ),
    case("", ONGOING, facts.PolicyRefused(code="suppressed"), ignored(BEHIND)),
]
SAMPLE_FACTS: tuple[Fact, ...] = (
    facts.CameDue(grace=GRACE),
    facts.DialCommitted(fence=2),
    facts.Ringing(sip_status=180),
    facts.Answered(conversation_id=7),
    facts.LegEnded(disposition=Disposition.USER_HANGUP, duration_ms=1),
    facts.DialFailed(disposition=Disposition.DIAL_FAILED),
    facts.CancelAsked(),
    facts.HangUpAsked(),
    facts.Rescheduled(scheduled_for=LATER),
    facts.DeadlinePassed(),
    facts.WorkerLost(last_audio=SECOND),
    facts.PolicyRefused(code="suppressed"),
)
STATES = (SCHEDULED, WAITING, DIALLING, RINGING, CANCELLING, ONGOING, HANGING_UP, ENDED, ERROR)


@pytest.mark.parametrize(("call", "fact", "does"), CASES)
def test_each_cell_does_what_the_table_says(call: Call, fact: Fact, does: Does) -> None:
    """The whole decision: the call, its events, its effects, or why nothing follows."""
    decision = decide(call, fact, at=NOW)

    changed = replace(call, **does.change)  # type: ignore[arg-type]  # the fields are given by name
    assert decision == Decision(call=changed, events=does.events, effects=does.effects, ignored=does.ignored)


@pytest.mark.parametrize("fact", SAMPLE_FACTS, ids=lambda fact: type(fact).__name__)
@pytest.mark.parametrize("call", [ENDED, ERROR], ids=lambda call: call.status.value)
def test_a_call_that_is_over_never_moves_again(call: Call, fact: Fact) -> None:
    """Whatever comes late."""
    assert decide(call, fact, at=NOW) == Decision(call=call, ignored="the call is over")


def test_every_cell_is_filled() -> None:
    """Every status meets every fact, and nothing else stands in the table."""
    assert set(TABLE) == {(status, fact) for status in CallStatus for fact in FACTS}
    assert {type(fact) for fact in SAMPLE_FACTS} == set(FACTS)


def test_every_cell_that_is_not_terminal_has_a_case_here() -> None:
    """A new fact or status without a case fails."""
    shown = {(param.values[0].status, type(param.values[1])) for param in CASES}  # type: ignore[attr-defined]

    assert shown == {cell for cell in TABLE if not cell[0].is_terminal}


@pytest.mark.parametrize("call", STATES, ids=lambda call: f"{call.status.value}-{call.stage.value}")
@pytest.mark.parametrize("fact", SAMPLE_FACTS, ids=lambda fact: type(fact).__name__)
def test_a_cell_does_no_more_than_it_says(call: Call, fact: Fact) -> None:
    """`moves` names every status it may lead to, `stays` keeps the status, `ignored` keeps all."""
    cell = TABLE[call.status, type(fact)]
    after = decide(call, fact, at=NOW)

    if cell.does == "ignored":
        assert after == Decision(call=call, ignored=cell.says)
    elif cell.does == "stays":
        assert after.call.status is call.status
    else:
        assert after.call.status in (call.status, *cell.to)


ANY_FACTS = st.lists(st.sampled_from(SAMPLE_FACTS), max_size=12)


@given(start=st.sampled_from(STATES), happened=ANY_FACTS)
def test_no_call_is_ever_stuck(start: Call, happened: list[Fact]) -> None:
    """In whatever order facts come: a call has a deadline until it is over, then an end, a reason and its right status."""
    call = start
    for fact in happened:
        call = decide(call, fact, at=NOW).call

    if call.status.is_terminal:
        assert call.disposition is not None
        assert call.status is (CallStatus.ERROR if call.disposition.is_error else CallStatus.ENDED)
        assert (call.stage, call.deadline_at, call.due_at) == (Stage.OVER, None, None)
        assert call.ended_at is not None
        assert (call.duration_ms is None) is (call.started_at is None)
    else:
        assert call.deadline_at is not None
        assert (call.due_at is not None) is (call.stage is Stage.WAITING)


@given(start=st.sampled_from(STATES[:2]), happened=ANY_FACTS)
def test_a_call_is_dialled_at_most_once(start: Call, happened: list[Fact]) -> None:
    """However often facts are repeated."""
    call, dialled = start, 0
    for fact in happened:
        decision = decide(call, fact, at=NOW)
        call, dialled = decision.call, dialled + decision.effects.count(Dial())

    assert dialled <= 1


def test_an_inbound_call_begins_queued_and_rings() -> None:
    """It waits for our answer, never for the dispatcher."""
    inbound = replace(WAITING, direction=Direction.INBOUND, due_at=None, deadline_at=None)

    assert arrived(inbound, at=NOW) == Decision(
        call=replace(inbound, stage=Stage.RINGING, deadline_at=NOW + deadlines.OFFERED),
        events=(event("call.queued"), event("call.ringing")),
    )


def test_the_page_is_drawn_from_the_table() -> None:
    """docs/lifecycle.md is what `python tools/draw_lifecycle.py` writes."""
    spec = importlib.util.spec_from_file_location("draw_lifecycle", ROOT / "tools" / "draw_lifecycle.py")
    assert spec is not None
    assert spec.loader is not None
    drawing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawing)

    assert (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8") == drawing.page()

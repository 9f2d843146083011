"""THE table, cell by cell: what each fact does to a call in each status, in whole values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from ringtrue.domain import deadlines, facts
from ringtrue.domain.call import Call, CallStatus, Stage
from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.domain.effects import Dial, Effect, EndLeg, QueuedEffect
from ringtrue.domain.event import NewEvent
from ringtrue.domain.facts import Fact
from ringtrue.domain.lifecycle import TABLE, Decision, decide

from .lifecycle_samples import (
    ANSWERED_AT,
    CANCELLING,
    DIALLING,
    DUE,
    GRACE,
    HANGING_UP,
    LATER,
    NOW,
    ONGOING,
    RINGING,
    SCHEDULED,
    SECOND,
    WAITING,
    event,
)

BUSY = Cause(sip_status=486)
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


@pytest.mark.parametrize(("call", "fact", "does"), CASES)
def test_each_cell_does_what_the_table_says(call: Call, fact: Fact, does: Does) -> None:
    """The whole decision: the call, its events, its effects, or why nothing follows."""
    decision = decide(call, fact, at=NOW)

    changed = replace(call, **does.change)  # type: ignore[arg-type]  # the fields are given by name
    assert decision == Decision(call=changed, events=does.events, effects=does.effects, ignored=does.ignored)


def test_every_cell_that_is_not_terminal_has_a_case_here() -> None:
    """A new fact or status without a case fails."""
    shown = {(param.values[0].status, type(param.values[1])) for param in CASES}  # type: ignore[attr-defined]

    assert shown == {cell for cell in TABLE if not cell[0].is_terminal}

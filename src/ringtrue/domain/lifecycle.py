"""THE table: what each fact does to a call in each status. Nothing else moves a call.

Every (status, fact) cell is filled: it moves the call, lets it stay with something noted, or ignores the fact for a stated
reason. `decide` is pure; docs/lifecycle.md is drawn from `TABLE`. Terminal calls never change status again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from ringtrue.domain import deadlines, facts
from ringtrue.domain.call import Call, CallStatus, Direction, Stage
from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.domain.effects import Dial, Effect, EndLeg, QueuedEffect
from ringtrue.domain.event import NewEvent, Scalar
from ringtrue.domain.facts import FACTS, Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What follows from a fact; `ignored` says why when nothing does."""

    call: Call
    events: tuple[NewEvent, ...] = ()
    effects: tuple[Effect, ...] = ()
    ignored: str | None = None


Rule = Callable[[Call, Any, datetime], Decision]  # Any: each rule takes the one fact type of its cell


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell: what it does in one word, where to, and in which words the documentation says it."""

    does: Literal["moves", "stays", "ignored"]
    says: str
    rule: Rule | None = None
    to: tuple[CallStatus, ...] = field(default=())


def decide(call: Call, fact: Fact, *, at: datetime) -> Decision:
    """What the fact does to the call at that instant. Total: every status and fact has an answer; raises nothing."""
    cell = TABLE[call.status, type(fact)]
    if cell.rule is None:
        return Decision(call=call, ignored=cell.says)
    return cell.rule(call, fact, at)


def _event(kind: str, **data: Scalar) -> NewEvent:
    return NewEvent(kind=kind, data={key: value for key, value in data.items() if value is not None})


def _finish(
    call: Call, disposition: Disposition, at: datetime, *, cause: Cause | None = None, duration_ms: int | None = None
) -> Decision:
    """The terminal state: status by the disposition's column, and the queued work that completes the record."""
    was_answered = call.started_at is not None
    over = replace(
        call,
        status=CallStatus.ERROR if disposition.is_error else CallStatus.ENDED,
        stage=Stage.OVER,
        due_at=None,
        deadline_at=None,
        ended_at=at,
        duration_ms=duration_ms if was_answered else None,
        disposition=disposition,
        cause=cause,
    )
    done = (QueuedEffect.FINISH_RECORDING, QueuedEffect.ANALYSE) if was_answered else ()
    sip = cause.sip_status if cause else None
    return Decision(
        call=over, events=(_event("call.ended", disconnection_reason=disposition.value, sip_status=sip),), effects=done
    )


def _came_due(call: Call, fact: facts.CameDue, at: datetime) -> Decision:
    if call.due_at is not None and at - call.due_at > fact.grace:
        return _finish(call, Disposition.SCHEDULE_MISSED, at)
    return Decision(call=replace(call, status=CallStatus.QUEUED), events=(_event("call.queued"),))


def _dial_committed(call: Call, fact: facts.DialCommitted, at: datetime) -> Decision:
    if call.stage is not Stage.WAITING or call.cancel_asked:
        return Decision(call=call, ignored="it was dialled or cancelled before: a call rings once")
    deadline = at + call.limits.ring + deadlines.SIGNALLING
    dialling = replace(call, stage=Stage.DIALLING, due_at=None, deadline_at=deadline, fence=fact.fence)
    return Decision(call=dialling, events=(_event("call.dialling"),), effects=(Dial(),))


def _ringing(call: Call, fact: facts.Ringing, at: datetime) -> Decision:
    if call.stage is not Stage.DIALLING:
        return Decision(call=call, ignored="ringing was noted before")
    return Decision(call=replace(call, stage=Stage.RINGING), events=(_event("call.ringing", sip_status=fact.sip_status),))


def _answered(call: Call, fact: facts.Answered, at: datetime) -> Decision:
    if call.cancel_asked:
        return Decision(call=call, ignored="the cancel crossed the answer", effects=(EndLeg(disposition=Disposition.CANCELLED),))
    ongoing = replace(
        call,
        status=CallStatus.ONGOING,
        stage=Stage.ANSWERED,
        due_at=None,
        started_at=at,
        deadline_at=at + call.limits.total + deadlines.WRAP_UP,
        conversation_id=fact.conversation_id,
    )
    return Decision(call=ongoing, events=(_event("call.started", conversation_id=fact.conversation_id),))


def _leg_ended(call: Call, fact: facts.LegEnded, at: datetime) -> Decision:
    disposition = Disposition.CANCELLED if call.cancel_asked else fact.disposition
    return _finish(call, disposition, at, cause=fact.cause, duration_ms=fact.duration_ms)


def _dial_failed(call: Call, fact: facts.DialFailed, at: datetime) -> Decision:
    return _finish(call, Disposition.CANCELLED if call.cancel_asked else fact.disposition, at, cause=fact.cause)


def _cancel(call: Call, fact: facts.CancelAsked, at: datetime) -> Decision:
    if call.stage is Stage.WAITING:
        return _finish(call, Disposition.CANCELLED, at)
    if call.cancel_asked:
        return Decision(call=call, ignored="the cancel was asked before")
    asked = replace(call, cancel_asked=True, deadline_at=at + deadlines.ASKED)
    return Decision(call=asked, events=(_event("call.cancel_asked"),), effects=(EndLeg(disposition=Disposition.CANCELLED),))


def _hang_up(call: Call, fact: facts.HangUpAsked, at: datetime) -> Decision:
    if call.hang_up_asked:
        return Decision(call=call, ignored="the hang-up was asked before")
    asked = replace(call, hang_up_asked=True, deadline_at=at + deadlines.ASKED)
    return Decision(call=asked, events=(_event("call.hangup_asked"),), effects=(EndLeg(disposition=Disposition.MANUAL_STOPPED),))


def _rescheduled(call: Call, fact: facts.Rescheduled, at: datetime) -> Decision:
    when = fact.scheduled_for
    moved = replace(call, scheduled_for=when, due_at=when, deadline_at=deadlines.of_claim(when, fact.until))
    return Decision(call=moved, events=(_event("call.rescheduled"),))


def _claim_deadline(call: Call, fact: facts.DeadlinePassed, at: datetime) -> Decision:
    return _finish(call, Disposition.SCHEDULE_MISSED, at)


def _queue_deadline(call: Call, fact: facts.DeadlinePassed, at: datetime) -> Decision:
    if call.cancel_asked:
        return _finish(call, Disposition.CANCELLED, at)
    if call.stage is Stage.WAITING:
        missed = Disposition.SCHEDULE_MISSED if call.scheduled_for else Disposition.CONCURRENCY_LIMIT_REACHED
        return _finish(call, missed, at)
    return _finish(call, Disposition.ERROR_WORKER_LOST, at)


def _ongoing_deadline(call: Call, fact: facts.DeadlinePassed, at: datetime) -> Decision:
    assert call.started_at is not None
    reason = Disposition.MANUAL_STOPPED if call.hang_up_asked else Disposition.ERROR_WORKER_LOST
    return _finish(call, reason, at, duration_ms=int((at - call.started_at).total_seconds() * 1000))


def _queue_lost(call: Call, fact: facts.WorkerLost, at: datetime) -> Decision:
    if call.stage is Stage.WAITING:
        return Decision(call=call, ignored="nothing was dialled yet, so another worker may")
    if call.cancel_asked:
        return _finish(call, Disposition.CANCELLED, at)
    return _finish(call, Disposition.ERROR_WORKER_LOST, at)


def _ongoing_lost(call: Call, fact: facts.WorkerLost, at: datetime) -> Decision:
    assert call.started_at is not None
    end = at if fact.last_audio is None else min(at, call.started_at + fact.last_audio)
    duration_ms = int((end - call.started_at).total_seconds() * 1000)
    return _finish(call, Disposition.ERROR_WORKER_LOST, end, duration_ms=duration_ms)


def _policy(call: Call, fact: facts.PolicyRefused, at: datetime) -> Decision:
    if call.stage is not Stage.WAITING:
        return Decision(call=call, ignored="it was dialled before the rules changed")
    over = _finish(call, Disposition.POLICY_REFUSED, at)
    return replace(over, events=(_event("call.refused", code=fact.code), *over.events))


def _moves(says: str, rule: Rule, *to: CallStatus) -> Cell:
    return Cell(does="moves", says=says, rule=rule, to=to)


def _stays(says: str, rule: Rule, *to: CallStatus) -> Cell:
    return Cell(does="stays", says=says, rule=rule, to=to)


def _ignored(because: str) -> Cell:
    return Cell(does="ignored", says=because)


_S, _Q, _O, _E, _X = CallStatus.SCHEDULED, CallStatus.QUEUED, CallStatus.ONGOING, CallStatus.ENDED, CallStatus.ERROR
_NOT_DUE = "nothing was dialled before it came due"
_NOT_ANSWERED = "it is not answered yet: cancel it instead"
_ANSWERED = "it is answered: the dial is behind it"

TABLE: dict[tuple[CallStatus, type[Fact]], Cell] = {
    (_S, facts.CameDue): _moves("to queued; later than the grace to error, `schedule_missed`", _came_due, _Q, _X),
    (_S, facts.DialCommitted): _ignored("it must come due first"),
    (_S, facts.Ringing): _ignored(_NOT_DUE),
    (_S, facts.Answered): _ignored(_NOT_DUE),
    (_S, facts.LegEnded): _ignored(_NOT_DUE),
    (_S, facts.DialFailed): _ignored(_NOT_DUE),
    (_S, facts.CancelAsked): _moves("to ended, `cancelled`; nothing rings", _cancel, _E),
    (_S, facts.HangUpAsked): _ignored(_NOT_ANSWERED),
    (_S, facts.Rescheduled): _stays("with the new instant", _rescheduled),
    (_S, facts.DeadlinePassed): _moves("to error, `schedule_missed`", _claim_deadline, _X),
    (_S, facts.WorkerLost): _ignored("no worker holds it"),
    (_S, facts.PolicyRefused): _moves("to error, `policy_refused`", _policy, _X),
    (_Q, facts.CameDue): _ignored("it came due before"),
    (_Q, facts.DialCommitted): _stays("dialling, once; the INVITE leaves after the commit", _dial_committed),
    (_Q, facts.Ringing): _stays("ringing", _ringing),
    (_Q, facts.Answered): _moves("to ongoing; after a cancel it stays and the leg is ended", _answered, _O),
    (_Q, facts.LegEnded): _moves("to the status of the disposition; after a cancel to ended", _leg_ended, _E, _X),
    (_Q, facts.DialFailed): _moves("to the status of the disposition; after a cancel to ended", _dial_failed, _E, _X),
    (_Q, facts.CancelAsked): _moves("to ended, `cancelled`; once dialled it stays until the leg is gone", _cancel, _E),
    (_Q, facts.HangUpAsked): _ignored(_NOT_ANSWERED),
    (_Q, facts.Rescheduled): _ignored("it is due already"),
    (_Q, facts.DeadlinePassed): _moves(
        "to error: `schedule_missed` or `concurrency_limit_reached` while it waits, `error_worker_lost` once dialled; "
        "after a cancel to ended",
        _queue_deadline,
        _E,
        _X,
    ),
    (_Q, facts.WorkerLost): _moves(
        "to error, `error_worker_lost`; not yet dialled it stays for another worker", _queue_lost, _E, _X
    ),
    (_Q, facts.PolicyRefused): _moves("to error, `policy_refused`; once dialled it stays", _policy, _X),
    (_O, facts.CameDue): _ignored(_ANSWERED),
    (_O, facts.DialCommitted): _ignored(_ANSWERED),
    (_O, facts.Ringing): _ignored(_ANSWERED),
    (_O, facts.Answered): _ignored("the answer was noted before"),
    (_O, facts.LegEnded): _moves("to the status of the disposition", _leg_ended, _E, _X),
    (_O, facts.DialFailed): _ignored(_ANSWERED),
    (_O, facts.CancelAsked): _ignored("it is answered: hang up instead"),
    (_O, facts.HangUpAsked): _stays("until the leg is gone", _hang_up),
    (_O, facts.Rescheduled): _ignored(_ANSWERED),
    (_O, facts.DeadlinePassed): _moves("to error, `error_worker_lost`; after a hang-up to ended", _ongoing_deadline, _E, _X),
    (_O, facts.WorkerLost): _moves("to error, `error_worker_lost`, ending at the last audio on disk", _ongoing_lost, _X),
    (_O, facts.PolicyRefused): _ignored(_ANSWERED),
    **{(status, fact): _ignored("the call is over") for status in (_E, _X) for fact in FACTS},
}


def arrived(call: Call, *, at: datetime) -> Decision:
    """The first decision of an inbound call: offered to us, waiting for our answer. Never claimed by the dispatcher."""
    assert call.direction is Direction.INBOUND
    offered = replace(call, status=CallStatus.QUEUED, stage=Stage.RINGING, deadline_at=at + deadlines.OFFERED)
    return Decision(call=offered, events=(_event("call.queued"), _event("call.ringing")))

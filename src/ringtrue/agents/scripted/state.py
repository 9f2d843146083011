"""Where a conversation stands, as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from ringtrue.agents.scripted import values
from ringtrue.agents.scripted.slots.slot import Answer
from ringtrue.agents.scripted.values import Value
from ringtrue.conversation.agent import Json, State

Phase = Literal["ask", "read_back", "done"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """`saved` holds affirmed values only; `pending` is being read back; `evidence` is how the last answer was given."""

    step: str
    phase: Phase = "ask"
    saved: Mapping[str, Value] = field(default_factory=dict)
    pending: Answer | None = None
    unclear: int = 0
    evidence: str | None = None
    opt_out: bool = False
    disclosure_heard: bool | None = None


def to_json(standing: Standing) -> State:
    """The standing as JSON."""
    pending = standing.pending
    return {
        "step": standing.step,
        "phase": standing.phase,
        "saved": {name: values.to_json(value) for name, value in standing.saved.items()},
        "pending": None if pending is None else {"name": pending.name, "value": _value(pending.value)},
        "unclear": standing.unclear,
        "evidence": standing.evidence,
        "opt_out": standing.opt_out,
        "disclosure_heard": standing.disclosure_heard,
    }


def from_json(state: State) -> Standing:
    """The standing that `to_json` wrote."""
    saved = cast(Mapping[str, Json], state["saved"])
    return Standing(
        step=cast(str, state["step"]),
        phase=cast(Phase, state["phase"]),
        saved={name: values.from_json(value) for name, value in saved.items()},
        pending=_pending(state["pending"]),
        unclear=cast(int, state["unclear"]),
        evidence=cast("str | None", state["evidence"]),
        opt_out=cast(bool, state["opt_out"]),
        disclosure_heard=cast("bool | None", state["disclosure_heard"]),
    )


def _value(value: Value | None) -> Json:
    return None if value is None else values.to_json(value)


def _pending(kept: Json) -> Answer | None:
    if not isinstance(kept, Mapping):
        return None
    value = kept["value"]
    return Answer(name=cast(str, kept["name"]), value=None if value is None else values.from_json(value))

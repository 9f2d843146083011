"""Where a chat stands, as JSON text and back. What was claimed so far is written down with it."""

from __future__ import annotations

import json
from typing import Any

from ringtrue.chat.dialogue import Expected, Position
from ringtrue.conversation.agent import Fill


def to_json(position: Position) -> str:
    """The position as JSON text."""
    outcome = position.outcome
    document = {
        "agent": position.agent,
        "expected": {
            "takes_digits": position.expected.takes_digits,
            "whole_keys": position.expected.whole_keys,
            "is_sensitive": position.expected.is_sensitive,
        },
        "filled": [{"field": one.field, "value": one.value, "evidence": one.evidence} for one in position.filled],
        "outcome": None
        if outcome is None
        else {
            "step": outcome.step,
            "successful": outcome.successful,
            "fields": outcome.fields,
            "opt_out": outcome.opt_out,
        },
    }
    return json.dumps(document, ensure_ascii=False)


def from_json(text: str | None) -> Position:
    """The position that `to_json` wrote, to go on from; the one before anything for None. Its outcome is the agent's to tell."""
    if text is None:
        return Position()
    document: dict[str, Any] = json.loads(text)
    expected = document["expected"]
    return Position(
        agent=document["agent"],
        expected=Expected(
            takes_digits=expected["takes_digits"],
            whole_keys=tuple(expected["whole_keys"]),
            is_sensitive=expected["is_sensitive"],
        ),
        filled=tuple(Fill(field=one["field"], value=one["value"], evidence=one["evidence"]) for one in document["filled"]),
    )

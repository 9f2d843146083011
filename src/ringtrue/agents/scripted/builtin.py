"""What every script agent understands and how it ends when the file does not say: English sentences of the product."""

from __future__ import annotations

from collections.abc import Mapping

from ringtrue.agents.scripted.model import AnalysisField, End, Step
from ringtrue.agents.scripted.template import Template, compile_template
from ringtrue.conversation.agent import Json

OPERATOR_PHRASES = (
    "speak to a person", "talk to a person", "speak to someone", "talk to someone", "speak to a human", "talk to a human",
    "real person", "operator", "representative",
)  # fmt: skip
STOP_PHRASES = (
    "stop calling", "don't call me", "do not call me again", "never call me again", "take me off your list",
    "remove me from your list", "remove my number",
)  # fmt: skip
UNCLEAR = ("Sorry, I did not catch that.",)
STILL_THERE = "Are you still there?"

_ENDS: Mapping[str, str] = {
    "opted_out": "You will not be called again. Goodbye.",
    "operator": "I will let the team know that you would like to speak to a person. Goodbye.",
    "gave_up": "I am sorry that I could not understand. Goodbye.",
}
END_NAMES = frozenset(_ENDS)


def end_step(name: str, fields: Mapping[str, AnalysisField]) -> Step:
    """The built-in end of that name; each enum field that has the name among its choices is set to it."""
    said: dict[str, Json | Template] = {field.name: name for field in fields.values() if name in field.choices}
    return Step(name=name, say=compile_template(_ENDS[name]), end=End(successful=False, fields=said))

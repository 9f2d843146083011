"""The sentences that the agent adds by itself: keys on offer, and what to say when nothing came or nothing was understood."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.agents.scripted.model import Anywhere
from ringtrue.agents.scripted.render import joined
from ringtrue.agents.scripted.slots.slot import Hint, Offer, Slot, plain
from ringtrue.conversation.agent import Say, Span

USE_KEYS = "Please use the keys of your phone."
_HINTS: dict[Hint, str] = {
    "range": "Sorry, that is outside of what I can take.",
    "length": "Sorry, that was not the right number of digits.",
}


def fixed(text: str) -> Say:
    """A sentence of the product."""
    return Say(spans=(plain(text),), fixed=True)


def offer(slot: Slot, *, is_fixed: bool) -> Say | None:
    """How to answer by keypad: "Press 1 to keep the appointment, or press 2 to move it." """
    pieces: list[Span] = []
    instruction = slot.instruction()
    if instruction is not None:
        pieces.append(plain(instruction + " "))
    offers = list(slot.offers())
    for index, one in enumerate(offers):
        pieces.extend(_piece(one, index, len(offers)))
    return Say(spans=joined(pieces), fixed=is_fixed) if pieces else None


def anywhere(entries: Sequence[Anywhere]) -> Say | None:
    """The keys that are understood at every step."""
    keyed = [entry for entry in entries if entry.key]
    offers = [_offer(entry) for entry in keyed]
    pieces = [piece for index, one in enumerate(offers) for piece in _piece(one, index, len(offers))]
    return Say(spans=joined(pieces), fixed=True) if pieces else None


def hint(why: Hint) -> Say | None:
    """What was wrong with an answer, where it was understood but cannot be taken."""
    return fixed(_HINTS[why]) if why in _HINTS else None


def _offer(entry: Anywhere) -> Offer:
    if entry.name == "operator":
        return Offer(key=entry.key or "", label=plain("speak to a person"), is_action=True)
    return Offer(key=entry.key or "", label=plain(entry.name.replace("_", " ")))


def _piece(one: Offer, index: int, count: int) -> list[Span]:
    last = index == count - 1
    lead = (
        "Press" if index == 0 else "or press" if last else "press"
    ) + f" {'star' if one.key == '*' else one.key} {'to' if one.is_action else 'for'} "
    return [plain(lead), one.label, plain(". " if last else ", ")]

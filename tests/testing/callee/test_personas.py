"""What the shipped personas do to the prompts of the example, with the slips of a recogniser in them."""

from __future__ import annotations

import pytest

from ringtrue.testing.callee import load_persona, shipped_personas
from ringtrue.testing.callee.script import Script
from ringtrue.testing.callee.traits import Chance

YES_NO = "Press one for yes, or press two for no. Press zero to speak to a person."
KEEP = "You would like to keep their appointment is that right."
MOVE = "You would like to move it to another day. Is that right?"
BACK = "You would like to have us call you back. Is that right?"
DAY = "Friday, March 5th at 9 o'clock. Is that right?"
OFFER = "I can offer Friday, March 5th at 9 o'clock or Monday, March 8th at 2.15, what suits you?"


def said(persona: str, heard: str) -> str:
    """Its first word, or the keys it presses."""
    traits = load_persona(shipped_personas()[f"appointment/{persona}"]).traits
    assert traits is not None
    act = Script(traits, Chance(1)).reply(heard)
    return "" if act is None else act.keys or act.text.replace(",", " ").replace(".", " ").split()[0]


@pytest.mark.parametrize(
    ("persona", "yes", "no"),
    [("cooperative", [KEEP], [MOVE, BACK, DAY]), ("another_day", [MOVE, DAY], [KEEP, BACK]), ("says_no", [MOVE, BACK], [KEEP])],
)
def test_a_read_back_is_affirmed_only_when_it_is_what_was_meant(persona: str, yes: list[str], no: list[str]) -> None:
    """A caller who affirms everything would make a false record look true."""
    assert {said(persona, heard) for heard in yes} <= {"Yes", "That", "Right"}
    assert {said(persona, heard) for heard in no} <= {"No", "That's"}
    assert {said(persona, f"Please use the keys of your phone. {heard} {YES_NO}") for heard in yes} == {"1"}
    assert {said(persona, f"Please use the keys of your phone. {heard} {YES_NO}") for heard in no} == {"2"}


def test_what_is_offered_is_taken_or_not() -> None:
    """By voice and by key."""
    keys = "Press 1 for Friday, March 5 at 9, press 2 for Monday, or press three for neither. Press 0 to speak to a person."

    assert said("says_no", OFFER) in ("Neither", "None")
    assert (said("another_day", f"{OFFER} {keys}"), said("says_no", f"{OFFER} {keys}")) == ("1", "3")

"""Which of the ways to read what was heard a question takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

import pytest

from ringtrue.agents.scripted.readings import Hearing
from ringtrue.agents.scripted.slots.text import Text
from ringtrue.agents.scripted.slots.time import TimeOfDay
from ringtrue.agents.scripted.slots.yes_no import YesNo
from ringtrue.conversation.agent import Began, Settled, State, Words
from ringtrue.conversation.speech import Reading
from ringtrue.testing.conversing import anna

TIME = Hearing(slot=TimeOfDay(after=None, before=None, has_none=False))
MORNINGS = Hearing(slot=TimeOfDay(after=time(8), before=time(12), has_none=False))
YES_NO = Hearing(slot=YesNo())
TEXT = Hearing(slot=Text(sensitive=False, has_none=False, pound="the pound key"), is_text=True)


def readings(*found: tuple[str, float], confidence: float = 0.6) -> list[Reading]:
    """Texts with their shares."""
    return [Reading(text=text, confidence=confidence, share=share) for text, share in found]


@pytest.mark.parametrize(
    ("hearing", "found", "taken"),
    [
        (TIME, [("to PM.", 0.5), ("two PM.", 0.4)], "two PM."),
        (TIME, [("to PM.", 0.5), ("to PM, M.", 0.3), ("two PM.", 0.1), ("2 p.m.", 0.1)], "two PM."),  # the same time twice
        (TIME, [("to PM.", 0.8), ("two PM.", 0.1)], "to PM."),  # hardly anything speaks for it
        (TIME, [("to PM.", 0.5), ("two PM.", 0.3), ("ten PM.", 0.2)], "to PM."),  # it may have been another
        (TIME, [("eleven AM.", 0.3), ("to PM.", 0.3), ("two PM.", 0.4)], "eleven AM."),  # the likeliest is an answer
        (MORNINGS, [("to PM.", 0.5), ("two PM.", 0.4)], "to PM."),  # no answer to this question
        (YES_NO, [("share that work", 0.5), ("sure, that works", 0.4)], "sure, that works"),
        (YES_NO, [("share that work", 0.4), ("I can come", 0.3), ("I can't come", 0.1)], "share that work"),
        (YES_NO, [("hm", 0.6), ("hum", 0.4)], "hm"),
        (TEXT, [("my niece", 0.4), ("my knees", 0.6)], "my niece"),  # free words are all alike to it
    ],
)
def test_another_reading_is_taken_where_it_alone_is_an_answer(
    hearing: Hearing, found: Sequence[tuple[str, float]], taken: str
) -> None:
    """Only instead of what is none, only when enough speaks for it, and never between two answers."""
    assert found[hearing.preferred(readings(*found))][0] == taken


def test_a_reading_that_is_not_sure_enough_is_not_taken() -> None:
    """The line is the same as for any answer."""
    assert TIME.preferred(readings(("to PM.", 0.5), ("two PM.", 0.5), confidence=0.3)) == 0


def test_the_surest_way_to_write_an_answer_is_taken() -> None:
    """What was heard likeliest means the same but is doubted."""
    doubted = Reading(text="noon", confidence=0.3, share=0.6)

    assert TIME.preferred([doubted, Reading(text="12 noon", confidence=0.5, share=0.4)]) == 1


def after(*answers: str) -> State | None:
    """The example's state behind these answers."""
    state: State | None = None
    for heard in (Began(), *(Words(text=answer) for answer in answers)):
        settled = anna().reply(state, heard)[-1]
        assert isinstance(settled, Settled)
        state = settled.state
    return state


def test_the_agent_reads_by_its_present_question() -> None:
    """Before the call and behind its end there is none; what is understood anywhere counts as an answer."""
    found = readings(("yet", 0.6), ("yes", 0.4))

    assert anna().preferred(after(), found) == 1
    assert anna().preferred(None, found) == 0
    assert anna().preferred(after("yes", "I will be there", "yes"), found) == 0
    assert anna().preferred(after(), readings(("crawl me back", 0.1), ("stop falling me", 0.5), ("stop calling me", 0.4))) == 2
    assert anna().preferred(after(), readings(("stop calling me", 0.5), ("yes", 0.5))) == 0

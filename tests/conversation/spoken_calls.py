"""Spoken calls on a virtual line, as the tests of turns and of overlaps have them."""

from __future__ import annotations

import json

from ringtrue.agents.files import agent_for, example
from ringtrue.conversation import turns
from ringtrue.conversation.agent import Say
from ringtrue.testing.clock import START
from ringtrue.testing.turns import BlockTalk

ANNA = {"first_name": "Anna", "appointment": "2027-03-04T10:30", "offers": ["2027-03-05T09:00", "2027-03-08T14:15"]}
DISCLOSURE = "Hello, this is the automated assistant of Bright Clinic. This call is recorded."
WHO = "Am I speaking with Anna?"


def call(*, inbound: bool = False, message: Say | None = None) -> BlockTalk:
    """A call to Anna that hears; `inbound` when she called."""
    answered = turns.Answered(hears=True, greets_first=not inbound, message=message)
    anna = agent_for(example(), json.dumps(ANNA), None, START, offer_keys="after_unclear")
    return BlockTalk(anna, answered=answered)


def greeted() -> BlockTalk:
    """A call that Anna took with a hello, and in which she has heard the first question."""
    one = call()
    one.says("Hello?", then_ms=200)
    settled(one)
    return one


def into_the_question() -> BlockTalk:
    """A call in which Anna said who she is, and the agent has begun to say what it wants."""
    one = greeted()
    one.says("Yes.", then_ms=900)
    one.until(lambda: one.text.endswith("You have an"))
    return one


def lines(talk: BlockTalk) -> list[str]:
    """The transcript, line by line."""
    return talk.text.splitlines()


def settled(talk: BlockTalk) -> None:
    """Let the line run until the agent has said nothing for 1.5 s and nothing of the party is still on its way."""
    quiet = 0
    while quiet < 1500 and talk.ended is None:
        talk.pass_ms(100)
        quiet = 0 if talk.is_speaking or talk.is_awaited else quiet + 100

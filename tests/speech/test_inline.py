"""Hearing without a process, in virtual time."""

from __future__ import annotations

import asyncio

import numpy as np

from ringtrue.conversation.leg import Pcm, Position
from ringtrue.conversation.speech import Ear, EarEvent, Heard
from ringtrue.speech import spelled
from ringtrue.speech.inline import InlineHearing
from ringtrue.speech.spelled import Spelled
from ringtrue.testing import sounds
from ringtrue.testing.clock import run_virtual

RATE_HZ = 8000


def said(text: str) -> Pcm:
    """A text with silence around it."""
    return np.concatenate([sounds.silence(0.5), spelled.say(text, RATE_HZ), sounds.silence(0.5)])


def bring(ear: Ear, pcm: Pcm, start: int = 0) -> None:
    """Packet by packet."""
    for at in range(0, len(pcm), 160):
        ear.heard(Position(start + at), pcm[at : at + 160])


async def collected(ear: Ear) -> list[EarEvent]:
    """Everything it tells until it is closed."""
    return [event async for event in ear.events()]


def texts(events: list[EarEvent]) -> list[str]:
    """What was said."""
    return [event.text for event in events if isinstance(event, Heard)]


def test_words_are_there_when_the_sound_is() -> None:
    """No wait lies between."""

    async def main() -> list[EarEvent]:
        ear = InlineHearing(Spelled()).listen(rate_hz=RATE_HZ, language="en-US")
        bring(ear, said("yes please"))
        ear.close()
        return await collected(ear)

    assert texts(run_virtual(main())) == ["yes please"]


def test_parties_do_not_mix() -> None:
    """Each has its own ear."""

    async def main() -> list[list[EarEvent]]:
        hearing = InlineHearing(Spelled())
        ears = [hearing.listen(rate_hz=RATE_HZ, language="en-US") for _ in range(2)]
        for ear, text in zip(ears, ("yes", "no"), strict=True):
            bring(ear, said(text))
            ear.close()
        return list(await asyncio.gather(*(collected(ear) for ear in ears)))

    assert [texts(events) for events in run_virtual(main())] == [["yes"], ["no"]]


def test_settling_cuts_the_stretch() -> None:
    """As in the real thing."""

    async def main() -> list[EarEvent]:
        ear = InlineHearing(Spelled()).listen(rate_hz=RATE_HZ, language="en-US")
        first = said("yes")
        bring(ear, first)
        ear.settle(Position(len(first)))
        bring(ear, said("no"), len(first))
        ear.close()
        return await collected(ear)

    assert texts(run_virtual(main())) == ["yes", "no"]


def test_a_closed_ear_hears_no_more() -> None:
    """Closing twice is harmless, and what comes late is dropped."""

    async def main() -> list[EarEvent]:
        ear = InlineHearing(Spelled()).listen(rate_hz=RATE_HZ, language="en-US")
        ear.close()
        ear.close()
        bring(ear, said("yes"))
        ear.sent(Position(0), said("yes"))
        return await collected(ear)

    assert run_virtual(main()) == []

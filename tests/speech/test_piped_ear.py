"""One ear on a child's pipe, in virtual time: what goes in, and when it gives up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from ringtrue.conversation.leg import Position
from ringtrue.conversation.speech import EarEvent, SpeechStarted
from ringtrue.errors import SpeechError
from ringtrue.speech import ear_frames
from ringtrue.speech.hearing import PipedEar
from ringtrue.testing import sounds
from ringtrue.testing.clock import run_virtual

BLOCK = 160


class _Wire:
    """A child's pipe, of which it is noted what went in."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self.ready.set()
        self.is_closed = False
        self.heads: list[dict[str, object]] = []

    def write(self, head: dict[str, object], body: bytes = b"") -> None:
        """Note it."""
        self.heads.append(head)


def piped(wire: _Wire, number: int = 1, gone: Callable[[int], None] = lambda _: None) -> PipedEar:
    """An ear on it."""
    return PipedEar(number, wire, opening={"op": "open", "ear": number}, gone=gone)  # type: ignore[arg-type]


async def last_error(ear: PipedEar) -> str:
    """What it fails with."""
    with pytest.raises(SpeechError) as failed:
        async for _ in ear.events():
            pass
    return failed.value.sentence


async def _speak(ears: list[PipedEar], seconds: float, answered: list[PipedEar]) -> None:
    """A block every 20 ms to each; those that are answered are told that theirs were looked at."""
    for block in range(1, int(seconds * 50) + 1):
        for ear in ears:
            ear.heard(Position(block * BLOCK), np.zeros(BLOCK, dtype=np.int16))
            if ear in answered and block % ear_frames.MARK_EVERY == 0:
                ear.take({"ear": 1, "blocks": block})
        await asyncio.sleep(0.02)


def test_an_ear_more_than_two_seconds_behind_fails_alone() -> None:
    """The one beside it, whose sound is looked at, goes on."""

    async def main() -> tuple[str, list[int], list[dict[str, object]]]:
        wire, gone = _Wire(), list[int]()
        slow, quick = (piped(wire, number, gone.append) for number in (1, 2))
        for ear in (slow, quick):
            ear.open()
        await _speak([slow, quick], 1.9, [quick])
        assert gone == []
        await _speak([slow, quick], 0.5, [quick])
        quick.take(ear_frames.encode(2, SpeechStarted(at=Position(5))))
        assert await anext(quick.events()) == SpeechStarted(at=Position(5))
        return await last_error(slow), gone, wire.heads

    sentence, gone, heads = run_virtual(main())

    assert "fell behind" in sentence
    assert gone == [1]
    assert [head for head in heads if head["op"] == "close"] == [{"op": "close", "ear": 1}]


def test_an_ear_that_was_late_and_caught_up_goes_on() -> None:
    """1.5 s behind is borne."""

    async def main() -> float:
        wire = _Wire()
        ear = piped(wire)
        ear.open()
        await _speak([ear], 1.5, [])
        ear.take({"ear": 1, "blocks": 70})
        await _speak([ear], 1.5, [])
        return ear.behind_seconds()

    assert run_virtual(main()) == pytest.approx(1.5, abs=0.3)


def test_a_childs_error_ends_the_ear() -> None:
    """With the sentence it gave."""

    async def main() -> str:
        ear = piped(_Wire())
        ear.open()
        ear.take({"ear": 1, "error": "The recogniser failed (ValueError)."})
        return await last_error(ear)

    assert run_virtual(main()) == "The recogniser failed (ValueError)."


def test_without_a_child_an_ear_fails_in_the_end() -> None:
    """It waits for one that is being started again, but not for ever."""

    async def main() -> str:
        wire = _Wire()
        wire.ready.clear()
        return await last_error(piped(wire))

    assert run_virtual(main()) == "There is no hearing process."


def test_what_is_told_after_the_close_is_dropped() -> None:
    """The child may still be telling."""

    async def main() -> list[EarEvent]:
        ear = piped(_Wire())
        ear.open()
        ear.close()
        ear.take(ear_frames.encode(1, SpeechStarted(at=Position(5))))
        return [event async for event in ear.events()]

    assert run_virtual(main()) == []


def test_sound_goes_as_it_came() -> None:
    """Position and kind in the head; blocks of either side count alike."""

    async def main() -> list[dict[str, object]]:
        wire = _Wire()
        ear = piped(wire, 3)
        ear.open()
        ear.heard(Position(160), sounds.silence(0.02))
        ear.sent(Position(320), sounds.silence(0.02))
        return wire.heads[1:]

    assert run_virtual(main()) == [{"op": "heard", "at": 160, "ear": 3}, {"op": "sent", "at": 320, "ear": 3}]


def test_what_was_expected_before_the_child_was_ready_is_told_to_it() -> None:
    """The list goes behind the opening."""

    async def main() -> list[dict[str, object]]:
        wire = _Wire()
        wire.ready.clear()
        ear = piped(wire)
        ear.expect(("Dr. Lee",))
        ear.open()
        return wire.heads

    opened, expected = run_virtual(main())
    assert opened["op"] == "open"
    assert (expected["op"], expected["options"]) == ("expect", ("Dr. Lee",))

"""Hearing as a call has it: ears on a child that may die, stop or fall behind, each bounded by itself."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ringtrue.conversation.leg import Pcm, Position
from ringtrue.conversation.speech import Ear, EarEvent, Heard, SpeechStarted
from ringtrue.errors import SetupError, SpeechError
from ringtrue.speech import ear_frames, spelled
from ringtrue.speech.hearing import HearingConfig, HearingPool, PipedEar
from ringtrue.testing import sounds
from ringtrue.testing.clock import run_virtual

RATE_HZ = 8000
BLOCK = 160
Run = Callable[[Any], Any]


@pytest.fixture
def config(tmp_path: Path) -> HearingConfig:
    """Tones for voices, no model."""
    return HearingConfig(engine="tones", models_dir=tmp_path)


@asynccontextmanager
async def started(config: HearingConfig) -> AsyncIterator[HearingPool]:
    """A pool that runs."""
    pool = HearingPool(config)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


def said(text: str, rate_hz: int = RATE_HZ) -> Pcm:
    """A text with silence around it."""
    quiet = np.zeros(rate_hz // 2, dtype=np.int16)
    return np.concatenate([quiet, spelled.say(text, rate_hz), quiet])


def bring(ear: Ear, pcm: Pcm, start: int = 0) -> None:
    """Packet by packet."""
    for at in range(0, len(pcm), BLOCK):
        ear.heard(Position(start + at), pcm[at : at + BLOCK])


async def next_text(ear: Ear) -> str:
    """What is said next."""
    async for event in ear.events():
        if isinstance(event, Heard):
            return event.text
    raise AssertionError("closed without a word")


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something another process brings about; the test's own time limit ends it."""
    while not holds():  # noqa: ASYNC110 - another process sets no event of ours
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("rate_hz", [8000, 16000])
def test_what_is_said_comes_back_as_words(run: Run, config: HearingConfig, rate_hz: int) -> None:
    """Through the process, at both rates of telephones."""

    async def main() -> str:
        async with started(config) as pool:
            ear = pool.listen(rate_hz=rate_hz, language="en-US")
            bring(ear, said("half past ten", rate_hz))
            return await next_text(ear)

    assert run(main()) == "half past ten"


def test_a_rate_that_no_telephone_has_is_an_error(run: Run, config: HearingConfig) -> None:
    """Told to whoever asks, not to the child."""

    async def main() -> None:
        with pytest.raises(SpeechError, match="44100"):
            HearingPool(config).listen(rate_hz=44100, language="en-US")

    run(main())


def test_many_parties_do_not_mix(run: Run, config: HearingConfig) -> None:
    """Twenty calls at once, each with its own words."""
    texts = [f"caller {number}" for number in range(20)]

    async def main() -> list[str]:
        async with started(config) as pool:
            ears = [pool.listen(rate_hz=RATE_HZ, language="en-US") for _ in texts]
            for ear, text in zip(ears, texts, strict=True):
                bring(ear, said(text))
            return await asyncio.gather(*(next_text(ear) for ear in ears))

    assert run(main()) == texts


def test_settled_words_are_not_told_again(run: Run, config: HearingConfig) -> None:
    """The next text begins behind them."""
    first, second = said("yes"), said("no")

    async def main() -> list[str]:
        async with started(config) as pool:
            ear = pool.listen(rate_hz=RATE_HZ, language="en-US")
            bring(ear, first)
            texts = [await next_text(ear)]
            ear.settle(Position(len(first)))
            bring(ear, second, len(first))
            return [*texts, await next_text(ear)]

    assert run(main()) == ["yes", "no"]


def test_a_closed_ear_ends_its_events(run: Run, config: HearingConfig) -> None:
    """Twice is harmless; what comes afterwards is dropped."""

    async def main() -> list[EarEvent]:
        async with started(config) as pool:
            ear = pool.listen(rate_hz=RATE_HZ, language="en-US")
            ear.close()
            ear.close()
            bring(ear, said("yes"))
            return [event async for event in ear.events()]

    assert run(main()) == []


def test_a_killed_child_fails_every_ear_and_the_next_one_hears(run: Run, config: HearingConfig) -> None:
    """Whoever asked is told once; an ear opened at once waits for the new process."""

    async def main() -> tuple[list[object], list[str], str]:
        async with started(config) as pool:
            lost: list[str] = []
            pool.add_lost_callback(lambda: lost.append("lost"))
            (child,) = pool.pids()
            ears = [pool.listen(rate_hz=RATE_HZ, language="en-US") for _ in range(3)]
            listening = [asyncio.create_task(next_text(ear)) for ear in ears]
            await asyncio.sleep(0)

            os.kill(child, signal.SIGKILL)
            outcomes = await asyncio.gather(*listening, return_exceptions=True)
            ear = pool.listen(rate_hz=RATE_HZ, language="en-US")
            again = asyncio.create_task(next_text(ear))
            await until(lambda: pool.pids() not in ([], [child]))
            # Its line goes on meanwhile; what it brought before the child was ready is lost.
            at = 0
            while not again.done():
                bring(ear, said("yes"), at)
                at += len(said("yes"))
                await asyncio.sleep(0.05)
            return [type(outcome) for outcome in outcomes], lost, await again

    failed, lost, text = run(main())

    assert failed == [SpeechError] * 3
    assert lost == ["lost"]
    assert text.split()[0] in ("yes", "es", "s")


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


def test_closing_the_pool_fails_its_ears_now_and_later(run: Run, config: HearingConfig) -> None:
    """Nobody waits for ever on an ear that is gone."""

    async def main() -> None:
        pool = HearingPool(config)
        await pool.start()
        ear = pool.listen(rate_hz=RATE_HZ, language="en-US")
        listening = asyncio.create_task(next_text(ear))
        await asyncio.sleep(0)

        await pool.close()

        with pytest.raises(SpeechError):
            await listening
        with pytest.raises(SpeechError):
            await next_text(pool.listen(rate_hz=RATE_HZ, language="en-US"))
        assert pool.pids() == []

    run(main())


def test_a_recogniser_that_cannot_load_says_why(run: Run, tmp_path: Path) -> None:
    """With the command that helps."""
    pool = HearingPool(HearingConfig(engine="whisper", models_dir=tmp_path, model="base"))

    with pytest.raises(SetupError, match="ringtrue speech fetch base"):
        run(pool.start())


def test_sound_that_is_not_looked_at_is_a_backlog(run: Run, config: HearingConfig) -> None:
    """It grows while the child stands still and is gone when it has caught up."""

    async def main() -> tuple[float, float]:
        async with started(config) as pool:
            ear = pool.listen(rate_hz=RATE_HZ, language="en-US")
            (child,) = pool.pids()
            os.kill(child, signal.SIGSTOP)
            bring(ear, said("yes"))
            await asyncio.sleep(0.05)
            behind = pool.backlog_seconds()
            os.kill(child, signal.SIGCONT)
            await next_text(ear)
            await until(lambda: pool.backlog_seconds() == 0)
            return behind, pool.backlog_seconds()

    behind, after = run(main())

    assert behind > 0
    assert after == 0


# --- one ear by itself, in virtual time -----------------------------------------------------------------------------------


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

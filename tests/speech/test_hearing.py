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
from ringtrue.conversation.speech import Ear, EarEvent, Heard
from ringtrue.errors import SetupError, SpeechError
from ringtrue.speech import spelled
from ringtrue.speech.hearing import HearingConfig, HearingPool

RATE_HZ = 8000
BLOCK = 160
Run = Callable[[Any], Any]


@pytest.fixture
def config(tmp_path: Path) -> HearingConfig:
    """Tones for voices, no model."""
    return HearingConfig(engine="tones", model=tmp_path)


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
    pool = HearingPool(HearingConfig(engine="whisper", model=tmp_path / "base"))

    with pytest.raises(SetupError, match="ringtrue speech fetch base"):
        run(pool.start())


def test_fewer_parties_are_let_in_where_a_decode_takes_longer(run: Run, config: HearingConfig) -> None:
    """By what the child measured: at least one, whatever it was."""

    async def main() -> list[int]:
        async with started(config) as pool:
            rooms = []
            for seconds in (0.02, 0.1, 0.3, 5.0):
                pool._take({"decoded_seconds": seconds, "waiting": 0, "first": True}, b"")
                rooms.append(pool.room())
            return rooms

    rooms = run(main())

    assert rooms == sorted(rooms, reverse=True)
    assert rooms[0] > rooms[2] > rooms[-1] == 1


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

"""Texts that are begun before they are needed: the same speech, sooner, and nothing left of those that are not."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

import pytest

from ringtrue.conversation.speech import Begun, SpokenPart
from ringtrue.errors import SpeechError
from ringtrue.speech.pool import SpeechConfig, SpeechPool

from .pools import RATE, TEXT, Run, as_data, spoken, started, until


def begun(pool: SpeechPool, text: str = TEXT, *, keep: bool = False) -> Begun:
    """A text that may be needed."""
    return pool.begin(text, voice="default", rate_hz=RATE, keep=keep)


async def all_of(begun: Begun) -> list[SpokenPart]:
    """It was needed."""
    return [part async for part in begun.speak()]


@pytest.mark.parametrize("keep", [False, True])
def test_it_is_the_same_speech(run: Run, tones: SpeechConfig, *, keep: bool) -> None:
    """Begun, begun again when it is kept, and spoken at once."""

    async def main() -> list[list[SpokenPart]]:
        async with started(tones) as pool:
            first = await all_of(begun(pool, keep=keep))
            return [first, await all_of(begun(pool, keep=keep)), await spoken(pool, keep=keep)]

    first, *others = [as_data(parts) for parts in run(main())]

    assert [word.text for part in run_parts(first) for word in part] == TEXT.split()
    assert others == [first, first]


def run_parts(data: list[tuple[bytes, Any, bool]]) -> list[Any]:
    """The words of parts."""
    return [words for _, words, _ in data]


def test_what_is_only_begun_counts_for_no_backlog(run: Run, tones: SpeechConfig) -> None:
    """Admission looks at what callers wait for."""

    async def main() -> tuple[float, float]:
        async with started(tones) as pool:
            text = begun(pool)
            before = pool.backlog_seconds()
            speech = text.speak()
            needed = pool.backlog_seconds()
            async for _ in speech:
                pass
            return before, needed

    before, needed = run(main())

    assert before == 0.0 < needed


def test_dropped_texts_leave_nothing_behind(run: Run, tones: SpeechConfig) -> None:
    """Far more than may wait at once can be begun one after the other, dropped twice, and the voice still speaks."""

    async def main() -> list[SpokenPart]:
        async with started(tones) as pool:
            for number in range(3000):
                text = begun(pool, f"Number {number}.")
                text.drop()
                text.drop()
            return await spoken(pool)

    assert run(main())[-1].is_last


def test_too_many_are_not_begun_but_spoken(run: Run, tones: SpeechConfig) -> None:
    """Where no more can wait, one that is spoken later than the others were dropped is rendered then."""

    async def main() -> list[SpokenPart]:
        async with started(tones) as pool:
            texts = [begun(pool, "One of many.") for _ in range(1024)]
            last = begun(pool)
            for text in texts:
                text.drop()
            return await all_of(last)

    assert [word.text for part in run(main()) for word in part.words] == TEXT.split()


def test_a_child_that_dies_fails_what_was_begun(run: Run, tones: SpeechConfig) -> None:
    """Whoever needs it hears of it, as of a text that is being spoken."""

    async def main() -> None:
        async with started(tones) as pool:
            lost = asyncio.Event()
            pool.add_lost_callback(lost.set)
            text = begun(pool)
            (pid,) = pool.pids()
            os.kill(pid, signal.SIGKILL)
            await lost.wait()
            with pytest.raises(SpeechError):
                await all_of(text)
            await until(lambda: pool.pids() not in ([], [pid]))
            assert (await spoken(pool))[-1].is_last

    run(main())


def test_no_words_are_one_empty_part(run: Run, tones: SpeechConfig) -> None:
    """As when they are spoken at once."""

    async def main() -> list[SpokenPart]:
        async with started(tones) as pool:
            return await all_of(begun(pool, "  "))

    (part,) = run(main())
    assert (len(part.pcm), part.is_last) == (0, True)

"""The voice as a call has it: parts in order, every word placed, and a child that may die at any moment."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ringtrue.conversation.speech import SpokenPart
from ringtrue.errors import SetupError, SpeechError
from ringtrue.speech.pool import SpeechConfig, SpeechPool
from ringtrue.speech.tones import pitch_hz

from .pools import RATE, TEXT, Run, as_data, spoken, started, until


def loudest_hz(pcm: np.ndarray[Any, Any]) -> float:
    """The pitch of a tone."""
    padded = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm)), 1 << 15))
    return float(np.argmax(padded)) * RATE / (1 << 15)


def test_the_words_are_those_of_the_text_in_order(run: Run, tones: SpeechConfig) -> None:
    """Whatever white space the text has, its words come once each, and the last part says so."""

    async def main() -> list[SpokenPart]:
        async with started(tones) as pool:
            return await spoken(pool)

    parts = run(main())

    assert [word.text for part in parts for word in part.words] == TEXT.split()
    assert [part.is_last for part in parts] == [False] * (len(parts) - 1) + [True]
    assert len(parts) > 1


def test_each_word_sounds_where_it_is_placed(run: Run, tones: SpeechConfig) -> None:
    """Positions count from the first sample of the text across its parts, which join without a gap."""

    async def main() -> list[SpokenPart]:
        async with started(tones) as pool:
            return await spoken(pool)

    parts = run(main())
    pcm = np.concatenate([part.pcm for part in parts])

    for word in (word for part in parts for word in part.words):
        assert loudest_hz(pcm[word.start : word.end]) == pytest.approx(pitch_hz(word.text), abs=5)
        assert word.timing == "measured"
    edge = 0
    for part in parts:
        assert edge <= part.words[0].start
        edge += len(part.pcm)
        assert part.words[-1].end <= edge


def test_the_first_part_is_short(run: Run, tones: SpeechConfig) -> None:
    """Nobody waits for the rest of a reply to be rendered."""

    async def main() -> list[SpokenPart]:
        async with started(tones) as pool:
            return await spoken(pool)

    assert len(" ".join(word.text for word in run(main())[0].words)) <= 25


def test_texts_at_once_do_not_mix(run: Run, tones: SpeechConfig) -> None:
    """Forty calls get their own words each."""
    texts = [f"Caller {number}, this text is yours. Nobody else hears {number}." for number in range(40)]

    async def main() -> list[list[SpokenPart]]:
        async with started(tones) as pool:
            return await asyncio.gather(*(spoken(pool, text) for text in texts))

    heard = [[word.text for part in parts for word in part.words] for parts in run(main())]

    assert heard == [text.split() for text in texts]


def test_no_words_are_one_empty_part(run: Run, tones: SpeechConfig) -> None:
    """A text of white space ends at once."""

    async def main() -> list[SpokenPart]:
        async with started(tones) as pool:
            return await spoken(pool, " \n ")

    assert as_data(run(main())) == [(b"", (), True)]


def test_who_stops_listening_leaves_nothing_waiting(run: Run, tones: SpeechConfig) -> None:
    """The rest of an abandoned text is not rendered for anyone, and the next text is spoken."""

    async def main() -> tuple[float, list[SpokenPart]]:
        async with started(tones) as pool:
            speech = pool.speak("One sentence of many. " * 500, voice="default", rate_hz=RATE)
            await anext(speech)
            await speech.aclose()  # type: ignore[attr-defined]
            return pool.backlog_seconds(), await spoken(pool, "Next.")

    backlog, parts = run(main())

    assert backlog == 0
    assert [word.text for part in parts for word in part.words] == ["Next."]


def test_the_backlog_is_what_waits(run: Run, tones: SpeechConfig) -> None:
    """It grows with the texts that wait and is gone when they are spoken."""

    async def main() -> tuple[float, float, float]:
        async with started(tones) as pool:
            (child,) = pool.pids()
            os.kill(child, signal.SIGSTOP)
            first = asyncio.create_task(spoken(pool))
            await until(lambda: pool.backlog_seconds() > 0)
            one = pool.backlog_seconds()
            second = asyncio.create_task(spoken(pool))
            await until(lambda: pool.backlog_seconds() > one)
            two = pool.backlog_seconds()
            os.kill(child, signal.SIGCONT)
            await asyncio.gather(first, second)
            return one, two, pool.backlog_seconds()

    one, two, none = run(main())

    assert two == pytest.approx(2 * one)
    assert none == 0


def test_a_killed_child_fails_its_texts_and_is_started_again(run: Run, tones: SpeechConfig) -> None:
    """Every text in progress fails, whoever asked is told once, and the next text is spoken by another process."""

    async def main() -> None:
        async with started(tones) as pool:
            lost: list[str] = []
            pool.add_lost_callback(lambda: lost.append("lost"))
            (child,) = pool.pids()
            os.kill(child, signal.SIGSTOP)
            texts = [asyncio.create_task(spoken(pool)) for _ in range(3)]
            await until(lambda: pool.backlog_seconds() > 0)

            os.kill(child, signal.SIGKILL)
            outcomes = await asyncio.gather(*texts, return_exceptions=True)
            again = await spoken(pool, "Still here.")

            assert [type(outcome) for outcome in outcomes] == [SpeechError] * 3
            assert lost == ["lost"]
            assert [word.text for part in again for word in part.words] == ["Still", "here."]
            assert pool.pids() not in ([], [child])

    run(main())


def test_a_start_that_fails_is_tried_again(
    run: Run, tones: SpeechConfig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A child that cannot be started for a while is started when it can."""
    failed, broken = tmp_path / "failed", tmp_path / "python"
    broken.write_text(f"#!/bin/sh\ntouch {failed}\nexit 1\n")
    broken.chmod(0o755)

    async def main() -> list[SpokenPart]:
        async with started(tones) as pool:
            working = sys.executable
            monkeypatch.setattr(sys, "executable", str(broken))
            os.kill(pool.pids()[0], signal.SIGKILL)
            await until(failed.exists)
            monkeypatch.setattr(sys, "executable", working)
            return await spoken(pool, "Back again.")

    assert [word.text for part in run(main()) for word in part.words] == ["Back", "again."]


def test_an_engine_that_fails_on_one_text_speaks_the_next(run: Run, tones: SpeechConfig) -> None:
    """A text that cannot be rendered is that call's misfortune alone."""

    async def main() -> list[SpokenPart]:
        async with started(tones) as pool:
            with pytest.raises(SpeechError):
                await spoken(pool, rate_hz=-1000)
            return await spoken(pool, "Fine.")

    assert len(run(main())) == 1


def test_closing_ends_the_child_and_fails_what_is_spoken(run: Run, tones: SpeechConfig) -> None:
    """Nobody waits for ever on a voice that is gone, neither now nor later."""

    async def main() -> None:
        pool = SpeechPool(tones)
        await pool.start()
        os.kill(pool.pids()[0], signal.SIGSTOP)
        speech = asyncio.create_task(spoken(pool))
        await until(lambda: pool.backlog_seconds() > 0)

        await pool.close()

        with pytest.raises(SpeechError):
            await speech
        with pytest.raises(SpeechError):
            await spoken(pool)
        assert pool.pids() == []

    run(main())


def test_a_kept_prompt_needs_no_child(run: Run, tones: SpeechConfig) -> None:
    """A fixed prompt is rendered once: another pool speaks the same samples and words without a process."""

    async def main() -> tuple[list[SpokenPart], list[SpokenPart]]:
        async with started(tones) as pool:
            rendered = await spoken(pool, keep=True)
        return rendered, await spoken(SpeechPool(tones), keep=True)

    rendered, kept = run(main())

    assert as_data(kept) == as_data(rendered)


def test_only_what_is_to_be_kept_is_kept(run: Run, tones: SpeechConfig) -> None:
    """Text made from a call's data leaves nothing on the disk."""

    async def main() -> None:
        async with started(tones) as pool:
            await spoken(pool)

    run(main())

    assert not tones.cache_dir.exists()


def test_a_voice_that_is_not_there_is_an_error_with_a_remedy(run: Run, tmp_path: Path, tones: SpeechConfig) -> None:
    """The sentence comes from the child through the pipe."""

    async def main() -> None:
        await SpeechPool(replace(tones, engine="piper", models_dir=tmp_path)).start()

    with pytest.raises(SetupError, match="ringtrue speech fetch en_US-joe-medium"):
        run(main())

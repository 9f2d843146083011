"""Voices: tones in a child process, and the real voice, the real recogniser and a caller's voice where they can be fetched."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NoReturn

import pytest
import uvloop

from ringtrue.conversation.leg import Pcm
from ringtrue.errors import SetupError
from ringtrue.speech.catalogue import DEFAULT_VOICE
from ringtrue.speech.fetch import fetch
from ringtrue.speech.piper import Piper
from ringtrue.speech.pool import SpeechConfig
from ringtrue.speech.whisper import Whisper
from ringtrue.testing import voices

_LONGEST_SECONDS = 60.0  # a test that hangs fails


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine on the loop of the media process."""

    def run_to_the_end(main: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(asyncio.wait_for(main, _LONGEST_SECONDS))

    return run_to_the_end


@pytest.fixture
def tones(tmp_path: Path) -> SpeechConfig:
    """A pool of tones with a cache of its own."""
    return SpeechConfig(engine="tones", models_dir=tmp_path / "models", cache_dir=tmp_path / "cache")


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """Where the real voice is kept from one run to the next; without it no test of it, but on CI that is a failure."""
    return _fetched(DEFAULT_VOICE)


def _fetched(name: str) -> Path:
    folder = Path(os.environ.get("RINGTRUE_MODELS") or Path.home() / ".cache" / "ringtrue-tests" / "models")
    try:
        fetch(name, folder)
    except SetupError as exc:
        _missing(exc.sentence)
    return folder


def _missing(sentence: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def tiny() -> Whisper:
    """The smallest recogniser of the catalogue, loaded."""
    return Whisper(_fetched("tiny.en") / "tiny.en")


@pytest.fixture(scope="session")
def caller() -> Callable[[str], Pcm]:
    """A caller who says a text, not with the agent's voice."""
    if not voices.has("flite"):
        _missing("This caller speaks with flite: sudo apt install flite.")
    return lambda text: voices.say(text, voices.Voice(engine="flite", name="slt"))


@pytest.fixture(scope="session")
def joe(models_dir: Path) -> Piper:
    """The default voice, loaded."""
    return Piper(models_dir / DEFAULT_VOICE / f"{DEFAULT_VOICE}.onnx")

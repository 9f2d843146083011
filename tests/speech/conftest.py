"""Voices: tones in a child process, and the real voice where it can be fetched."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import uvloop

from ringtrue.errors import SetupError
from ringtrue.speech.catalogue import DEFAULT_VOICE
from ringtrue.speech.fetch import fetch
from ringtrue.speech.piper import Piper
from ringtrue.speech.pool import SpeechConfig

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
    folder = Path(os.environ.get("RINGTRUE_MODELS") or Path.home() / ".cache" / "ringtrue-tests" / "models")
    try:
        fetch(DEFAULT_VOICE, folder)
    except SetupError as exc:
        if os.environ.get("CI") == "true":
            pytest.fail(exc.sentence)
        pytest.skip(exc.sentence)
    return folder


@pytest.fixture(scope="session")
def joe(models_dir: Path) -> Piper:
    """The default voice, loaded."""
    return Piper(models_dir / DEFAULT_VOICE / f"{DEFAULT_VOICE}.onnx")

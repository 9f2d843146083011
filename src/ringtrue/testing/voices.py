"""Voices of test callers: text to sound by several engines, none of which need be the agent's own.

`espeak-ng` and `flite` are Debian packages that are started as commands; `piper` is the local voice, for machines that have
neither. Speed and pitch vary a voice as people vary: pitch is shifted with the formants, so that it becomes another speaker.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import threading
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from ringtrue.audio.resample import resample
from ringtrue.conversation.leg import Pcm
from ringtrue.errors import SetupError
from ringtrue.speech.catalogue import DEFAULT_VOICE
from ringtrue.speech.engine import Engine as Renderer

Engine = Literal["espeak-ng", "flite", "piper"]
ENGINES: tuple[Engine, ...] = get_args(Engine)

_PIPER = threading.Lock()  # its phonemes come from a library with one state for all threads
_SECONDS = 30.0
_OUT = "OUT"  # stands for the file in a command
_WORDS_PER_MINUTE = 165  # of espeak-ng; its own default of 175 is brisk for a telephone
_HUM = re.compile(r"m+-?h+m+|h+m+|m{2,}", re.IGNORECASE)
_HUM_HZ = 150.0
_PEAK = 12_000  # about -9 dB of full scale, where telephones put a voice


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """A speaker. `speed` is a factor, `pitch` semitones; `name` is the engine's own name of the voice."""

    engine: Engine
    name: str
    speed: float = 1.0
    pitch: float = 0.0


def has(engine: Engine) -> bool:
    """Whether this machine can speak with that engine, as far as can be known without trying."""
    if engine != "piper":
        return shutil.which(engine) is not None
    from importlib.util import find_spec

    return find_spec("piper") is not None


def say(text: str, voice: Voice, *, rate_hz: int = 8000, models_dir: Path | None = None) -> Pcm:
    """The text as that voice says it, its peak at -9 dB of full scale. Raises SetupError with the remedy."""
    factor = 2 ** (voice.pitch / 12)
    if _HUM.fullmatch(text.strip()):
        return _levelled(_hum(rate_hz, factor))
    match voice.engine:
        case "espeak-ng":
            words = str(round(_WORDS_PER_MINUTE * voice.speed / factor))
            pcm, from_hz = _run(["espeak-ng", "-v", voice.name, "-s", words, "-w", _OUT], text)
        case "flite":
            stretch = f"duration_stretch={factor / voice.speed:.3f}"
            pcm, from_hz = _run(["flite", "-voice", voice.name, "--setf", stretch, "-f", "/dev/stdin", "-o", _OUT], text)
        case "piper":
            from_hz = rate_hz
            with _PIPER:
                pcm = _piper(models_dir or Path("data/models"), voice.name).render(text, rate_hz).pcm
    return _levelled(resample(pcm, round(from_hz * factor), rate_hz))


def _hum(rate_hz: int, factor: float) -> Pcm:
    """Two syllables through the nose, the second higher: what is written "mm-hmm", which engines spell out letter by letter."""
    syllables = []
    for hz, seconds in ((_HUM_HZ * factor, 0.17), (1.25 * _HUM_HZ * factor, 0.24)):
        time = np.arange(int(seconds * rate_hz)) / rate_hz
        tone = sum(np.sin(2 * np.pi * hz * n * time) / n**2 for n in range(1, 8))
        syllables.append(tone * np.sin(np.pi * np.arange(len(time)) / len(time)) ** 0.5)
    breath = np.random.default_rng(0).standard_normal(int(0.05 * rate_hz)) * 0.03
    return np.asarray(np.concatenate([syllables[0], breath, syllables[1]]) * 8000, dtype=np.int16)


def _levelled(pcm: Pcm) -> Pcm:
    peak = int(np.abs(pcm.astype(np.int32)).max(initial=0))
    return pcm if peak == 0 else np.asarray(pcm.astype(np.float64) * (_PEAK / peak), dtype=np.int16)


def _run(command: Sequence[str], text: str) -> tuple[Pcm, int]:
    """What the command writes for the text on its standard input, and its rate."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as out:
        try:
            subprocess.run(  # noqa: S603 - commands of ours, the text is their input
                [out.name if word == _OUT else word for word in command],
                input=f"{text}\n".encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                check=True,
            )
            with wave.open(out.name) as file:
                return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.int16), file.getframerate()
        except FileNotFoundError as exc:
            raise SetupError(f"This caller speaks with {command[0]}: sudo apt install {command[0]}.") from exc
        except (subprocess.SubprocessError, OSError, wave.Error, EOFError) as exc:
            raise SetupError(f"{command[0]} could not speak: {type(exc).__name__}.") from exc


@lru_cache(maxsize=1)
def _piper(models_dir: Path, name: str) -> Renderer:
    from ringtrue.speech.piper import Piper

    return Piper(models_dir / (name or DEFAULT_VOICE) / f"{name or DEFAULT_VOICE}.onnx")

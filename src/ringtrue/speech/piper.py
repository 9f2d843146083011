"""Piper voices, in the speech process only (GPL-3: see docs/decisions/0003).

The model computes how long each phoneme lasts and throws it away. One more `graph` field appended to the model's bytes
names that tensor as an output (protobuf merges repeated messages), so that word positions are exact.
"""

from __future__ import annotations

import json
import re
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ringtrue.audio.resample import resample
from ringtrue.conversation.leg import Pcm
from ringtrue.errors import SetupError
from ringtrue.speech.alignment import Group, align, is_sound, sounds
from ringtrue.speech.engine import Clause, by_characters

_DURATIONS = b"/Ceil_output_0"
_FULL_SCALE = 32767
_LONGEST_WORD = 64  # one inference of a whole page without a space would keep every other call waiting
_TITLE = re.compile(r"^(Dr|Mr|Mrs|Ms|Prof)\.$")  # the phonemizer ends a sentence behind the full stop


class Piper:
    """A loaded voice; threads may use it at once."""

    def __init__(self, model: Path) -> None:
        """Raises SetupError when the extra is not installed or the files cannot be read."""
        try:
            import onnxruntime
            from piper.config import PiperConfig
            from piper.voice import PiperVoice
        except ImportError as exc:
            raise SetupError("Speech on this machine is not installed: pip install 'ringtrue[local]'.") from exc
        try:
            settings = model.with_name(f"{model.name}.json").read_text(encoding="utf-8")
            graph = model.read_bytes() + _one_more_output(_DURATIONS)
        except OSError as exc:
            raise SetupError(f"The voice cannot be read: ringtrue speech fetch {model.stem}.") from exc
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # a second thread takes a core and buys little
        try:
            config = PiperConfig.from_dict(json.loads(settings))
            session = onnxruntime.InferenceSession(graph, sess_options=options, providers=["CPUExecutionProvider"])
        except Exception as exc:
            # The engine has an exception class of its own for each kind of damage, without a common one.
            raise SetupError(f"The voice {model.stem} is damaged: ringtrue speech fetch {model.stem}.") from exc
        self._voice: Any = PiperVoice(session=session, config=config)
        self._rate_hz: int = config.sample_rate
        self._phonemizing = threading.Lock()  # the phonemizer has one state for all
        self._alone = lru_cache(maxsize=4096)(self._say_alone)
        self.render("Ready.", 8000)  # The first inference allocates; it is not a caller who waits for that.

    def render(self, text: str, rate_hz: int) -> Clause:
        """One clause."""
        words = text.split()
        said = [_sayable(word) for word in words]
        audio: list[Pcm] = []
        groups: list[Group] = []
        at = 0
        is_timed = True
        for phonemes in self._phonemes(" ".join(said)):
            ids = self._voice.phonemes_to_ids(phonemes)
            samples, durations = self._voice.phoneme_ids_to_audio(ids, include_alignments=True)
            samples = np.atleast_1d(samples)
            if durations is not None and len(durations) == len(ids) and int(durations.sum()) == len(samples):
                groups += self._groups(phonemes, [at, *(at + np.cumsum(durations)).tolist()])
            else:
                is_timed = False
            audio.append(np.clip(samples * _FULL_SCALE, -_FULL_SCALE - 1, _FULL_SCALE).astype(np.int16))
            at += len(audio[-1])
        native = np.concatenate(audio) if audio else np.zeros(0, dtype=np.int16)
        pcm = resample(native, self._rate_hz, rate_hz)
        placed = align([self._alone(word) for word in said], groups) if is_timed else None
        if placed is None:
            return Clause(pcm=pcm, bounds=by_characters(words, len(pcm)), timing="estimated")
        scale = len(pcm) / max(1, len(native))
        bounds = tuple((int(start * scale), int(end * scale)) for start, end in placed.bounds)
        return Clause(pcm=pcm, bounds=bounds, timing="measured" if placed.is_exact else "estimated")

    def _say_alone(self, word: str) -> tuple[str, ...]:
        spoken = " ".join("".join(phonemes) for phonemes in self._phonemes(word))
        return tuple(heard for part in spoken.split(" ") if (heard := sounds(part)))

    def _phonemes(self, text: str) -> list[list[str]]:
        """Of each sentence."""
        with self._phonemizing:
            return list(self._voice.phonemize(text))

    def _groups(self, phonemes: list[str], positions: list[int]) -> list[Group]:
        """Each run of phonemes between spaces. A phoneme has its id and a pad behind it; so has the sentence's beginning."""
        id_map = self._voice.config.phoneme_id_map
        index = len(id_map["^"]) + len(id_map["_"])
        groups: list[Group] = []
        run: list[tuple[str, int]] = []
        for phoneme in [*phonemes, " "]:
            start = positions[index]
            if is_sound(phoneme):
                run.append((phoneme, start))
            elif run:
                groups.append(Group(phonemes=tuple(p for p, _ in run), starts=tuple(s for _, s in run), end=start))
                run = []
            if phoneme in id_map:
                index = min(index + len(id_map[phoneme]) + len(id_map["_"]), len(positions) - 1)
        return groups


def _sayable(word: str) -> str:
    """The word as the phonemizer is given it.

    It fails on a null character and on half a surrogate pair, and reads brackets as phonemes in a notation of its own.
    """
    word = "".join(character for character in word[:_LONGEST_WORD] if character.isprintable() and character not in "[]")
    return _TITLE.sub(r"\1", word)


def _one_more_output(name: bytes) -> bytes:
    """A ModelProto with nothing but graph.output[name] (fields 7, 12, 1 of onnx.proto)."""

    def field(number: int, value: bytes) -> bytes:
        return bytes([number << 3 | 2, len(value)]) + value

    return field(7, field(12, field(1, name)))

"""Piper voices, in the speech process only (GPL-3: see docs/decisions/0003).

The model computes how long each phoneme lasts and throws it away. One more `graph` field appended to the model's bytes
names that tensor as an output (protobuf merges repeated messages), so that word positions are exact.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from ringtrue.audio.resample import resample
from ringtrue.conversation.leg import Pcm
from ringtrue.errors import SetupError
from ringtrue.speech.engine import Clause, by_characters

_DURATIONS = b"/Ceil_output_0"
_FULL_SCALE = 32767


class Piper:
    """A loaded voice."""

    def __init__(self, model: Path) -> None:
        """Raises SetupError when the extra is not installed or the files cannot be read."""
        try:
            import onnxruntime
            from piper.config import PiperConfig
            from piper.voice import PiperVoice
        except ImportError as exc:
            raise SetupError("Speech on this machine is not installed: pip install 'ringtrue[local]'.") from exc
        try:
            config = PiperConfig.from_dict(json.loads(model.with_name(f"{model.name}.json").read_text()))
            graph = model.read_bytes() + _one_more_output(_DURATIONS)
        except OSError as exc:
            raise SetupError(f"The voice cannot be read: ringtrue speech fetch {model.stem}.") from exc
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # a second thread takes a core and buys little
        session = onnxruntime.InferenceSession(graph, sess_options=options, providers=["CPUExecutionProvider"])
        self._voice: Any = PiperVoice(session=session, config=config)
        self._rate_hz: int = config.sample_rate
        self.render("Ready.", 8000)  # The first inference allocates; it is not a caller who waits for that.

    def render(self, text: str, rate_hz: int) -> Clause:
        """One clause."""
        words = text.split()
        audio: list[Pcm] = []
        groups: list[tuple[int, int]] = []
        at = 0
        for phonemes in self._voice.phonemize(text):
            ids = self._voice.phonemes_to_ids(phonemes)
            samples, durations = self._voice.phoneme_ids_to_audio(ids, include_alignments=True)
            if durations is not None and len(durations) == len(ids):
                groups += self._groups(phonemes, durations, at)
            audio.append(np.clip(samples * _FULL_SCALE, -_FULL_SCALE - 1, _FULL_SCALE).astype(np.int16))
            at += len(audio[-1])
        native = np.concatenate(audio) if audio else np.zeros(0, dtype=np.int16)
        pcm = resample(native, self._rate_hz, rate_hz)
        if len(groups) != len(words):
            # The phonemizer said two words as one ("of the"), or one as two ("10:30"): no telling which is which.
            return Clause(pcm=pcm, bounds=by_characters(words, len(pcm)), timing="estimated")
        scale = len(pcm) / max(1, len(native))
        return Clause(pcm=pcm, bounds=tuple((int(start * scale), int(end * scale)) for start, end in groups), timing="measured")

    def _groups(self, phonemes: list[str], durations: Any, at: int) -> list[tuple[int, int]]:
        """Start and end of each run of phonemes between spaces. Each phoneme has its id and a pad behind it."""
        id_map = self._voice.config.phoneme_id_map
        positions = [at, *(at + np.cumsum(durations))]
        index = len(id_map.get("^", ())) * 2 or 1  # the sentence's beginning and its pad
        groups: list[tuple[int, int]] = []
        begin: int | None = None
        for phoneme in phonemes:
            width = len(id_map.get(phoneme, ()))
            if not width:
                continue
            start, index = index, index + width * 2
            if phoneme == " ":
                if begin is not None:
                    groups.append((int(positions[begin]), int(positions[start])))
                begin = None
            elif begin is None and _is_sound(phoneme):
                begin = start
        if begin is not None:
            groups.append((int(positions[begin]), int(positions[min(index, len(positions) - 1)])))
        return groups


def _is_sound(phoneme: str) -> bool:
    return phoneme not in ".,;:!?'\"()- "


def _one_more_output(name: bytes) -> bytes:
    """A ModelProto with nothing but graph.output[name] (fields 7, 12, 1 of onnx.proto)."""

    def field(number: int, value: bytes) -> bytes:
        return bytes([number << 3 | 2, len(value)]) + value

    return field(7, field(12, field(1, name)))

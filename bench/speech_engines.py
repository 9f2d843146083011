"""The two ways of recognising that are compared: as a call does it, and the same model as it comes.

The plain engine pads every clip to 30 s as Whisper was trained, searches five beams, puts nothing into its mouth and drops what
it itself takes for no speech; these are the usual settings of its distributions.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import ctranslate2
import numpy as np
import tokenizers

from ringtrue.audio.resample import resample
from ringtrue.conversation.leg import Pcm
from ringtrue.speech.mel import RATE_HZ, log_mel
from ringtrue.speech.recognizer import Written, wanted
from ringtrue.speech.vad import VoiceModel
from ringtrue.speech.whisper import Whisper

_FRAMES = 3000
_BEAMS = 5
_NO_SPEECH, _UNLIKELY = 0.6, -1.0


class Timed:
    """Our recogniser, and how long its decodes took."""

    knows_copies = True

    def __init__(self, folder: Path) -> None:
        self._whisper = Whisper(folder)
        self.seconds: list[float] = []

    def decode(
        self,
        pcm: Pcm,
        *,
        rate_hz: int,
        language: str,
        options: tuple[str, ...],
        is_wanted: Callable[[], bool] = wanted,
    ) -> Written:
        """See `ringtrue.speech.recognizer.Recognizer`."""
        began = time.process_time()
        written = self._whisper.decode(pcm, rate_hz=rate_hz, language=language, options=options)
        self.seconds.append(time.process_time() - began)
        return written

    def voice_model(self, rate_hz: int) -> VoiceModel:
        """Its own."""
        return self._whisper.voice_model(rate_hz)


class Plain:
    """The model as it comes."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._model = ctranslate2.models.Whisper(str(folder), compute_type="int8", inter_threads=1, intra_threads=1)
        names = ["<|startoftranscript|>"]
        names += ["<|en|>", "<|transcribe|>"] if self._model.is_multilingual else []
        self._prompt = [self._tokenizer.token_to_id(name) for name in [*names, "<|notimestamps|>"]]
        self.seconds: list[float] = []

    def text(self, clip: Pcm, rate_hz: int) -> str:
        """What it writes of a clip."""
        began = time.process_time()
        samples = resample(clip, rate_hz, RATE_HZ).astype(np.float32) / 32768.0
        features = ctranslate2.StorageView.from_array(log_mel(samples, frames=_FRAMES, mels=self._model.n_mels)[None])
        result = self._model.generate(features, [self._prompt], beam_size=_BEAMS, return_scores=True, return_no_speech_prob=True)[
            0
        ]
        self.seconds.append(time.process_time() - began)
        if result.no_speech_prob > _NO_SPEECH and result.scores[0] < _UNLIKELY:
            return ""
        return str(self._tokenizer.decode(result.sequences_ids[0], skip_special_tokens=True)).strip()

"""Whisper through CTranslate2, for utterances of telephone length, in the hearing process only.

The model was trained on 30 s; a shorter window costs a third, and stays right as long as it ends well behind the
utterance. Nothing is put into the model's mouth but a closed list of options: example values leak into what it writes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ringtrue.audio.resample import resample
from ringtrue.conversation.leg import Pcm
from ringtrue.errors import SetupError
from ringtrue.speech.hypotheses import Hypothesis, tidy, told_apart
from ringtrue.speech.mel import HOP, RATE_HZ, log_mel
from ringtrue.speech.opposites import ahead
from ringtrue.speech.recognizer import NOTHING, Written, wanted
from ringtrue.speech.vad import VoiceModel

_FRAMES_PER_SECOND = RATE_HZ // HOP
_SHORTEST_WINDOW = 10.0  # seconds; shorter ones repeat themselves. With five beams `base` is as right in it as in 12
_BEHIND_SECONDS = 4.0
_LONGEST_WINDOW = 30.0
_TOKENS_PER_SECOND, _TOKENS_MORE = 8, 12  # what nobody can say faster is a loop
_BEAMS = 5  # costs a twentieth more than one, the encoder being most of it
_NO_SPEECH, _UNLIKELY = 0.6, -1.0  # together: no words were in it
_MOST_PROMPT_TOKENS = 150
_LEAST = 1e-9  # of a token's probability: the engine gives 0 for less


class Whisper:
    """A loaded model; a `Recognizer`."""

    knows_copies = True

    def __init__(self, folder: Path, *, device: str = "cpu") -> None:
        """Raises SetupError when the extra is not installed or the files cannot be read."""
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # a second thread takes a core and buys little; see `watched`
        try:
            import ctranslate2
            import tokenizers
        except ImportError as exc:
            raise SetupError("Hearing on this machine is not installed: pip install 'ringtrue[local]'.") from exc
        remedy = f"ringtrue speech fetch {folder.name}"
        if not all((folder / name).is_file() for name in ("model.bin", "tokenizer.json")):
            raise SetupError(f"There is no recogniser in {str(folder)!r}: {remedy}, or name a folder that has one.")
        try:
            self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._model: Any = ctranslate2.models.Whisper(
                str(folder),
                device=device,
                compute_type="int8" if device == "cpu" else "float16",
                inter_threads=1,
                intra_threads=1,
            )
        except Exception as exc:
            # The engine has no exception class of its own.
            raise SetupError(f"The recogniser {folder.name} cannot be loaded on {device!r}: {remedy}.") from exc
        self._storage: Any = ctranslate2.StorageView
        self._is_english_only = not self._model.is_multilingual
        self.decode(np.zeros(RATE_HZ, dtype=np.int16), rate_hz=RATE_HZ, language="en", options=())  # the first one allocates

    def voice_model(self, rate_hz: int) -> VoiceModel:
        """Silero's."""
        from ringtrue.speech.silero import Silero

        return Silero(rate_hz)

    def decode(
        self,
        pcm: Pcm,
        *,
        rate_hz: int,
        language: str,
        options: tuple[str, ...],
        is_wanted: Callable[[], bool] = wanted,
    ) -> Written:
        """The words of at most 30 s. In English the confidence counts what sounds alike and means the opposite."""
        samples = resample(pcm, rate_hz, RATE_HZ).astype(np.float32) / 32768.0
        seconds = len(samples) / RATE_HZ
        window = min(_LONGEST_WINDOW, max(_SHORTEST_WINDOW, seconds + _BEHIND_SECONDS))
        features = log_mel(samples, frames=int(window * _FRAMES_PER_SECOND), mels=self._model.n_mels)
        prompt = self._prompt(language, options)
        encoded = self._model.encode(self._storage.from_array(np.ascontiguousarray(features[None])))
        if not is_wanted():
            return NOTHING
        found = self._search(encoded, prompt, most=int(seconds * _TOKENS_PER_SECOND) + _TOKENS_MORE)
        is_english = self._is_english_only or language.lower().startswith("en")

        @cache  # one reading is often another's opposite
        def likelihood(text: str) -> float:
            return self._likelihood(encoded, prompt, text)

        readings = [
            Written(
                text=tidy(one.raw), confidence=one.sureness * (ahead(one.raw, likelihood) if is_english else 1.0), share=share
            )
            for one, share in told_apart(found)
        ]
        return replace(readings[0], others=tuple(readings[1:])) if readings else NOTHING

    def _search(self, encoded: Any, prompt: list[int], *, most: int) -> list[Hypothesis]:
        """What may have been said, likeliest first; nothing where probably nobody spoke."""
        result = self._model.generate(
            encoded,
            [prompt],
            beam_size=_BEAMS,
            num_hypotheses=_BEAMS,
            max_length=len(prompt) + most,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        found = [
            Hypothesis(raw=self._tokenizer.decode(tokens, skip_special_tokens=True), score=score, tokens=len(tokens))
            for tokens, score in zip(result.sequences_ids, result.scores, strict=True)
        ]
        return [] if result.no_speech_prob > _NO_SPEECH and found[0].mean < _UNLIKELY else found

    def _likelihood(self, encoded: Any, prompt: list[int], text: str) -> float:
        """Of that text, as the sum of its tokens' logarithms."""
        tokens = self._tokenizer.encode(text, add_special_tokens=False).ids
        frames = encoded.shape[1]
        (aligned,) = self._model.align(encoded, prompt, [tokens], frames)
        return float(np.log(np.maximum(aligned.text_token_probs, _LEAST)).sum())

    def _prompt(self, language: str, options: tuple[str, ...]) -> list[int]:
        before: list[int] = []
        if options:
            listed = self._tokenizer.encode(f" {', '.join(options)}.", add_special_tokens=False).ids
            before = [self._id("<|startofprev|>"), *listed[:_MOST_PROMPT_TOKENS]]
        task = [] if self._is_english_only else [self._language(language), self._id("<|transcribe|>")]
        return [*before, self._id("<|startoftranscript|>"), *task, self._id("<|notimestamps|>")]

    def _language(self, language: str) -> int:
        return self._id(f"<|{language.split('-')[0].lower()}|>")

    def _id(self, token: str) -> int:
        number = self._tokenizer.token_to_id(token)
        if number is None:
            raise ValueError(f"the model knows no {token}")
        return int(number)

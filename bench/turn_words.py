"""What the callers of bench/turns.py say, question by question of turn_project.yaml, and the sound of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ringtrue.conversation.leg import Pcm
from ringtrue.testing.voices import Voice, say

# Words that Pipecat's turn model takes for a whole turn in both voices (probability 0.74 to 0.98): of many others it waits for
# 3 s of silence, which may be the fault of synthetic voices. For the same reason there is no pause within an answer.
ANSWERS = (
    ("who", "Yes this is Anna."),
    ("confirm", "Yes that works."),
    ("read back", "Yes that is correct."),
    ("reason", "It is about the pain in my left knee."),
    ("tried", "I have been resting at home."),
    ("remind", "Yes remind me."),
)
GREETING = "Hello?"
VOICES = (Voice(engine="flite", name="slt"), Voice(engine="flite", name="rms"))

AUDIBLE = 400  # of 32767, -38 dB of full scale: what callers take for the agent's voice, and where their own ends


def render(folder: Path) -> Path:
    """A file of the greeting and every answer in every voice, each cut at its last audible sample."""
    path = folder / "answers.npz"
    texts = (GREETING, *(text for _, text in ANSWERS))
    sounds = {f"{v}.{n}": _cut(say(text, voice)) for v, voice in enumerate(VOICES) for n, text in enumerate(texts)}
    np.savez(path, **sounds)  # type: ignore[arg-type]  # its stub takes names of its own only
    return path


def load(path: Path) -> list[list[Pcm]]:
    """The greeting and behind it the answers, by voice."""
    with np.load(path) as sounds:
        return [[sounds[f"{v}.{n}"] for n in range(1 + len(ANSWERS))] for v in range(len(VOICES))]


def _cut(pcm: Pcm) -> Pcm:
    audible = np.flatnonzero(np.abs(pcm.astype(np.int32)) > AUDIBLE)
    return pcm[audible[0] : audible[-1] + 1]

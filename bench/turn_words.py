"""What the callers of bench/turns.py say, question by question of turn_project.yaml, and the sound of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ringtrue.conversation.leg import Pcm
from ringtrue.testing.voices import Voice, say

ANSWERS = (
    ("who", "Yes, speaking."),
    ("confirm", "Yes, I will be there."),
    ("read back", "Yes, that is right."),
    ("reason", "My left knee has been hurting since last week."),
    ("tried", "I took some pain killers and rested at home for two days."),
    ("remind", "Yes, please."),
)
VOICES = (Voice(engine="flite", name="slt"), Voice(engine="flite", name="rms"))

AUDIBLE = 400  # of 32767, -38 dB of full scale: what callers take for the agent's voice, and where their own ends


def render(folder: Path) -> Path:
    """A file of every answer in every voice, each cut at its last audible sample."""
    path = folder / "answers.npz"
    sounds = {f"{v}.{a}": _cut(say(text, voice)) for v, voice in enumerate(VOICES) for a, (_, text) in enumerate(ANSWERS)}
    np.savez(path, **sounds)  # type: ignore[arg-type]  # its stub takes names of its own only
    return path


def load(path: Path) -> list[list[Pcm]]:
    """The answers by voice."""
    with np.load(path) as sounds:
        return [[sounds[f"{v}.{a}"] for a in range(len(ANSWERS))] for v in range(len(VOICES))]


def _cut(pcm: Pcm) -> Pcm:
    audible = np.flatnonzero(np.abs(pcm.astype(np.int32)) > AUDIBLE)
    return pcm[audible[0] : audible[-1] + 1]

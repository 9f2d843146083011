"""How well the transcript's times lie: agent words against onsets in the recording, caller words within the caller's voice.

    .venv/bin/python bench/word_times.py KEPT      # a folder of `ringtrue simulate --keep`

Only words that begin after 80 ms of silence have an onset that can be told; the others run into each other. The recording's
agent channel equals what the caller's phone received, sample for sample (scenario `demo-recording-is-the-call`).
"""

from __future__ import annotations

import json
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np

_FRAME_MS = 5
_SILENCE_FRAMES = 16  # 80 ms
_AUDIBLE = 100.0
_REACH_MS = 400  # an onset further away is another word's


def main() -> int:
    """Measure every call of the folder and print."""
    errors: list[int] = []
    inside: list[float] = []
    for path in sorted(Path(sys.argv[1]).glob("*/*/call.json")):
        record = json.loads(path.read_text())
        if (path.parent / "recording.wav").exists() and record["transcript_object"]:
            caller, agent = _loud(path.parent / "recording.wav")
            errors += _onset_errors(record["transcript_object"], agent)
            inside += _shares(record["transcript_object"], caller)
    print(f"agent words with an onset: {len(errors)}")
    print(f"start error: median {np.median(np.abs(errors)):.0f} ms, p90 {np.percentile(np.abs(errors), 90):.0f} ms")
    print(f"caller words: {len(inside)}, of their length within the channel's voice: mean {np.mean(inside):.2f}")
    print(f"caller words that touch no voice at all: {sum(share == 0 for share in inside)}")
    return 0


def _loud(path: Path) -> list[np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    with wave.open(str(path)) as file:
        frame = file.getframerate() * _FRAME_MS // 1000
        pcm = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2).astype(np.float64)
    return [np.sqrt(np.square(side[: len(side) // frame * frame].reshape(-1, frame)).mean(axis=1)) > _AUDIBLE for side in pcm.T]


def _onset_errors(utterances: list[dict[str, Any]], loud: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[int]:
    """Each onset after silence against the nearest word's start, in ms."""
    onsets = [
        place * _FRAME_MS
        for place in np.flatnonzero(loud)
        if place >= _SILENCE_FRAMES and not loud[place - _SILENCE_FRAMES : place].any()
    ]
    starts = np.array([word["start"] * 1000 for one in utterances if one["role"] == "agent" for word in one["words"]])
    if not len(starts):
        return []
    errors = [int(starts[np.abs(starts - onset).argmin()] - onset) for onset in onsets]
    return [error for error in errors if abs(error) <= _REACH_MS]


def _shares(utterances: list[dict[str, Any]], loud: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[float]:
    """For each word of the caller how much of it lies where its channel sounds, or within 100 ms of that."""
    around = np.convolve(loud, np.ones(2 * 20 + 1), mode="same") > 0
    words = [word for one in utterances if one["role"] == "user" and not one.get("dtmf") for word in one["words"]]
    pieces = [around[int(word["start"] * 1000) // _FRAME_MS : int(word["end"] * 1000) // _FRAME_MS + 1] for word in words]
    return [float(piece.mean()) if len(piece) else 0.0 for piece in pieces]


if __name__ == "__main__":
    sys.exit(main())

"""What a callee's own tapes say of the moments at which both sides spoke: when its voice began, when the agent's fell silent."""

from __future__ import annotations

import json
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

_FRAME = 80  # 10 ms
_AUDIBLE = 60.0  # root mean square; silence is sent as zeros
_AFTER_SECONDS = 1.0  # the transcript's clock and the callee's differ by less
_STOPPED_FRAMES = 30  # the agent's longest pause within a sentence is shorter than these 300 ms


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlap:
    """One stretch of the callee's voice, or of nothing but echo, while the agent spoke. Times in ms since the answer.

    `ended` is where the agent's voice fell silent for good after it; None where it spoke on.
    """

    began: int
    ended: int | None
    longest_gap: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What a simulation kept of one call."""

    record: dict[str, Any]
    events: list[dict[str, Any]]
    agent: np.ndarray[tuple[int], np.dtype[np.bool_]]

    @property
    def agent_utterances(self) -> list[dict[str, Any]]:
        """Of the transcript."""
        return [one for one in self.record["transcript_object"] or [] if one["role"] == "agent"]

    @property
    def cuts(self) -> int:
        """How many utterances of the agent were cut while they sounded, by anything but an answer."""
        answers = [event for event in self.events if event["event"] == "said" and event["kind"] in ("answer", "barge_in")]
        spans = [(event["at_samples"] / 8000, event["end_samples"] / 8000 + _AFTER_SECONDS) for event in answers]
        cut = [one["end"] for one in self.agent_utterances if one["interrupted"] and one["content"]]
        return sum(not any(begin <= end <= over for begin, over in spans) for end in cut)

    @property
    def unsent_words(self) -> int:
        """Words of the agent in the transcript that lie behind the last sound of it that reached the callee."""
        last = int(np.flatnonzero(self.agent)[-1] + 1) * 10 if self.agent.any() else 0
        words = [word for one in self.agent_utterances for word in one["words"]]
        return sum((word["start"] + word["end"]) * 500 > last for word in words)

    def overlaps(self, kind: str) -> list[Overlap]:
        """Where the callee said something of that kind."""
        said = [event for event in self.events if event["event"] == "said" and event["kind"] == kind]
        return [self._overlap(event.get("loud_samples", event["at_samples"]) // 8) for event in said]

    def _overlap(self, began: int) -> Overlap:
        frames = self.agent[began // 10 :]
        silent = _run(~frames, _STOPPED_FRAMES)
        return Overlap(
            began=began,
            ended=None if silent is None else began + silent * 10,
            longest_gap=_longest(~frames[: _last(frames)]) * 10,
        )


def read(folder: Path) -> Kept:
    """The call kept in that folder."""
    with wave.open(str(folder / "callee-heard.wav")) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.float64)
    frames = pcm[: len(pcm) // _FRAME * _FRAME].reshape(-1, _FRAME)
    return Kept(
        record=json.loads((folder / "call.json").read_text()),
        events=[json.loads(line) for line in (folder / "callee.jsonl").read_text().splitlines()],
        agent=np.sqrt(np.square(frames).mean(axis=1)) > _AUDIBLE,
    )


def _run(flags: np.ndarray[tuple[int], np.dtype[np.bool_]], least: int) -> int | None:
    """Where the first run of that many begins."""
    count = 0
    for place, flag in enumerate(flags):
        count = count + 1 if flag else 0
        if count == least:
            return place - least + 1
    return None


def _longest(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    longest = count = 0
    for flag in flags:
        count = count + 1 if flag else 0
        longest = max(longest, count)
    return longest


def _last(frames: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    found = np.flatnonzero(frames)
    return int(found[-1]) + 1 if len(found) else 0

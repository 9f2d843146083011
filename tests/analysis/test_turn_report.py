"""The report of a call's turns, from a whole talk and a recording of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ringtrue.analysis.turn_report import turn_report
from ringtrue.audio import wav
from ringtrue.conversation import turn_log, turns
from ringtrue.conversation.agent import Act, Began, Expect, Input, Keys, Say, Settled, Span, State, Words
from ringtrue.conversation.machine import TurnMachine
from ringtrue.conversation.turn_codec import TurnLogInvalid
from ringtrue.conversation.turn_masking import Fed
from ringtrue.testing.agents import PlainAgent
from ringtrue.testing.turns import BlockTalk

RATE = 8000


class Asking(PlainAgent):
    """Asks on and on."""

    def reply(self, state: State | None, heard: Input) -> Sequence[Act]:
        """The acts that follow."""
        if not isinstance(heard, Began | Words | Keys):
            return [Settled(state={})]
        text = "And what else is there to say?"
        return [Say(spans=(Span(written=text, spoken=text),)), Expect(kind="text", terminator="#"), Settled(state={})]


@pytest.fixture
def talk() -> BlockTalk:
    """A talk of one turn by voice and one by keys."""
    talk = BlockTalk(Asking(), answered=turns.Answered(hears=True))
    talk.pass_ms(2000)
    talk.until_asked()
    talk.says("I would like to come", ms=1000, then_ms=1000)
    talk.until_asked()
    talk.press("1")
    talk.pass_ms(1000)
    talk.leave()
    return talk


def kept(talk: BlockTalk) -> str:
    """Its log."""
    machine = TurnMachine(rate_hz=RATE)
    feeds = turn_log.masked(Fed(line=line, happened=one, acts=tuple(machine.feed(line, one))) for line, one in talk.log)
    return "\n".join((turn_log.head(RATE), *map(turn_log.line, feeds)))


def recorded(path: Path, talk: BlockTalk, *, late_ms: int = 0) -> Path:
    """A recording of it with tones for voices; the agent's comes later than the program believed."""
    both = np.zeros((talk.at + RATE, 2))
    for _, happened in talk.log:
        if isinstance(happened, turns.WordsHeard):
            both[int(happened.start) : int(happened.end), 0] = 1
        if isinstance(happened, turns.PartPlayed):
            start = int(happened.start) + late_ms * RATE // 1000
            both[start : start + happened.samples, 1] = 1
    tone = np.sin(np.arange(len(both)) * 2 * np.pi * 180 / RATE)[:, None] * 3000
    path.write_bytes(wav.header(RATE, len(both)) + np.asarray(both * tone, dtype="<i2").tobytes())
    return path


def report(log: str, recording: Path | None) -> dict[str, Any]:
    """The report as a document."""
    document: dict[str, Any] = json.loads(turn_report(log, recording))
    return document


def test_both_measures_stand_side_by_side(talk: BlockTalk, tmp_path: Path) -> None:
    """The program's and the recording's agree where the program is right."""
    document = report(kept(talk), recorded(tmp_path / "a.wav", talk))

    spoken, keyed = document["turns"]
    assert document["status"] == "complete"
    assert (spoken["by"], keyed["by"], keyed["recorded"], keyed["transcribed_ms"]) == ("words", "keys", None, None)
    assert abs(spoken["recorded"]["gap_ms"] - spoken["gap_ms"]) <= 20
    assert sum(spoken["stages"][f"{one}_ms"] for one in ("end_of_turn", "reply", "synthesis", "sending")) == spoken["gap_ms"]


def test_the_recording_tells_where_the_program_is_wrong(talk: BlockTalk, tmp_path: Path) -> None:
    """Audio that left later than it was believed to."""
    spoken, _ = report(kept(talk), recorded(tmp_path / "a.wav", talk, late_ms=200))["turns"]

    assert abs(spoken["recorded"]["gap_ms"] - spoken["gap_ms"] - 200) <= 20


def test_without_a_recording_the_log_speaks_alone(talk: BlockTalk) -> None:
    """It was not to be recorded."""
    assert [one["recorded"] for one in report(kept(talk), None)["turns"]] == [None, None]


def test_a_log_that_was_cut_says_so(talk: BlockTalk) -> None:
    """Turns may lack at its end."""
    assert report(f"{kept(talk)}\n{turn_log.cut()}", None)["status"] == "cut"


def test_no_log_is_no_turns() -> None:
    """A call from before logs were kept."""
    assert report("", None) == {"status": "none", "turns": []}


def test_what_is_no_log_is_refused() -> None:
    """Rather than told as no turns."""
    with pytest.raises(TurnLogInvalid):
        turn_report("nonsense", None)

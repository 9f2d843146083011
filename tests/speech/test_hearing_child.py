"""The hearing process by itself, through its pipe: lines that do not mix, words that keep nobody waiting."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import pytest

from ringtrue.conversation.leg import Pcm
from ringtrue.speech import ear_frames, pipe, spelled
from ringtrue.testing import sounds

RATE_HZ = 8000
BLOCK = 160
_LONGEST_SECONDS = 60.0  # a test that hangs fails

Head = dict[str, object]


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A hearing process with tones for voices."""
    command = [sys.executable, "-m", "ringtrue.speech.hearing_child"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(pipe.encode({"engine": "tones", "model": "/nowhere", "device": "cpu"}))
        process.stdin.flush()
        assert pipe.read(process.stdout) == ({"ready": True}, b"")  # type: ignore[arg-type]
        measured = pipe.read(process.stdout)  # type: ignore[arg-type]
        assert measured is not None and measured[0]["first"] is True
        watch = threading.Timer(_LONGEST_SECONDS, process.kill)
        watch.start()
        yield process
        watch.cancel()
        process.kill()


def opened(ear: int, rate_hz: int = RATE_HZ) -> bytes:
    """An order."""
    return pipe.encode({"op": "open", "ear": ear, "rate_hz": rate_hz, "language": "en-US"})


def order(ear: int, op: str, **more: object) -> bytes:
    """Another."""
    return pipe.encode({"op": op, "ear": ear, **more})


def said(text: str) -> Pcm:
    """A text with silence around it."""
    return np.concatenate([sounds.silence(0.5), spelled.say(text, RATE_HZ), sounds.silence(0.5)])


def sound(ear: int, pcm: Pcm, *, start: int = 0, op: str = "heard") -> bytes:
    """Its packets as frames."""
    blocks = range(0, len(pcm), BLOCK)
    return b"".join(pipe.encode({"op": op, "ear": ear, "at": start + at}, pcm[at : at + BLOCK].tobytes()) for at in blocks)


def tell(child: subprocess.Popen[bytes], *frames: bytes) -> None:
    """All in one write."""
    assert child.stdin is not None
    child.stdin.write(b"".join(frames))
    child.stdin.flush()


def answers(child: subprocess.Popen[bytes]) -> Iterator[Head]:
    """Heads as they come, until it ends."""
    out: BinaryIO = child.stdout  # type: ignore[assignment]
    while (frame := pipe.read(out)) is not None:
        yield frame[0]


def until_heard(child: subprocess.Popen[bytes], ears: int = 1) -> list[Head]:
    """What it tells until that many texts were told."""
    told: list[Head] = []
    for head in answers(child):
        told.append(head)
        if sum(one.get("event") == "heard" for one in told) == ears:
            break
    return told


def texts(told: list[Head]) -> dict[object, object]:
    """By ear."""
    return {head["ear"]: head["readings"][0][0] for head in told if head.get("event") == "heard"}


def test_a_party_is_heard(child: subprocess.Popen[bytes]) -> None:
    """Its events in order, as frames of its ear."""
    tell(child, opened(4), sound(4, said("yes please")))

    events = [head for head in until_heard(child) if "event" in head]

    assert [head["event"] for head in events] == ["started", "paused", "heard"]
    assert texts(events) == {4: "yes please"}


def test_lines_do_not_mix(child: subprocess.Popen[bytes]) -> None:
    """Packet by packet by turns."""
    one, two = said("monday"), said("friday")
    by_turns = [
        sound(ear, pcm[at : at + BLOCK], start=at) for at in range(0, len(one), BLOCK) for ear, pcm in ((1, one), (2, two))
    ]
    tell(child, opened(1), opened(2), *by_turns)

    assert texts(until_heard(child, ears=2)) == {1: "monday", 2: "friday"}


def test_it_says_how_much_it_looked_at(child: subprocess.Popen[bytes]) -> None:
    """Every ten blocks of either side, by which the other end knows that it does not fall behind."""
    tell(child, opened(1), sound(1, sounds.silence(0.3)), sound(1, sounds.silence(0.3), op="sent"))

    marks = [head["blocks"] for _, head in zip(range(3), answers(child), strict=False)]

    assert marks == [ear_frames.MARK_EVERY, 2 * ear_frames.MARK_EVERY, 3 * ear_frames.MARK_EVERY]


def test_it_says_what_a_decode_took_and_how_many_wait(child: subprocess.Popen[bytes]) -> None:
    """For admission."""
    tell(child, opened(1), sound(1, said("yes")))

    (took,) = [head for head in until_heard(child) if "decoded_seconds" in head]

    assert float(str(took["decoded_seconds"])) > 0
    assert took["waiting"] == 0


def test_a_line_that_breaks_ends_alone(child: subprocess.Popen[bytes]) -> None:
    """A position that is none fails its ear, told by the kind of error only; the other one hears."""
    broken = pipe.encode({"op": "heard", "ear": 1, "at": "nowhere"}, b"\0\0")
    tell(child, opened(1), opened(2), broken, sound(2, said("yes")))

    told = until_heard(child)

    assert [head["error"] for head in told if "error" in head] == ["Listening failed (TypeError)."]
    assert texts(told) == {2: "yes"}


def test_a_closed_ear_is_told_of_no_more(child: subprocess.Popen[bytes]) -> None:
    """Nor does sound for it open it again."""
    tell(child, opened(1), opened(2), sound(1, said("no")[:6000]), order(1, "close"), sound(1, said("no")), sound(2, said("yes")))

    told = until_heard(child)

    assert texts(told) == {2: "yes"}


def test_a_settled_stretch_is_not_told_again(child: subprocess.Popen[bytes]) -> None:
    """The next text begins behind it."""
    first = said("yes")
    tell(child, opened(1), sound(1, first))
    until_heard(child)

    tell(child, order(1, "settle", at=len(first)), sound(1, said("no"), start=len(first)))

    assert texts(until_heard(child)) == {1: "no"}


def test_wide_lines_are_heard_as_well(child: subprocess.Popen[bytes]) -> None:
    """16 kHz."""
    wide = np.concatenate([np.zeros(8000, dtype=np.int16), spelled.say("yes", 16_000), np.zeros(8000, dtype=np.int16)])
    tell(child, opened(1, rate_hz=16_000), sound(1, wide))

    assert texts(until_heard(child)) == {1: "yes"}


@pytest.mark.parametrize("half", [b"", order(1, "settle", at=5)[:9]])
def test_it_ends_when_its_pipe_closes(child: subprocess.Popen[bytes], half: bytes) -> None:
    """Also with sound to look at, and when its parent died within a frame."""
    tell(child, opened(1), sound(1, said("a long sentence to look at")), half)
    assert child.stdin is not None

    child.stdin.close()

    assert child.wait(timeout=20) == 0

"""What a person hears of a call: a player where there is one, and never a wait."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ringtrue.conversation.leg import Position
from ringtrue.testing.callee import player
from ringtrue.testing.callee.player import Player

BLOCK = np.arange(160, dtype=np.int16)


def copying_to(file: Path) -> list[str]:
    """A player that keeps what it is given."""
    code = f"import sys; f = open({str(file)!r}, 'wb', buffering=0)\nwhile b := sys.stdin.buffer.read1(320): f.write(b)"
    return [sys.executable, "-c", code]


def test_what_is_heard_is_played_and_what_is_sent_is_not(tmp_path: Path) -> None:
    """Raw 16-bit samples, in order."""
    file = tmp_path / "played"
    playing = Player(copying_to(file))

    playing.heard(Position(0), BLOCK)
    playing.sent(Position(0), BLOCK[::-1])
    playing.heard(Position(160), BLOCK)

    until = time.monotonic() + 10
    while (not file.exists() or file.stat().st_size < 640) and time.monotonic() < until:
        time.sleep(0.01)
    playing.close()
    assert file.read_bytes() == BLOCK.astype("<i2").tobytes() * 2


def test_a_player_that_is_stuck_holds_nobody_up() -> None:
    """Its pipe is full: the rest is not played."""
    playing = Player([sys.executable, "-c", "import time; time.sleep(60)"])

    for index in range(1000):  # five times what a pipe takes
        playing.heard(Position(index * 160), BLOCK)

    assert playing.is_playing
    playing.close()


def test_a_player_that_ended_is_forgotten() -> None:
    """One without a sound card goes at once; the call goes on in silence."""
    playing = Player([sys.executable, "-c", ""])
    until = time.monotonic() + 10
    while playing.is_playing and time.monotonic() < until:
        time.sleep(0.01)

    playing.heard(Position(0), BLOCK)

    assert not playing.is_playing
    playing.close()


def test_without_a_player_there_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is started, nothing fails."""
    monkeypatch.setenv("PATH", "")
    playing = Player(player.command(8000))

    playing.heard(Position(0), BLOCK)

    assert not playing.is_playing


def test_the_first_player_there_is_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the rate of the call."""
    for name in ("aplay", "ffplay"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    found = player.command(8000)

    assert found is not None
    assert found[0] == "aplay"
    assert "8000" in found

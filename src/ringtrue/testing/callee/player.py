"""Lets a person hear the call: what the phone hears goes to a player of this machine, raw, where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess

from ringtrue.conversation.leg import Pcm, Position


def command(rate_hz: int) -> list[str] | None:
    """The first player there is, with what makes it read raw 16-bit mono from its input."""
    rate = str(rate_hz)
    players = (
        ["paplay", "--raw", "--format=s16le", f"--rate={rate}", "--channels=1"],
        ["aplay", "-q", "-t", "raw", "-f", "S16_LE", "-r", rate, "-c", "1", "-"],
        ["play", "-q", "-t", "raw", "-e", "signed", "-b", "16", "-r", rate, "-c", "1", "-"],
        ["ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet", "-f", "s16le", "-ar", rate, "-i", "-"],
    )
    return next((player for player in players if shutil.which(player[0])), None)


class Player:
    """A tap of a leg. Never waits: what the player does not take in time is not played, and without one nothing is."""

    def __init__(self, player: list[str] | None) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        if player is None:
            return
        self._process = subprocess.Popen(  # noqa: S603 - one of the commands above
            player, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)

    @property
    def is_playing(self) -> bool:
        """Whether there is a player, and it still runs: one without a sound card ends at once."""
        return self._process is not None and self._process.poll() is None

    def heard(self, at: Position, pcm: Pcm) -> None:
        """Play it."""
        if not self.is_playing:
            return
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            os.write(self._process.stdin.fileno(), pcm.astype("<i2").tobytes())
        except BlockingIOError:
            return  # it is behind: this block is skipped
        except OSError:
            self.close()

    def sent(self, at: Position, pcm: Pcm) -> None:
        """What we say ourselves is not played."""

    def close(self) -> None:
        """End the player."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None

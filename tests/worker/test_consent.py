"""Recording by consent."""

from __future__ import annotations

import numpy as np

from ringtrue.conversation.leg import Pcm, Position
from ringtrue.worker.consent import ConsentTap


class Ear:
    """Notes where it heard something."""

    def __init__(self) -> None:
        self.at: list[tuple[str, int]] = []

    def sent(self, at: Position, pcm: Pcm) -> None:
        """The agent's channel."""
        self.at.append(("sent", int(at)))

    def heard(self, at: Position, pcm: Pcm) -> None:
        """The caller's channel."""
        self.at.append(("heard", int(at)))


BLOCK = np.zeros(160, dtype=np.int16)


def test_before_consent_nothing_passes() -> None:
    """On either channel."""
    ear = Ear()
    tap = ConsentTap(ear)

    tap.sent(Position(0), BLOCK)
    tap.heard(Position(0), BLOCK)

    assert (ear.at, tap.since) == ([], None)


def test_after_consent_passes_what_sounded_after_it() -> None:
    """A late packet of before stays out."""
    ear = Ear()
    tap = ConsentTap(ear)
    tap.consented(Position(320))

    for at in (160, 320, 480):
        tap.sent(Position(at), BLOCK)
        tap.heard(Position(at), BLOCK)

    assert ear.at == [("sent", 320), ("heard", 320), ("sent", 480), ("heard", 480)]


def test_only_the_first_consent_counts() -> None:
    """A later answer takes nothing back."""
    tap = ConsentTap(Ear())

    tap.consented(Position(320))
    tap.consented(Position(640))

    assert tap.since == 320

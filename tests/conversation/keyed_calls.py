"""What the shipped example's agent says to a party that presses keys, and what holds of every transcript."""

from __future__ import annotations

from itertools import pairwise

from ringtrue.domain.utterance import Utterance
from ringtrue.testing.turns import BlockTalk

DISCLOSURE = "Hello, this is the automated assistant of Bright Clinic. This call is recorded."
WHO = "Am I speaking with Anna? Press 1 for yes, or press 2 for no."
SAMPLES_PER_MS = 8


def agent_says(talk: BlockTalk) -> list[str]:
    """What the agent was heard to say."""
    return [one.content for one in talk.transcript if one.role == "agent"]


def check_record(transcript: tuple[Utterance, ...], *, crossed_ms: int = 0) -> None:
    """What holds of every transcript of a call that is over. Who began first is known to `crossed_ms`."""
    starts = [one.start_ms for one in transcript]
    assert all(later >= earlier - crossed_ms for earlier, later in pairwise(starts))
    for one in transcript:
        assert one.generated.startswith(one.content)
        assert one.interrupted is (len(one.content) < len(one.generated))
        assert one.content == " ".join(word.word for word in one.words)
        assert one.start_ms <= one.end_ms
        times = [at for word in one.words for at in (word.start_ms, word.end_ms)]
        assert times == sorted(times)

"""What stands in a log for words that must not be written down: the rules of the turns think the same of it."""

from __future__ import annotations

from ringtrue.conversation.policies.barge_in import LEAST_WORDS, SOME_DENIAL, is_backchannel, is_denial, stops
from ringtrue.conversation.policies.end_of_turn import hesitates


def stand_in(text: str, *, mask: str) -> str:
    """What means the same to `policies` as `text`, with `mask` for each word that they need not know."""
    if is_backchannel(text):
        return "uh-huh"
    count = min(len(text.split()), LEAST_WORDS)
    if is_denial(text):
        return " ".join([SOME_DENIAL] * count)
    if count == 1 and stops(text) and hesitates(text):
        return "but"
    words = [mask] * count
    if hesitates(text):
        words[-1] = "um"
    if stops(text):
        words[0] = "wait"
    return " ".join(words)

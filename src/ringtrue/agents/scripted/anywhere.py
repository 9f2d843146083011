"""What is understood at every step: whether words or keys mean one of it rather than an answer to the question."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.agents.scripted.model import Anywhere
from ringtrue.agents.scripted.slots.slot import Slot
from ringtrue.agents.scripted.words import content, find, tokens

_DENIALS = frozenset(("not", "never", "no"))
# Free text may mention such words in passing; a request to stop or for a person is short.
_ROOM_IN_TEXT = 3


def said(entries: Sequence[Anywhere], words: str, slot: Slot, *, is_text: bool) -> Anywhere | None:
    """The entry one of whose phrases was said, unless a longer phrase of the question covers it."""
    spoken = content(tokens(words))
    own = [phrase for text in slot.phrases if find(phrase := content(tokens(text)), spoken) >= 0]
    for entry in entries:
        for text in entry.phrases:
            phrase = content(tokens(text))
            at = find(phrase, spoken)
            if at < 0 or (
                at > 0 and spoken[at - 1] in _DENIALS and phrase[0] not in ("do", *_DENIALS) and not _is_lead(spoken, at)
            ):
                continue
            if is_text and len(spoken) > len(phrase) + _ROOM_IN_TEXT:
                continue
            if not any(find(phrase, longer) >= 0 for longer in own):
                return entry
    return None


def pressed(entries: Sequence[Anywhere], keys: str) -> Anywhere | None:
    """The entry of the key."""
    return next((entry for entry in entries if entry.key == keys.removesuffix("#")), None)


def _is_lead(spoken: Sequence[str], at: int) -> bool:
    """Whether the denial before the phrase is an answer of its own: "no, stop calling"."""
    return at == 1 and spoken[0] == "no"

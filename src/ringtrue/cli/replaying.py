"""Run a call's turn log through a fresh turn machine and compare with what was kept: the acts, then the transcript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ringtrue.calls.call_document import utterance
from ringtrue.conversation import turn_log
from ringtrue.conversation.turn_codec import encode
from ringtrue.conversation.turn_masking import Fed
from ringtrue.conversation.turns import LineGone

Document = dict[str, Any]


def replayed(lines: Sequence[object], record: Mapping[str, Any]) -> Document:
    """The verdict: `identical`, how many `feeds`, whether the log is `whole`, and the first `difference` or null.

    The transcript is compared when the log reaches to the end of the call. Raises TurnLogInvalid.
    """
    log = turn_log.read(lines)
    again = turn_log.replay(log.fed, rate_hz=log.rate_hz)
    is_whole = not log.is_cut and bool(log.fed) and isinstance(log.fed[-1].happened, LineGone)
    difference = _acts_differ(log.fed, again.fed, log.rate_hz)
    if difference is None and is_whole:
        reads = [utterance(one) for one in again.transcript]
        difference = _transcripts_differ(record["transcript_object"] or [], reads)
    return {
        "call_id": record["id"],
        "identical": difference is None,
        "feeds": len(log.fed),
        "whole": is_whole,
        "difference": difference,
    }


def sentence(verdict: Mapping[str, Any]) -> str:
    """The verdict in plain words."""
    difference = verdict["difference"]
    if difference is None:
        return "identical" if verdict["whole"] else "identical as far as the log goes"
    if difference["in"] == "transcript":
        place = f"utterance {difference['utterance']} of the transcript"
    else:
        place = f"feed {difference['feed']} at {difference['at_ms'] / 1000:.2f} s ({difference['happened']})"
    return f"{place} differs\n  kept:     {difference['kept']}\n  replayed: {difference['replayed']}"


def _acts_differ(kept: Sequence[Fed], again: Sequence[Fed], rate_hz: int) -> Document | None:
    found = turn_log.first_difference(kept, again)
    if found is None:
        return None
    return {
        "in": "acts",
        "feed": found.feed,
        "at_ms": int(found.line.at) * 1000 // rate_hz,
        "happened": type(found.happened).__name__,
        "kept": [encode(act) for act in found.kept],
        "replayed": [encode(act) for act in found.replayed],
    }


def _transcripts_differ(kept: Sequence[Document], again: Sequence[Document]) -> Document | None:
    for place in range(max(len(kept), len(again))):
        one = kept[place] if place < len(kept) else None
        other = again[place] if place < len(again) else None
        if one != other:
            return {"in": "transcript", "utterance": place, "kept": one, "replayed": other}
    return None

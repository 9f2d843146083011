"""An ear's events through the pipe."""

from __future__ import annotations

import io
import json

import pytest

from ringtrue.conversation.leg import Position
from ringtrue.conversation.speech import BeepHeard, EarEvent, Heard, HeardWord, Reading, SpeechPaused, SpeechStarted
from ringtrue.speech import ear_frames, pipe

EVENTS: list[EarEvent] = [
    SpeechStarted(at=Position(0)),
    SpeechPaused(at=Position(8_000)),
    BeepHeard(at=Position(2**33)),
    Heard(start=Position(1), end=Position(2), readings=(Reading(text="", confidence=0.0),)),
    Heard(
        start=Position(800),
        end=Position(4_000),
        readings=(
            Reading(
                text="Ja, «gewiß» \N{PILE OF POO}.",
                confidence=0.123456789,
                share=0.6,
                words=(
                    HeardWord(text="Ja,", start=Position(800), end=Position(1_000)),
                    HeardWord(text="so", start=Position(1_000), end=Position(4_000)),
                ),
            ),
            Reading(
                text="Na", confidence=0.1, share=0.4, words=(HeardWord(text="Na", start=Position(800), end=Position(4_000)),)
            ),
        ),
    ),
]


@pytest.mark.parametrize("event", EVENTS)
def test_what_goes_in_comes_out(event: EarEvent) -> None:
    """Every kind of event, to the last digit, with its ear."""
    frame = pipe.encode(ear_frames.encode(7, event))

    read = pipe.read(io.BytesIO(frame))

    assert read is not None
    assert read[0]["ear"] == 7
    assert ear_frames.decode(read[0]) == event


def test_each_kind_has_a_name_of_its_own() -> None:
    """Heads can be told apart without the order in which they come."""
    names = [json.loads(json.dumps(ear_frames.encode(1, event)))["event"] for event in EVENTS[:4]]

    assert len(set(names)) == 4


def test_an_unknown_event_is_an_error() -> None:
    """Not another event."""
    with pytest.raises(KeyError):
        ear_frames.decode({"ear": 1, "event": "sneezed", "at": 0})

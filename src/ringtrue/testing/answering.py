"""One answer of a party as a call takes it: through the ear, until the turn is over, into the slot. Virtual time.

The ear, the end of turn, the list of options and the line of certainty are the call's own; what is missing is the process
between, so that words come the moment the ear wants them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringtrue.agents.scripted.readings import SURE_ENOUGH, Hearing
from ringtrue.agents.scripted.slots.slot import Answer, Slot
from ringtrue.conversation.leg import Pcm, Position
from ringtrue.conversation.party import PartyVoice
from ringtrue.conversation.policies.end_of_turn import Kind
from ringtrue.conversation.speech import EarEvent, Heard, SpeechPaused, SpeechStarted
from ringtrue.conversation.turns import VoiceBegan, VoicePaused, WordsHeard
from ringtrue.speech.listening import Listening, Wanted
from ringtrue.speech.recognizer import Recognizer

RATE_HZ = 8000
_BLOCK = RATE_HZ // 50
_LONGEST_PATIENCE_SECONDS = 3.0
_REPLY_MS = 200  # until the first sample of a reply; the quickest measured, of a prompt that is kept, and what tells of a voice


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What was made of one turn; `answer` is None where it must be asked again. `texts` are all that the ear told."""

    text: str
    confidence: float
    answer: Answer | None
    texts: tuple[str, ...]


NOTHING_SAID = Said(text="", confidence=0.0, answer=None, texts=())


def texts(sound: Pcm, recognizer: Recognizer) -> list[str]:
    """What an ear tells of a sound when nothing in particular is expected; empty texts left out."""
    return [event.text for event in _told(_line(sound), Listening(recognizer, rate_hz=RATE_HZ), recognizer)[1] if event.text]


def answer(sound: Pcm, recognizer: Recognizer, slot: Slot, kind: Kind) -> Said:
    """The first turn in a sound, as the agent takes it for this question."""
    ear = Listening(recognizer, rate_hz=RATE_HZ)
    ear.expect(slot.options)
    taken, told = _told(_line(sound), ear, recognizer, slot=slot, kind=kind)
    if taken is None:
        return NOTHING_SAID
    result = slot.hear(taken.text)
    is_sure = isinstance(result, Answer) and result.score * taken.confidence >= SURE_ENOUGH
    return Said(
        text=taken.text,
        confidence=taken.confidence,
        answer=result if isinstance(result, Answer) and is_sure else None,
        texts=tuple(event.text for event in told),
    )


def _line(sound: Pcm) -> Pcm:
    """The sound and as much silence behind it as any turn takes to end."""
    return np.concatenate([sound, np.zeros(round(_LONGEST_PATIENCE_SECONDS * RATE_HZ), dtype=np.int16)])


def _told(
    line: Pcm, ear: Listening, recognizer: Recognizer, *, slot: Slot | None = None, kind: Kind | None = None
) -> tuple[WordsHeard | None, list[Heard]]:
    """The words of the first turn, where a slot waits for one, and all that was heard until then. What goes on before anything of
    the reply is heard belongs to it, as in `conversation.given`."""
    ear.has_time = True
    voice, heard = PartyVoice(), list[Heard]()
    taken: WordsHeard | None = None
    reply_at = len(line)
    for at in range(0, len(line), _BLOCK):
        if at > reply_at and not voice.is_open:
            ear.settle(reply_at)
            break
        for thing in ear.heard(at, line[at : at + _BLOCK]):
            event = _decoded(thing, ear, recognizer) if isinstance(thing, Wanted) else thing
            if isinstance(event, Heard):
                heard.append(event)
            _follow(voice, event, slot)
        if slot is not None and voice.is_over(at + _BLOCK, kind, ms=RATE_HZ // 1000):
            taken = voice.take() or taken
            if taken is None:
                ear.settle(at + _BLOCK)
            else:
                reply_at = at + _REPLY_MS * RATE_HZ // 1000
    return taken, heard


def _decoded(wanted: Wanted, ear: Listening, recognizer: Recognizer) -> Heard | None:
    written = recognizer.decode(wanted.pcm, rate_hz=RATE_HZ, language="en-US", options=wanted.options)
    return ear.decoded(wanted.number, written)


def _follow(voice: PartyVoice, event: EarEvent | None, slot: Slot | None) -> None:
    match event:
        case SpeechStarted(at=at):
            voice.follow(VoiceBegan(began=at))
        case SpeechPaused(at=at):
            voice.follow(VoicePaused(ended=at))
        case Heard():
            hearing = None if slot is None else Hearing(slot=slot)
            taken = event.readings[0 if hearing is None else hearing.preferred(event.readings)]
            voice.follow(
                WordsHeard(
                    start=Position(event.start),
                    end=Position(event.end),
                    text=taken.text,
                    confidence=taken.confidence,
                    words=taken.words,
                    is_whole=hearing is not None and bool(taken.text) and hearing.is_whole(taken.text),
                )
            )
        case _:
            pass

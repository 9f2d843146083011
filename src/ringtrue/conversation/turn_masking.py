"""What a turn log may hold: no more of anybody's words and keys than the transcript shows.

Theory. Whether an answer is masked is known when its note is written, which is after the keys were pressed and the words
were heard. So these wait, and what came behind them, until a note of theirs or the end of the turn tells; they are masked
exactly where the note is. Words that never reached the transcript are masked once a sensitive question was asked.

The machine must do the same with what is left, so that a masked log replays: a masked key is a stand-in that ends the answer
where the key did, and a sensitive `Expect` is kept with rules under which it does; masked words are "****", or such as the
rules of barge-in make the same of. What the machine does not read is not kept: the agent's state, its outcome and the values
it filled in, and how words sounded that are written otherwise. Masking what is masked changes nothing, so a replay's acts are
masked the same way before they are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ringtrue.conversation import agent
from ringtrue.conversation.policies.stand_in import stand_in
from ringtrue.conversation.transcript import MASK
from ringtrue.conversation.turns import (
    Answered,
    Ask,
    Happened,
    KeyPressed,
    Line,
    LineGone,
    Note,
    PartPlayed,
    Render,
    Replied,
    Settle,
    TurnAct,
    WordsHeard,
)

KEY = "•"  # a key that did not end its answer
LAST_KEY = "!"  # the key that did; no phone has either
_SOUND = "•"
_MOST_WAITING = 10_000  # feeds, some 3 minutes of one breath: then what waits is judged as if it were never noted


@dataclass(frozen=True, kw_only=True, slots=True)
class Fed:
    """One feed of the machine: what happened, where the line stood, and what followed."""

    line: Line
    happened: Happened
    acts: tuple[TurnAct, ...]


class Masking:
    """Masks the feeds of one call, in order; gives each out as soon as it is known how."""

    def __init__(self) -> None:
        self._waiting: list[Fed] = []
        self._words: list[int] = []  # places of what waits: words not taken yet
        self._keys: list[int] = []  # and keys not noted yet
        self._is_sensitive = False

    def take(self, fed: Fed) -> list[Fed]:
        """What can be told after this feed."""
        happened = _without_surplus(fed.happened)
        if isinstance(happened, Replied):
            self._is_sensitive |= any(isinstance(act, agent.Expect) and act.sensitive for act in happened.acts)
        place = len(self._waiting)
        self._waiting.append(Fed(line=fed.line, happened=happened, acts=_masked_acts(fed.acts)))
        if isinstance(happened, WordsHeard) and happened.text:
            self._words.append(place)
        if isinstance(happened, KeyPressed):
            self._keys.append(place)
        self._settle_keys(fed, place)
        self._settle_words(fed)
        if len(self._waiting) > _MOST_WAITING:
            return self.rest()
        return [] if self._words or self._keys else self._release()

    def rest(self) -> list[Fed]:
        """What still waits, at the end of a log that was not told the end of the call."""
        self._mask_words(self._words, is_masked=self._is_sensitive)
        self._mask_keys(self._keys, is_masked=self._is_sensitive)
        self._words, self._keys = [], []
        return self._release()

    def _release(self) -> list[Fed]:
        told, self._waiting = self._waiting, []
        return told

    # --- keys -------------------------------------------------------------------------------------------------------

    def _settle_keys(self, fed: Fed, place: int) -> None:
        notes = [note for note in _notes(fed.acts) if note.utterance.dtmf]
        is_answer = any(isinstance(act, Ask) and isinstance(act.heard, agent.Keys) for act in fed.acts)
        is_late = isinstance(fed.happened, KeyPressed) and bool(notes) and (len(notes) > 1 or not is_answer)
        if is_late:
            self._mask_keys([place], is_masked=_is_masked(notes.pop(0)))
            self._keys.remove(place)
        if notes:
            ends = place if isinstance(fed.happened, KeyPressed) and is_answer else None
            self._mask_keys(self._keys, is_masked=_is_masked(notes[0]), ends=ends)
            self._keys = []
        elif isinstance(fed.happened, LineGone):
            self._keys = []

    def _mask_keys(self, places: Sequence[int], *, is_masked: bool, ends: int | None = None) -> None:
        for place in places if is_masked else ():
            fed = self._waiting[place]
            assert isinstance(fed.happened, KeyPressed)
            digit = LAST_KEY if place == ends else KEY
            self._waiting[place] = replace(fed, happened=replace(fed.happened, digit=digit))

    # --- words ------------------------------------------------------------------------------------------------------

    def _settle_words(self, fed: Fed) -> None:
        notes = [note for note in _notes(fed.acts) if not note.utterance.dtmf]
        if notes:
            self._mask_words(self._words, is_masked=_is_masked(notes[0]))
        elif isinstance(fed.happened, LineGone) or any(isinstance(act, Settle) for act in fed.acts):
            self._mask_words(self._words, is_masked=self._is_sensitive)
        else:
            return
        self._words = []

    def _mask_words(self, places: Sequence[int], *, is_masked: bool) -> None:
        for place in places if is_masked else ():
            fed = self._waiting[place]
            assert isinstance(fed.happened, WordsHeard)
            text = stand_in(fed.happened.text, mask=MASK)
            self._waiting[place] = replace(fed, happened=replace(fed.happened, text=text, words=()))


def _notes(acts: Sequence[TurnAct]) -> list[Note]:
    """The notes of what the party said or pressed."""
    return [act for act in acts if isinstance(act, Note) and act.utterance.role == "user"]


def _is_masked(note: Note) -> bool:
    return "***" in note.utterance.content


def _masked_acts(acts: Sequence[TurnAct]) -> tuple[TurnAct, ...]:
    notes = _notes(acts)
    secret_keys = any(note.utterance.dtmf and _is_masked(note) for note in notes)
    secret_words = any(not note.utterance.dtmf and _is_masked(note) for note in notes)
    masked: list[TurnAct] = []
    for act in acts:
        match act:
            case Render(text=text):
                masked.append(replace(act, text=_unsounded(text)))
            case Ask(heard=agent.Keys()) if secret_keys:
                masked.append(Ask(heard=agent.Keys(digits=MASK)))
            case Ask(heard=agent.Words() as words) if secret_words:
                masked.append(replace(act, heard=replace(words, text=MASK)))
            case _:
                masked.append(act)
    return tuple(masked)


# --- what the machine does not read -----------------------------------------------------------------------------------


def _without_surplus(happened: Happened) -> Happened:
    match happened:
        case Replied(acts=acts):
            return Replied(acts=tuple(act for one in acts for act in _read_by_the_machine(one)))
        case Answered(message=message) if message is not None:
            return replace(happened, message=_unsounded(message))
        case PartPlayed(words=words):
            return replace(happened, words=tuple(replace(word, text="") for word in words))
    return happened


def _read_by_the_machine(act: agent.Act) -> list[agent.Act]:
    match act:
        case agent.Say():
            return [_unsounded(act)]
        case agent.Expect(sensitive=True):
            return [replace(act, whole_keys=(), terminator=LAST_KEY)]
        case agent.Expect():
            return [act]
        case agent.HangUp():
            return [replace(act, outcome=None)]
    return []


def _unsounded(say: agent.Say) -> agent.Say:
    """The say without how its words sound where they are written otherwise: only their number counts."""
    spans = tuple(
        span
        if span.written == span.spoken
        else agent.Span(written=span.written, spoken=" ".join(_SOUND for _ in span.spoken.split()))
        for span in say.spans
    )
    return replace(say, spans=spans)

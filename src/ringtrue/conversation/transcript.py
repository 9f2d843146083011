"""The transcript of a call while it grows: what was heard, in the order in which it began to sound."""

from __future__ import annotations

from ringtrue.conversation.agent import Say
from ringtrue.conversation.spoken import SpokenSay
from ringtrue.conversation.turns import Line, Note, WordsHeard
from ringtrue.domain.utterance import Utterance, Word

MASK = "****"


class AgentUtterance:
    """One utterance of the agent: the says of a turn that sound as one stretch."""

    def __init__(self, index: int | None = None) -> None:
        self.index = index
        self.says: list[SpokenSay] = []
        self.is_closed = False
        self._noted: Utterance | None = None
        self._noted_for: tuple[int, bool] | None = None

    def add(self, say: Say) -> SpokenSay:
        """One more say, to be spoken after the others."""
        spoken = SpokenSay(say=say)
        self.says.append(spoken)
        return spoken

    def follow(self, line: Line) -> None:
        """Note where the line stands."""
        for say in self.says:
            say.follow(at=line.at, consumed=line.consumed)

    @property
    def is_interruptible(self) -> bool:
        """Whether the party may cut it short."""
        return all(say.say.interruptible for say in self.says)

    def has_begun(self, line: Line) -> bool:
        """Whether its first sample was sent."""
        return any(say.sent_samples(line.consumed) > 0 for say in self.says)

    @property
    def began_at(self) -> int | None:
        """Where its first sample was or will be sent; None before any was rendered."""
        begun = next((say for say in self.says if say.parts), None)
        return None if begun is None else begun.position(0)

    def is_sent(self, line: Line) -> bool:
        """Whether its last sample was sent."""
        return all(say.is_sent(line.consumed) for say in self.says)

    def left(self, line: Line) -> int | None:
        """Samples it still has to send; None before all of it was rendered."""
        if not all(say.is_rendered for say in self.says):
            return None
        return sum(say.samples - say.sent_samples(line.consumed) for say in self.says)

    def take_back(self, line: Line) -> int:
        """How many samples of a word that was cut short are to be sent again, from here; none of the first word: the utterance
        began where it began."""
        first = next((say for say in self.says if say.words), None)
        if first is None or first.sent_samples(line.consumed) < first.words[0].end:
            return 0
        back = max(say.into_word(line.consumed) for say in self.says)
        self.follow(Line(at=line.at, consumed=line.consumed - back))
        return back

    def note(self, line: Line, *, rate_hz: int) -> Note | None:
        """The utterance as it now reads, when that is news."""
        if self.index is None or not self.has_begun(line):
            return None
        news = (sum(say.heard(line.consumed) for say in self.says), self.is_closed)
        if news == self._noted_for:
            return None
        self._noted_for = news
        reads = self._reads(line, rate_hz)
        if reads == self._noted:
            return None
        self._noted = reads
        return Note(index=self.index, utterance=reads)

    def _reads(self, line: Line, rate_hz: int) -> Utterance:
        words: list[Word] = []
        for say in self.says:
            sent = say.sent_samples(line.consumed) if self.is_closed else say.samples  # of a word cut short the rest is silent
            for word in say.written[: say.heard(line.consumed)]:
                start, last = say.position(word.start), min(word.end, sent)
                end = say.position(last - 1) + 1 if last > word.start else start
                words.append(Word(word=word.text, start_ms=_ms(start, rate_hz), end_ms=_ms(end, rate_hz), timing=word.timing))
        begun = next(say for say in self.says if say.parts)
        start_ms = words[0].start_ms if words else _ms(begun.position(0), rate_hz)
        content = " ".join(word.word for word in words)
        generated = " ".join(word for say in self.says for word in say.say.written.split())
        return Utterance(
            role="agent",
            content=content,
            generated=generated,
            words=tuple(words),
            start_ms=start_ms,
            end_ms=max(words[-1].end_ms if words else start_ms, start_ms),
            interrupted=self.is_closed and len(content.split()) < len(generated.split()),
        )


def keys_note(index: int, text: str, *, first: int, last: int, rate_hz: int) -> Note:
    """Keys as an utterance of the party, from the first tone to the last."""
    start_ms, end_ms = _ms(first, rate_hz), _ms(last, rate_hz)
    word = Word(word=text, start_ms=start_ms, end_ms=end_ms, timing="measured")
    return Note(
        index=index,
        utterance=Utterance(
            role="user", content=text, generated=text, words=(word,), start_ms=start_ms, end_ms=end_ms, dtmf=True
        ),
    )


def words_note(index: int, heard: WordsHeard, *, sensitive: bool, rate_hz: int) -> Note:
    """What the party said; a sensitive answer is one masked word."""
    start_ms, end_ms = _ms(heard.start, rate_hz), _ms(heard.end, rate_hz)
    words = tuple(
        Word(word=one.text, start_ms=_ms(one.start, rate_hz), end_ms=_ms(one.end, rate_hz), timing="estimated")
        for one in heard.words
    )
    content = heard.text
    if sensitive:
        content = MASK
        words = (Word(word=MASK, start_ms=start_ms, end_ms=end_ms, timing="estimated"),)
    return Note(
        index=index,
        utterance=Utterance(role="user", content=content, generated=content, words=words, start_ms=start_ms, end_ms=end_ms),
    )


def _ms(position: int, rate_hz: int) -> int:
    return position * 1000 // rate_hz

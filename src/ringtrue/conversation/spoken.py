"""What of an utterance was heard: words as the transcript writes them, tied to the samples that were sent.

Theory. An utterance is made of says, a say of spans, and each span has a written and a spoken form. The voice tells where
its words lie in the audio of a say; a span owns as many of them as its spoken form has. Where written and spoken words
pair one to one a word's time is what the voice measured; else the span's stretch is shared out by the written characters
and marked estimated. Audio is handed to the leg in parts; each part remembers from which position it was sent, and gets a
further anchor whenever a hold or a skipped tick shifted the rest of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ringtrue.conversation.agent import Say, Span
from ringtrue.conversation.leg import Position
from ringtrue.conversation.speech import SpokenWord, Timing


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenWord:
    """One word of the transcript; `start` and `end` are samples from the first sample of its say's audio."""

    text: str
    start: int
    end: int
    timing: Timing


def written_words(spans: Sequence[Span], spoken: Sequence[SpokenWord]) -> tuple[WrittenWord, ...]:
    """The written words of the spans whose spoken words are all known, with their times."""
    words: list[WrittenWord] = []
    first = 0
    for span in spans:
        count = len(span.spoken.split())
        if first + count > len(spoken):
            break
        words.extend(_share(span.written.split(), spoken[first : first + count]))
        first += count
    return tuple(words)


def _share(written: Sequence[str], spoken: Sequence[SpokenWord]) -> list[WrittenWord]:
    if not written or not spoken:
        return []
    if len(written) == len(spoken):
        return [
            WrittenWord(text=text, start=word.start, end=word.end, timing=word.timing)
            for text, word in zip(written, spoken, strict=True)
        ]
    start, end = spoken[0].start, spoken[-1].end
    total = sum(len(text) for text in written)
    words = []
    done = 0
    for text in written:
        word_start = start + (end - start) * done // total
        done += len(text)
        words.append(WrittenWord(text=text, start=word_start, end=start + (end - start) * done // total, timing="estimated"))
    return words


def rest_of(say: Say, heard: int) -> Say:
    """The say from the beginning of the sentence in which its written word number `heard` lies.

    A span whose two forms differ (a date, an amount) is one piece: it is said whole again or not at all.
    """
    pieces = [piece for span in say.spans for piece in _pieces(span)]
    start = words = 0
    for number, piece in enumerate(pieces):
        if words > heard:
            break
        if number and pieces[number - 1].written.rstrip("\"')").endswith((".", "?", "!")):
            start = number
        words += len(piece.written.split())
    return replace(say, spans=tuple(pieces[start:]), fixed=say.fixed and start == 0)


def _pieces(span: Span) -> list[Span]:
    if span.written != span.spoken:
        return [span]
    return [Span(written=word, spoken=word) for word in span.written.split()]


@dataclass(kw_only=True, slots=True)
class _Part:
    """One stretch of audio in the leg's queue: where it begins in its say, in the queue, and on the line."""

    say_offset: int
    queue_offset: int
    samples: int
    anchors: list[tuple[int, int]]  # (samples into the part, position), in order


@dataclass(kw_only=True, slots=True)
class SpokenSay:
    """A say on its way to the party."""

    say: Say
    words: list[SpokenWord] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)
    is_rendered: bool = False
    written: tuple[WrittenWord, ...] = ()
    _middles: list[int] = field(default_factory=list)

    @property
    def samples(self) -> int:
        """Samples rendered so far."""
        return self.parts[-1].say_offset + self.parts[-1].samples if self.parts else 0

    def add(self, *, queue_offset: int, samples: int, start: Position, words: Sequence[SpokenWord], is_last: bool) -> None:
        """A part was handed to the leg, whose queue had taken `queue_offset` samples before; it will start at `start`."""
        part = _Part(say_offset=self.samples, queue_offset=queue_offset, samples=samples, anchors=[(0, start)])
        self.parts.append(part)
        self.words.extend(words)
        self.written = written_words(self.say.spans, self.words)
        self._middles = [(word.start + word.end) // 2 for word in self.written]
        self.is_rendered = self.is_rendered or is_last

    def follow(self, *, at: Position, consumed: int) -> None:
        """Note where the line stands: the queue has given `consumed` samples and the next one goes out at `at`.

        What has not begun is planned from here; what has begun gets an anchor where the line moved on without it.
        """
        for part in self.parts:
            into = consumed - part.queue_offset
            if into < 0:
                part.anchors = [(0, at - into)]
            elif into < part.samples and at != _position(part, into):
                if part.anchors[-1][0] == into:
                    part.anchors.pop()
                part.anchors.append((into, at))

    def sent_samples(self, consumed: int) -> int:
        """How many samples of this say were sent."""
        return sum(min(part.samples, max(0, consumed - part.queue_offset)) for part in self.parts)

    def position(self, offset: int) -> int:
        """Where on the line the sample at `offset` into the say was or will be sent."""
        for part in self.parts:
            if offset < part.say_offset + part.samples:
                return _position(part, max(0, offset - part.say_offset))
        last = self.parts[-1]
        return _position(last, offset - last.say_offset)

    def heard(self, consumed: int) -> int:
        """How many of the written words were heard: a word counts when its midpoint was sent."""
        sent = self.sent_samples(consumed)
        return len(self.written) if self.is_rendered and sent >= self.samples else bisect_left(self._middles, sent)

    def into_word(self, consumed: int) -> int:
        """How many samples of the word that is being said were sent; 0 between words."""
        sent = self.sent_samples(consumed)
        return next((sent - word.start for word in self.words if word.start < sent < word.end), 0)

    def is_sent(self, consumed: int) -> bool:
        """Whether every sample was sent."""
        return self.is_rendered and self.sent_samples(consumed) >= self.samples


def _position(part: _Part, into: int) -> int:
    base, position = next(anchor for anchor in reversed(part.anchors) if anchor[0] <= into)
    return position + into - base

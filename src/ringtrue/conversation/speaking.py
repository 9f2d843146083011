"""The agent's side of the turns: its says on their way to the party, and what the transcript reads of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ringtrue.conversation import agent
from ringtrue.conversation.spoken import rest_of
from ringtrue.conversation.transcript import AgentUtterance
from ringtrue.conversation.turns import Line, Note, PartPlayed, Render


class Speaking:
    """The utterances of one call. The says of one reply form one utterance; a disclosure stands alone.

    `indexes` gives the next place in the transcript. Speech is rendered ahead by one say.
    """

    def __init__(self, *, rate_hz: int, indexes: Iterator[int]) -> None:
        self._rate_hz = rate_hz
        self._indexes = indexes
        self._utterances: list[AgentUtterance] = []
        self._says: list[tuple[AgentUtterance, int]] = []  # every say, by its number: whose it is and where in it
        self._rendering: int | None = None
        self._next_render = 0
        self._is_disclosure_told = False
        self._cut: list[tuple[AgentUtterance, int]] = []  # what the last cut took away: a say and its words heard

    # --- what it is given -------------------------------------------------------------------------------------------

    def add(self, says: Sequence[agent.Say]) -> None:
        """The says of one reply."""
        joined: AgentUtterance | None = None
        for say in says:
            if joined is None or say.disclosure:
                joined = AgentUtterance()
                self._utterances.append(joined)
            self._says.append((joined, len(joined.says)))
            joined.add(say)
            joined = None if say.disclosure else joined

    def part_played(self, part: PartPlayed) -> None:
        """A part of a say was handed to the leg."""
        utterance, place = self._says[part.say]
        utterance.says[place].add(
            queue_offset=part.queue_offset, samples=part.samples, start=part.start, words=part.words, is_last=part.is_last
        )
        if part.is_last:
            self._rendering = None

    def follow(self, line: Line) -> None:
        """Note where the line stands; an utterance gets its place in the transcript when it begins to sound."""
        for utterance in self._utterances:
            if utterance.is_closed:
                continue
            utterance.follow(line)
            if utterance.index is None and utterance.has_begun(line):
                utterance.index = next(self._indexes)

    # --- what follows -----------------------------------------------------------------------------------------------

    def render_ahead(self, *, only_disclosure: bool) -> list[Render]:
        """The next say to be rendered, when none is; with `only_disclosure` everything else waits."""
        if self._rendering is not None or self._next_render >= len(self._says):
            return []
        utterance, place = self._says[self._next_render]
        say = utterance.says[place].say
        if only_disclosure and not say.disclosure:
            return []
        self._rendering = self._next_render
        self._next_render += 1
        return [Render(say=self._rendering, text=say)]

    def notes(self, line: Line) -> list[Note]:
        """What the transcript newly reads."""
        notes = []
        for utterance in self._utterances:
            if utterance.is_closed:
                continue
            utterance.is_closed = utterance.is_sent(line)
            note = utterance.note(line, rate_hz=self._rate_hz)
            notes += [note] if note else []
        return notes

    def current(self, line: Line) -> AgentUtterance | None:
        """The utterance that sounds or will sound next; None when all was sent."""
        return next((one for one in self._utterances if not one.is_closed and not one.is_sent(line)), None)

    def was_heard(self, line: Line, by: int) -> bool:
        """Whether what began at `by` may answer: nothing sounds, or something that may be interrupted had begun to."""
        current = self.current(line)
        if current is None:
            return True
        began_at = current.began_at
        return current.is_interruptible and current.has_begun(line) and began_at is not None and by >= began_at

    def is_silent(self, line: Line, *, only_disclosure: bool) -> bool:
        """Whether all that may be said was sent."""
        current = self.current(line)
        return current is None or (only_disclosure and not current.says[0].say.disclosure)

    def disclosure_heard(self, line: Line, *, is_final: bool) -> bool | None:
        """Whether the disclosure was heard in full: told once, when it ended or nothing more will be sent."""
        disclosure = next((one for one in self._utterances if one.says and one.says[0].say.disclosure), None)
        if self._is_disclosure_told or disclosure is None or not (is_final or disclosure.is_sent(line)):
            return None
        self._is_disclosure_told = True
        return disclosure.is_sent(line)

    # --- falling silent ---------------------------------------------------------------------------------------------

    def cut(self, line: Line) -> list[Note]:
        """Drop what waits; what sounds is cut where the leg stopped."""
        self._cut = []
        for utterance in self._utterances:
            if not utterance.is_closed:
                self._cut += [
                    (utterance, place)
                    for place, say in enumerate(utterance.says)
                    if not say.is_sent(line.consumed) and not say.say.disclosure
                ]
        notes = self.close(line)
        self._next_render = len(self._says)
        self._rendering = None
        return notes

    def close(self, line: Line) -> list[Note]:
        """End every utterance here."""
        notes = []
        for utterance in self._utterances:
            if utterance.is_closed:
                continue
            utterance.is_closed = True
            note = utterance.note(line, rate_hz=self._rate_hz)
            notes += [note] if note else []
        return notes

    def rest(self, line: Line) -> list[agent.Say]:
        """What the last cut took away, from the sentence in which it fell."""
        says = []
        for utterance, place in self._cut:
            spoken = utterance.says[place]
            says.append(rest_of(spoken.say, spoken.heard(line.consumed) if spoken.parts else 0))
        self._cut = []
        return says

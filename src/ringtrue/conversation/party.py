"""The party's side of the turns: its voice, and the words that were made of it."""

from __future__ import annotations

from dataclasses import dataclass

from ringtrue.conversation.policies.end_of_turn import NO_WORDS_MS, Kind, patience_ms
from ringtrue.conversation.turns import VoiceBegan, VoicePaused, WordsHeard


@dataclass(kw_only=True, slots=True)
class PartyVoice:
    """One stretch of the party's speech, pauses within it included, until it was taken. All in samples of the line.

    `index` is its place in the transcript, given when it began to sound; without words the place stays empty.
    """

    index: int = 0
    began: int | None = None
    paused_at: int | None = None
    words: WordsHeard | None = None
    _since: int | None = None
    _voiced: int = 0
    _longest: int = 0

    @property
    def is_on(self) -> bool:
        """Whether the party speaks now."""
        return self._since is not None

    @property
    def is_open(self) -> bool:
        """Whether something was said that was not taken yet."""
        return self.began is not None

    def voiced(self, at: int) -> int:
        """How long its voice sounded in all."""
        return self._voiced + self._running(at)

    def longest(self, at: int) -> int:
        """How long it sounded without a pause."""
        return max(self._longest, self._running(at))

    def _running(self, at: int) -> int:
        return 0 if self._since is None else max(0, at - self._since)

    def follow(self, happened: VoiceBegan | VoicePaused | WordsHeard) -> None:
        """Take what the ear told."""
        match happened:
            case VoiceBegan(began=began):
                self.start(int(began))
            case VoicePaused(ended=ended):
                self.pause(int(ended))
            case WordsHeard():
                self.hear(happened)

    def start(self, at: int) -> None:
        """It speaks (on): what was made of the stretch so far does not count, a later one covers it."""
        self.began = at if self.began is None else self.began
        self._since = at if self._since is None else self._since
        self.paused_at = self.words = None

    def pause(self, at: int) -> None:
        """It paused."""
        if self._since is None:
            return
        self._longest = max(self._longest, self._running(at))
        self._voiced += self._running(at)
        self._since, self.paused_at = None, at

    def hear(self, words: WordsHeard) -> None:
        """Words were made of the stretch up to its pause; those of an earlier pause come too late."""
        if self._since is None and self.paused_at is not None and int(words.end) >= self.paused_at:
            self.words = words

    def is_over(self, at: int, kind: Kind | None, *, ms: int) -> bool:
        """Whether the turn is over: quiet for as long as it takes, and it is known what was said."""
        if self.paused_at is None:
            return False
        quiet = at - self.paused_at
        if self.words is None:
            return quiet >= NO_WORDS_MS * ms
        return quiet >= patience_ms(kind, self.words.text, is_whole=self.words.is_whole) * ms

    def take(self) -> WordsHeard | None:
        """The words, None where there are none; the stretch is over."""
        words = self.words
        self.began = self.paused_at = self.words = self._since = None
        self._voiced = self._longest = 0
        return words if words is not None and words.text else None

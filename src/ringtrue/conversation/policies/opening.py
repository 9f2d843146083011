"""Opening: who answered, and what may be said before that is known.

On a call of ours a greeting is waited for; without one the agent begins after a second. Until a person was heard only the
disclosure is spoken. A person greets in one breath and waits; a machine speaks on or gives a tone. 4 s: answering machine
detectors take greetings above 1.5 to 3 s for machines (Asterisk AMD, `greeting`, `maximum_word_length`), but a front desk
that says its name and "how may I help you" needs nearly four.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

WAIT_FOR_HELLO_MS = 1000
AFTER_HELLO_MS = 500
PERSON_PAUSE_MS = 800
LONGEST_HELLO_MS = 4000
BEEP_WITHIN_MS = 60_000  # after which no mailbox is still speaking its greeting
NO_BEEP_MS = 3000  # silence after a greeting: a mailbox whose tone was missed
MOST_GREETING_MS = 90_000

_MAILBOX = re.compile(
    r"leave (?:me |us )?(?:a|your|the) (?:\w+ )?(?:message|name)|(?:after|at|following) the (?:\w+ )?(?:tone|beep)"
    r"|voice ?mail|mail ?box|answering (?:machine|service)|not available|unavailable"
    r"|(?:can't|cannot|can not|unable to) (?:\w+ )?(?:come to|take|answer)"
    r"|record your message|press (?:pound|hash|one|1) (?:for|to)|get back to you",
    re.IGNORECASE,
)

Answerer = Literal["unknown", "person", "machine"]


def is_mailbox(text: str) -> bool:
    """Whether these are words of an answering machine."""
    return _MAILBOX.search(text) is not None


@dataclass(kw_only=True, slots=True)
class Opening:
    """What is known of who answered. Positions in samples since the answer; `ms` makes samples of milliseconds."""

    answerer: Answerer = "unknown"
    has_begun: bool = False
    _greeting: int | None = None
    _is_message_due: bool = False
    _machine_since: int = 0

    def may_begin(self, at: int, *, ms: int, voice_on: bool, paused_at: int | None) -> bool:
        """Whether the agent may say its first words: nobody speaks, and a greeting had its chance."""
        if self.has_begun or voice_on:
            return False
        waited_from, wait = (0, WAIT_FOR_HELLO_MS) if paused_at is None else (paused_at, AFTER_HELLO_MS)
        self.has_begun = at - waited_from >= wait * ms
        return self.has_begun

    def voice(self, began: int | None, voiced_to: int | None, *, at: int, ms: int, voice_on: bool) -> None:
        """Judge the party's first stretch of voice by its length, pauses under a second included."""
        if self.answerer != "unknown" or began is None:
            return
        end = at if voice_on or voiced_to is None else voiced_to
        if end - began > LONGEST_HELLO_MS * ms:
            self._is_machine(at)

    def words(self, text: str, *, at: int) -> None:
        """The party's greeting in words, and that it waits."""
        if is_mailbox(text):
            if self.answerer != "machine":
                self._is_machine(at)
        elif text and self.answerer == "unknown":
            self.answerer = "person"

    def beep(self, at: int, *, ms: int) -> bool:
        """A tone; whether a message is due with it."""
        if at > BEEP_WITHIN_MS * ms and self.answerer != "machine":
            return False
        if self.answerer != "machine":
            self._is_machine(at)
        return self.answerer == "machine"

    def key(self) -> None:
        """Machines press no keys."""
        if self.answerer == "unknown":
            self.answerer = "person"

    def is_message_due(self, at: int, *, ms: int, voice_on: bool, paused_at: int | None) -> bool:
        """Whether the machine has stopped speaking for so long that it records without a tone."""
        if at - self._machine_since > MOST_GREETING_MS * ms:
            return True
        since = max(self._machine_since, paused_at or 0)
        return not voice_on and at - since >= NO_BEEP_MS * ms

    def _is_machine(self, at: int) -> None:
        self.answerer = "machine"
        self._machine_since = at

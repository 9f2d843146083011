"""What the agent will probably say is begun before it is asked for, and what it says is the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from ringtrue.conversation.agent import Say, Span
from ringtrue.conversation.rehearsal import Rehearsal
from ringtrue.conversation.speech import Begun, SpokenPart
from ringtrue.testing.conversing import Over, Talk, converse
from ringtrue.testing.ear import FakeEar
from ringtrue.testing.voice import FakeVoice


@dataclass(kw_only=True, slots=True)
class Rehearsed(FakeVoice):
    """Notes which texts were begun, dropped, and spoken after they were begun."""

    begun: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)

    def begin(self, text: str, *, voice: str, rate_hz: int, keep: bool = False, is_likely: bool = False) -> Begun:
        """Note it."""
        self.begun.append(text)
        return _Noted(self, text, FakeVoice.begin(self, text, voice=voice, rate_hz=rate_hz, keep=keep))

    @property
    def waiting(self) -> set[str]:
        """Begun, and neither dropped nor used."""
        return set(self.begun) - set(self.dropped) - set(self.used)


@dataclass(frozen=True)
class _Noted:
    voice: Rehearsed
    text: str
    begun: Begun

    def speak(self) -> AsyncIterator[SpokenPart]:
        self.voice.used.append(self.text)
        return self.begun.speak()

    def drop(self) -> None:
        self.voice.dropped.append(self.text)


def say(text: str) -> Say:
    """A say of that text."""
    return Say(spans=(Span(written=text, spoken=text),))


def rehearsal(voice: Rehearsed) -> Rehearsal:
    """With that voice."""
    return Rehearsal(voice, voice="joe", rate_hz=8000)


def test_a_say_is_begun_once_and_the_others_are_dropped() -> None:
    """What was foreseen twice is begun once; one is spoken, and nothing waits any more."""
    voice = Rehearsed()
    ahead = rehearsal(voice)

    ahead.foresee([say("One."), say("Two.")])
    ahead.foresee([say("Two."), say("Three.")])
    ahead.speak(say("Three."))

    assert voice.begun == ["One.", "Two.", "Three."]
    assert voice.used == ["Three."]
    assert sorted(voice.dropped) == ["One.", "Two."]


def test_what_was_not_foreseen_is_spoken_all_the_same() -> None:
    """A guess that was wrong costs nothing but itself."""
    voice = Rehearsed()
    ahead = rehearsal(voice)

    ahead.foresee([say("One.")])
    ahead.speak(say("Another."))

    assert (voice.used, voice.dropped) == ([], ["One."])


def test_few_are_begun_at_a_time() -> None:
    """No more than four wait, the newest among them, and text that is empty is none."""
    voice = Rehearsed()
    ahead = rehearsal(voice)

    ahead.foresee([say("A."), say(" "), say("B.")])
    ahead.foresee([say("C."), say("D.")])
    ahead.foresee([say("E.")])

    assert voice.begun == ["A.", "B.", "C.", "D.", "E."]
    assert len(voice.waiting) <= 4
    assert "E." in voice.waiting
    ahead.drop()
    assert voice.waiting == set()


def test_every_question_of_a_call_was_begun_while_the_party_answered() -> None:
    """Answers of a menu are foreseen before a word is said; nothing is left behind by the end."""
    voice, ear = Rehearsed(), FakeEar()

    over = answers(voice, ear, "Yes.", "Yes, I will be there.", "Yes.")

    assert [text.split()[:2] for text in voice.used] == [["You", "have"], ["You", "would"], ["Thank", "you."]]
    assert voice.waiting == set()
    assert over.end.outcome is not None
    assert over.end.outcome.step == "kept"


def test_a_reply_to_words_that_go_on_is_not_said() -> None:
    """The party says yes and goes on to no: the first was only rehearsed."""
    voice, ear = Rehearsed(), FakeEar()

    async def party(talk: Talk) -> None:
        await talk.until_asked()
        await ear.says("Yes, but", at=talk.leg.sent, samples=4000)
        begun = set(voice.begun)
        await ear.says("Yes, but no.", at=talk.leg.sent, samples=4000)
        await talk.until_asked()
        assert begun
        talk.leg.party_hangs_up()

    over = converse(party, voice=voice, ear=ear)

    assert "You have an appointment" not in over.text
    assert voice.waiting == set()


def answers(voice: FakeVoice, ear: FakeEar, *texts: str) -> Over:
    """The conversation of a party that says these in turn."""

    async def party(talk: Talk) -> None:
        for text in texts:
            await talk.until_asked()
            await ear.says(text, at=talk.leg.sent, samples=4000)

    return converse(party, voice=voice, ear=ear)

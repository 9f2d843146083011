"""A conversation on a leg, with a voice and a party, on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest

from ringtrue.agents.files import agent_for
from ringtrue.conversation import leg as legs
from ringtrue.conversation.agent import Outcome
from ringtrue.conversation.run import Evidence
from ringtrue.conversation.speech import SpokenPart
from ringtrue.conversation.turns import Note
from ringtrue.domain.disposition import Disposition
from ringtrue.testing.clock import START
from ringtrue.testing.conversing import Party, Talk, converse
from ringtrue.testing.voice import FakeVoice


def presses(keys: str) -> Party:
    """A party that hears each prompt out and presses the next key."""

    async def party(talk: Talk) -> None:
        for key in keys:
            await talk.until_asked()
            talk.leg.press(key)
        await asyncio.sleep(600)

    return party


async def silent(talk: Talk) -> None:
    """A party that does nothing."""
    await asyncio.sleep(600)


@pytest.mark.parametrize(
    ("keys", "step", "outcome", "new_time"),
    [("111", "kept", "kept", None), ("12111", "moved", "moved", "2027-03-05T09:00"), ("2", "wrong_person", "wrong_person", None)],
)
def test_a_party_that_presses_its_way_reaches_that_end(keys: str, step: str, outcome: str, new_time: str | None) -> None:
    """The agent hangs up, and its outcome is what was pressed."""
    over = converse(presses(keys))

    assert over.ended.disposition is Disposition.AGENT_HANGUP
    assert over.talk.leg.hang_ups == [Disposition.AGENT_HANGUP]
    assert over.end.outcome == Outcome(
        step=step, successful=step != "wrong_person", fields={"outcome": outcome, "new_time": new_time}
    )
    assert [one.content for one in over.talk.transcript if one.dtmf] == [f"[keys {key}]" for key in keys]
    assert not any(one.interrupted for one in over.talk.transcript)


def test_each_field_has_the_keys_that_filled_it_as_evidence() -> None:
    """The value, and what the party pressed for it."""
    over = converse(presses("12111"))

    assert over.end.evidence == {
        "new_time": Evidence(value="2027-03-05T09:00", evidence="[keys 1]"),
        "outcome": Evidence(value="moved", evidence="[keys 1]"),
    }


def test_the_first_words_are_the_disclosure_in_the_right_voice() -> None:
    """Fixed text may be cached, text with call data never."""
    over = converse(presses("2"))

    first, second = over.talk.voice.requests[:2]
    assert (first.text, first.voice, first.keep) == (
        "Hello, this is the automated assistant of Bright Clinic. This call is recorded.",
        "joe",
        True,
    )
    assert (second.text, second.keep) == ("Am I speaking with Anna?", False)


def test_the_party_hears_exactly_what_the_transcript_says() -> None:
    """As much sound as the words that were heard last, and silence everywhere else."""
    over = converse(presses("2"))

    pcm = np.concatenate(over.talk.leg.heard_by_party)
    for one in over.talk.transcript:
        if one.role == "agent":
            first, last = one.words[0].start_ms * 8, one.words[-1].end_ms * 8
            assert np.all(pcm[first:last] != 0)
    spoken = sum(word.end_ms - word.start_ms for one in over.talk.transcript for word in one.words if one.role == "agent")
    assert np.count_nonzero(pcm) == spoken * 8


def test_a_silent_party_is_prompted_and_left() -> None:
    """Twice, then the call ends with `inactivity`."""
    over = converse(silent)

    assert over.ended.disposition is Disposition.INACTIVITY
    assert over.text.count("Are you still there?") == 2
    assert over.end.outcome == Outcome(step="who", successful=False, fields={"outcome": None, "new_time": None})


def test_a_key_in_mid_prompt_silences_the_line_at_once() -> None:
    """The party hears the next prompt only, and the transcript ends where the sound did."""

    async def party(talk: Talk) -> None:
        await asyncio.sleep(5.7)
        talk.leg.press("2")
        await asyncio.sleep(600)

    over = converse(party)

    cut, keys, goodbye = over.talk.transcript[1:]
    assert cut.interrupted
    assert cut.generated.startswith(cut.content)
    assert (keys.content, goodbye.content) == ("[keys 2]", "Sorry to have bothered you. Goodbye.")
    pcm = np.concatenate(over.talk.leg.heard_by_party)
    assert not pcm[(keys.start_ms + 20) * 8 : goodbye.start_ms * 8].any()


def test_hanging_up_mid_sentence_leaves_no_word_that_was_not_sent() -> None:
    """The last word's midpoint lies before the end of the line."""

    async def party(talk: Talk) -> None:
        await asyncio.sleep(5.7)
        talk.leg.party_hangs_up()

    over = converse(party)

    assert over.ended.disposition is Disposition.USER_HANGUP
    last = over.talk.transcript[-1]
    assert last.interrupted
    assert (last.words[-1].start_ms + last.words[-1].end_ms) * 8 // 2 < int(over.ended.at)
    assert over.end.outcome is not None
    assert not over.end.outcome.successful


def test_a_voice_that_fails_ends_the_call() -> None:
    """With `error_tts`, in the middle of what was rendered before."""
    over = converse(silent, voice=FakeVoice(fail_at=1))

    assert over.ended.disposition is Disposition.ERROR_TTS
    (disclosure,) = over.talk.transcript
    assert disclosure.interrupted
    assert 0 < len(disclosure.content) < len(disclosure.generated)


def test_a_speech_process_that_dies_ends_the_call() -> None:
    """At once, even while nobody speaks."""

    async def party(talk: Talk) -> None:
        await talk.until_asked()
        talk.conversation.voice_lost()
        talk.conversation.voice_lost()

    over = converse(party)

    assert over.ended.disposition is Disposition.ERROR_TTS


def test_a_hold_is_waited_out() -> None:
    """Twenty seconds on hold in mid-question, and the call goes on where it stood."""

    async def party(talk: Talk) -> None:
        await asyncio.sleep(5.5)
        talk.leg.hold()
        await asyncio.sleep(20)
        talk.leg.resume()
        await talk.until_asked()
        talk.leg.press("2")
        await asyncio.sleep(600)

    over = converse(party)

    assert over.ended.disposition is Disposition.AGENT_HANGUP
    assert "Are you still there?" not in over.text
    question = over.talk.transcript[1]
    assert question.end_ms - question.start_ms > 20_000
    assert question.content == question.generated


def test_a_part_that_was_rendered_for_a_cut_prompt_is_not_played() -> None:
    """It came out of the voice just when the key was pressed."""

    class Racing(FakeVoice):
        talk: Talk | None = None
        pressed_at = 0

        async def speak(self, text: str, *, voice: str, rate_hz: int, keep: bool = False) -> AsyncIterator[SpokenPart]:
            async for part in FakeVoice.speak(self, text, voice=voice, rate_hz=rate_hz, keep=keep):
                if self.talk is not None and text.startswith("You have an appointment") and part.words[0].start > 0:
                    self.pressed_at = int(self.talk.leg.sent)
                    self.talk.conversation.hear(legs.Digit(at=self.talk.leg.sent, digit="0"))
                    self.talk = None
                yield part

    voice = Racing()

    async def party(talk: Talk) -> None:
        await talk.until_asked()
        voice.talk = talk
        talk.leg.press("1")
        await asyncio.sleep(600)

    over = converse(party, voice=voice)

    goodbye = over.talk.transcript[-1]
    pcm = np.concatenate(over.talk.leg.heard_by_party)
    assert goodbye.content == "We will call you back today. Goodbye."
    assert 0 < voice.pressed_at < goodbye.start_ms * 8
    assert not pcm[voice.pressed_at : goodbye.start_ms * 8].any()


def test_the_transcript_grows_while_the_agent_speaks() -> None:
    """The first note of an utterance comes within 500 ms of its first sample."""
    over = converse(presses("2"))

    firsts: dict[int, tuple[int, Note]] = {}
    for at, note in over.talk.notes:
        firsts.setdefault(note.index, (at, note))
    for at, note in firsts.values():
        if note.utterance.role == "agent":
            assert at // 8 - note.utterance.start_ms <= 500


def test_keys_after_the_end_are_harmless() -> None:
    """The leg is gone, and so is the conversation."""

    async def party(talk: Talk) -> None:
        await talk.until_asked()
        talk.leg.party_hangs_up()
        talk.conversation.gone(talk.leg.sent)
        talk.conversation.hear(legs.Digit(at=talk.leg.sent, digit="1"))

    over = converse(party)

    assert over.end.outcome == Outcome(step="who", successful=False, fields={"outcome": None, "new_time": None})


def test_empty_text_does_not_stop_the_turn() -> None:
    """A variable that is empty leaves nothing to say, and the rest is said."""
    yaml = """\
name: short
language: en-US
timezone: America/New_York
variables:
  note: {type: string, default: ""}
agent:
  type: script
  start: a
  steps:
    a: {say: "{{ note }}", next: b}
    b: {say: "Goodbye.", end: {successful: true}}
"""
    over = converse(silent, agent=agent_for(yaml, "{}", None, START))

    assert over.ended.disposition is Disposition.AGENT_HANGUP
    assert over.text == "Agent: Goodbye."

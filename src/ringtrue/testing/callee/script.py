"""What a speaking callee does to what it hears: which answer, in which words, by its seed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ringtrue.testing.callee.matching import Answers
from ringtrue.testing.callee.traits import Chance, Reply, Traits
from ringtrue.testing.callee.wording import hesitant

Kind = Literal["greeting", "answer", "barge_in", "backchannel", "voicemail", "beep", "music"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """Something to do: a text to say, a file to play, or keys to press."""

    text: str = ""
    audio: Path | None = None
    keys: str = ""


class Script:
    """The acts of one call."""

    def __init__(self, traits: Traits, chance: Chance) -> None:
        self._traits = traits
        self._chance = chance
        self._answers = Answers(traits.answers)
        self._is_off_topic_said = not traits.off_topic
        self._otherwise_said = 0

    @property
    def greeting(self) -> str:
        """What is said after answering, "" for nothing."""
        return self._variant(self._traits.greeting, "greeting", 0)

    def fits(self, heard: str) -> bool:
        """Whether there is an answer to that."""
        return self._answers.match(heard) is not None

    def reply(self, heard: str) -> Act | None:
        """What is answered to that. None where nothing fits."""
        place = self._answers.match(heard)
        if place is None:
            return None
        if not self._is_off_topic_said:
            self._is_off_topic_said = True
            return Act(text=self._variant(self._traits.off_topic, "off topic", 0))
        return self._act(self._traits.answers[place].reply, f"answer {place}", self._answers.give(place))

    def otherwise(self) -> Act | None:
        """What is answered where nothing fits."""
        if self._traits.otherwise is None:
            return None
        self._otherwise_said += 1
        return self._act(self._traits.otherwise, "otherwise", self._otherwise_said - 1)

    def barge_in(self, count: int) -> str:
        """What is said into the agent's speech, the `count`-th time from 0."""
        assert self._traits.barge_in is not None
        return self._variant(self._traits.barge_in.say, "barge in", count)

    def backchannel(self, count: int) -> str:
        """The `count`-th small sound from 0."""
        assert self._traits.backchannel is not None
        return self._variant(self._traits.backchannel.say, "backchannel", count)

    def first_texts(self) -> list[str]:
        """What it is likely to say, to be rendered ahead: each thing the first time."""
        traits = self._traits
        texts = [self.greeting, self._variant(traits.off_topic, "off topic", 0)]
        texts += [self._act(answer.reply, f"answer {place}", 0).text for place, answer in enumerate(traits.answers)]
        if traits.otherwise is not None:
            texts.append(self._act(traits.otherwise, "otherwise", 0).text)
        if traits.barge_in is not None:
            texts += [self.barge_in(count) for count in range(traits.barge_in.times)]
        if traits.backchannel is not None:
            texts += traits.backchannel.say
        if traits.voicemail is not None:
            texts.append(traits.voicemail.greeting)
        return [text for text in dict.fromkeys(texts) if text]

    def _act(self, reply: Reply, purpose: str, count: int) -> Act:
        if reply.keys:
            return Act(keys=reply.keys)
        if reply.audio:
            return Act(audio=self._chance.order(reply.audio, purpose)[count % len(reply.audio)])
        text = self._variant(reply.say, purpose, count)
        if self._traits.hesitate is not None:
            text = hesitant(text, self._traits.hesitate, Chance(self._chance.seed).stream(f"hesitate {purpose} {count}"))
        return Act(text=text)

    def _variant(self, variants: Sequence[str], purpose: str, count: int) -> str:
        """The wordings in an order of the persona's own, so that what is said again is said in other words."""
        return self._chance.order(variants, purpose)[count % len(variants)] if variants else ""

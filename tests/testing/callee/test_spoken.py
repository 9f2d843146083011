"""A callee that speaks, with an agent whose prompts are noise and ears that are told what was said, on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ringtrue.conversation.leg import Pcm
from ringtrue.testing.callee.sound import Listener, Tapes, murmur
from ringtrue.testing.callee.spoken import Hearing, SpokenCall
from ringtrue.testing.callee.tell import Tell
from ringtrue.testing.callee.traits import (
    Answer,
    Backchannel,
    BargeIn,
    Chance,
    HangUp,
    Hesitation,
    LineTraits,
    Range,
    Reply,
    Speaker,
    Traits,
    Voicemail,
)
from ringtrue.testing.clock import START, LoopClock, run_virtual
from ringtrue.testing.leg import FakeLeg

RATE = 8000
PAUSE = 0.7
TRAITS = Traits(
    voices=(Speaker(engine="flite", name="slt"),),
    speed=Range(low=1, high=1),
    pitch=Range(low=0, high=0),
    level_db=Range(low=0, high=0),
    pause=Range(low=PAUSE, high=PAUSE),
    answers=(
        Answer(to="Will you come", reply=Reply(say=("I will.",))),
        Answer(to="Is that right", reply=Reply(keys="1")),
    ),
)


class Mouth:
    """Every text lasts a second."""

    rms = 2000.0

    async def pcm(self, text: str) -> Pcm:
        """A murmur."""
        return murmur(len(text), 1.0)


class Ears:
    """They hear what the agent of the test says."""

    def __init__(self) -> None:
        self.text = ""

    async def written(self, pcm: Pcm, rate_hz: int) -> str:
        """It takes a while."""
        text = self.text
        await asyncio.sleep(0.2)
        return text


class Call:
    """A call in progress, as the agent sees it."""

    def __init__(self, traits: Traits) -> None:
        self.leg = FakeLeg()
        self.ears = Ears()
        self.events: list[dict[str, Any]] = []
        tapes, listener = Tapes(), Listener()
        self.leg.add_tap(tapes)
        self.leg.add_tap(listener)
        self.spoken = SpokenCall(
            traits,
            Chance(1),
            Mouth(),  # type: ignore[arg-type]  # all that is asked of a mouth
            leg=self.leg,
            hearing=Hearing(tape=tapes.heard_tape, listener=listener, ears=self.ears),
            clock=LoopClock(),
            tell=Tell(say=self.events.append, number=1),
        )

    async def says(self, text: str, seconds: float = 2.0) -> int:
        """The agent says this; where it ended."""
        for word in range(1, int(seconds / 0.02) + 1):
            self.ears.text = text
            self.leg.say(murmur(word, 0.02) // 2 + 1500)
            await asyncio.sleep(0.02)
        return int(self.leg.sent)

    def happened(self, *names: str) -> list[tuple[Any, ...]]:
        """What was told, in short."""
        events = [one for one in self.events if one["event"] in names]
        return [tuple(one.get(field) for field in ("kind", "text", "digits") if one.get(field) is not None) for one in events]

    def began(self, number: int = 0) -> float:
        """Where something was said, in seconds."""
        return float([one for one in self.events if one["event"] == "said"][number]["at_samples"]) / RATE


def call(agent: Callable[[Call], Awaitable[None]], **traits: Any) -> Call:
    """The call once the agent is through with it."""

    async def run() -> Call:
        one = Call(replace(TRAITS, **traits))
        one.leg.answer(START)
        speaking = asyncio.create_task(one.spoken.run())
        await asyncio.sleep(0.6)
        await agent(one)
        await asyncio.sleep(0)
        speaking.cancel()
        await asyncio.wait([speaking])
        one.spoken.close()
        assert one.leg._line is not None
        one.leg._line.cancel()
        if not speaking.cancelled() and (error := speaking.exception()) is not None:
            raise error
        return one

    return run_virtual(run())


def says(*prompts: str, wait: float = 4.0) -> Callable[[Call], Awaitable[None]]:
    """An agent that says these with so much silence after each."""

    async def agent(one: Call) -> None:
        for prompt in prompts:
            await one.says(prompt)
            await asyncio.sleep(wait)

    return agent


def test_it_answers_by_what_it_was_asked() -> None:
    """With words or keys; what was heard is told beside what was done."""
    done = call(says("You have an appointment. Will you come?", "You keep it. Is that right?"))

    assert done.happened("heard", "said", "pressed") == [
        ("You have an appointment. Will you come?",),
        ("answer", "I will."),
        ("You keep it. Is that right?",),
        ("1",),
    ]


def test_it_begins_its_pause_after_the_end_of_the_prompt() -> None:
    """Recognising takes none of it; two blocks and a look at the line are what may come on top."""
    ends: list[int] = []

    async def agent(one: Call) -> None:
        ends.append(await one.says("Will you come?"))
        await asyncio.sleep(3)

    done = call(agent)

    assert 0 <= done.began() - ends[0] / RATE - PAUSE <= 0.08


def test_what_goes_on_within_the_pause_had_not_ended() -> None:
    """The answer comes after the last part, once."""

    async def agent(one: Call) -> None:
        await one.says("Will you come?", 1.0)
        await asyncio.sleep(PAUSE - 0.15)
        await one.says("Will you come? Is that right?", 1.0)
        await asyncio.sleep(3)

    assert call(agent).happened("said", "pressed") == [("1",)]


def test_what_asks_nothing_it_lets_pass() -> None:
    """Unless it has something to say otherwise, and then with more patience."""
    prompt = "This call is recorded."

    assert call(says(prompt)).happened("said") == []
    pardon = call(says(prompt), otherwise=Reply(say=("Pardon?",)))
    assert pardon.happened("said") == [("answer", "Pardon?")]
    assert pardon.began() > 2.6 + PAUSE + 1


def test_it_speaks_into_the_prompt_it_is_meant_to_interrupt() -> None:
    """After so many seconds of that prompt, and as often as was said."""
    barge = BargeIn(after=Range(low=1.0, high=1.0), say=("Yes, yes.",), to="an appointment", times=1)
    starts: list[float] = []

    async def agent(one: Call) -> None:
        await one.says("This call is recorded.")
        await asyncio.sleep(4)
        for _ in range(2):
            starts.append(int(one.leg.sent) / RATE)
            await one.says("You have an appointment.", 3.0)
            await asyncio.sleep(4)

    done = call(agent, barge_in=barge)

    assert done.happened("said") == [("barge_in", "Yes, yes.")]
    assert 1.0 <= done.began() - starts[0] < 2.0


def test_murmurs_take_no_turn() -> None:
    """Small sounds while the agent speaks, and then the answer all the same."""
    murmurs = Backchannel(every=Range(low=1.5, high=1.5), say=("uh-huh",))

    done = call(says("Will you come?"), backchannel=murmurs)

    assert done.happened("said") == [("backchannel", "uh-huh"), ("answer", "I will.")]
    assert done.began() < 2.6


def test_what_the_agent_begins_while_it_speaks_is_the_next_prompt() -> None:
    """An agent that takes a pause within an answer for its end is not lost."""

    async def agent(one: Call) -> None:
        await one.says("Will you come?")
        await asyncio.sleep(PAUSE + 0.8)
        await one.says("Is that right?", 0.6)
        await asyncio.sleep(4)

    assert call(agent, hesitate=Hesitation(fillers=("um",), pause=Range(low=0, high=0), share=0)).happened("pressed") == [("1",)]


def test_it_hangs_up_once_it_heard_enough() -> None:
    """In the middle of a prompt, after so many words of it."""

    starts: list[int] = []

    async def agent(one: Call) -> None:
        starts.append(int(one.leg.sent))
        while not one.leg.hang_ups:
            await one.says("This call is recorded.", 0.1)

    done = call(agent, hang_up=HangUp(after_words=5))

    assert len(done.leg.hang_ups) == 1
    assert 5 * 0.36 <= (int(done.leg.sent) - starts[0]) / RATE < 5 * 0.36 + 0.3


def test_it_hangs_up_after_its_answer() -> None:
    """Once that was said to its end."""
    done = call(says("Will you come?"), hang_up=HangUp(after_answers=1))

    assert done.happened("said") == [("answer", "I will.")]
    assert len(done.leg.hang_ups) == 1


def test_a_machine_greets_and_beeps_and_hangs_up_in_the_end() -> None:
    """Whatever the agent says."""
    machine = Voicemail(greeting="You have reached Anna.", beep_hz=1000, beep_ms=400, seconds=3)

    done = call(says("Will you come?"), answers=(), voicemail=machine)

    said = [one for one in done.events if one["event"] == "said"]
    assert [one["kind"] for one in said] == ["voicemail", "beep"]
    tone = np.concatenate(done.leg.heard_by_party)[said[1]["at_samples"] : said[1]["end_samples"]].astype(float)
    assert len(tone) == 0.4 * RATE
    assert int(np.argmax(np.abs(np.fft.rfft(tone)))) * RATE / len(tone) == 1000
    assert len(done.leg.hang_ups) == 1


def test_music_plays_on_whatever_is_said() -> None:
    """Without a pause."""
    done = call(says("Will you come?", wait=25), answers=(), hold_music=True)

    out = np.concatenate(done.leg.heard_by_party).astype(float)[RATE:]
    loud = [float(np.abs(out[at : at + RATE]).max()) for at in range(0, len(out) - RATE, RATE)]
    assert min(loud) > 1000


def test_one_who_only_echoes_says_nothing_of_its_own() -> None:
    """What goes out while the agent speaks is the agent's sound, weaker."""
    done = call(says("This call is recorded."), line=LineTraits(echo_db=-20))

    out: Sequence[float] = np.concatenate(done.leg.heard_by_party)
    assert done.happened("said") == []
    assert 100 < int(np.abs(out).max()) < 1200


def test_a_long_prompt_is_listened_to_once_more_at_its_end() -> None:
    """A recogniser may lose the last sentence of a long text; the end alone it writes."""

    class Forgetful(Ears):
        async def written(self, pcm: Pcm, rate_hz: int) -> str:
            text = await super().written(pcm, rate_hz)
            return text if len(pcm) < 3 * rate_hz else text.removesuffix("Will you come?")

    async def agent(one: Call) -> None:
        one.spoken._ears = Forgetful()
        one.ears = one.spoken._ears  # type: ignore[assignment]  # what the test tells it
        await one.says("Your appointment is on Thursday. Will you come?", 4.0)
        await asyncio.sleep(3)

    assert call(agent).happened("said") == [("answer", "I will.")]

"""Calls that ask for a secret, and their logs of turns as they are kept."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.conversation import agent, turn_log, turns
from ringtrue.conversation.agent import Act, Expect, Fill, HangUp, Input, Outcome, Say, Settled, Span, State
from ringtrue.conversation.machine import TurnMachine
from ringtrue.conversation.turn_masking import Fed
from ringtrue.testing.agents import PlainAgent
from ringtrue.testing.turns import BlockTalk

SECRET = "4711"
WORDS = "it is four seven eleven"
PIN = Expect(kind="digits", max_digits=9, terminator="#", sensitive=True)
HEARS = turns.Answered(hears=True)


class Asking(PlainAgent):
    """Asks each question once, reads the answer back without writing it, and says goodbye."""

    def __init__(self, *expects: Expect) -> None:
        self._expects = expects

    def reply(self, state: State | None, heard: Input) -> Sequence[Act]:
        """The acts that follow."""
        asked = len(state["answers"]) if state and isinstance(state["answers"], list) else 0
        answers: list[agent.Json] = list(state["answers"]) if state and isinstance(state["answers"], list) else []
        match heard:
            case agent.Began():
                return [_say("What is it?"), self._expects[0], Settled(state={"answers": []})]
            case agent.Words(text=text) | agent.Keys(digits=text):
                answers.append(text)
                told = [Fill(field="pin", value=text, evidence=text), _say("Thanks, it is", "****", spoken=text)]
                if asked + 1 < len(self._expects):
                    return [*told, self._expects[asked + 1], Settled(state={"answers": answers})]
                outcome = Outcome(step="end", successful=True, fields={"pin": text})
                return [*told, HangUp(outcome=outcome), Settled(state={"answers": answers})]
            case agent.Silence(count=3):
                return [HangUp(outcome=None, reason="inactivity"), Settled(state=state or {})]
            case agent.Silence():
                return [_say("Still there?"), self._expects[min(asked, len(self._expects) - 1)], Settled(state=state or {})]
        return [Settled(state=state or {"answers": []})]

    def is_whole(self, state: State | None, text: str) -> bool:
        """Never surely."""
        return False


def _say(text: str, written: str | None = None, *, spoken: str = "") -> Say:
    plain = Span(written=text, spoken=text)
    return Say(spans=(plain,) if written is None else (plain, Span(written=written, spoken=" ".join(spoken))))


def feeds(talk: BlockTalk) -> list[Fed]:
    """Everything that went into the talk's machine, with what came out."""
    machine = TurnMachine(rate_hz=talk.rate_hz)
    return [Fed(line=line, happened=one, acts=tuple(machine.feed(line, one))) for line, one in talk.log]


def kept(talk: BlockTalk) -> str:
    """Its log as it is kept."""
    lines = [turn_log.head(talk.rate_hz), *(turn_log.line(one) for one in turn_log.masked(feeds(talk)))]
    return "".join(f"{line}\n" for line in lines)


def check(talk: BlockTalk) -> str:
    """The kept log, once it has replayed to the acts and the transcript of the talk."""
    text = kept(talk)
    log = turn_log.parse(text)
    again = turn_log.replay(log.fed, rate_hz=log.rate_hz)
    assert turn_log.first_difference(log.fed, again.fed) is None
    assert again.transcript == talk.transcript
    return text

"""A log of turns is kept without secrets, read back, and replayed to the same acts and transcript."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrue.conversation import agent, turn_log, turns
from ringtrue.conversation.agent import Act, Expect, Fill, HangUp, Input, Outcome, Say, Settled, Span, State
from ringtrue.conversation.machine import TurnMachine
from ringtrue.conversation.speech import Reading
from ringtrue.conversation.turn_codec import TurnLogInvalid
from ringtrue.conversation.turn_masking import Fed, Masking
from ringtrue.testing.turns import BlockTalk

SECRET = "4711"
WORDS = "it is four seven eleven"
PIN = Expect(kind="digits", max_digits=9, terminator="#", sensitive=True)
HEARS = turns.Answered(hears=True)


class Asking:
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

    def preferred(self, state: State | None, readings: Sequence[Reading]) -> int:
        """The likeliest."""
        return 0

    def foreseen(self, state: State | None) -> Sequence[Say]:
        """Nothing."""
        return ()

    def outcome(self, state: State | None) -> Outcome | None:
        """Nothing to claim."""
        return None


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


# --- replay -----------------------------------------------------------------------------------------------------------


def test_a_call_replays(talk: BlockTalk) -> None:
    """The shipped example by keys, to its end."""
    talk.until_asked()
    talk.press("1")
    talk.until_asked()
    talk.press("1")
    talk.until_over()
    talk.leave()

    check(talk)


def test_what_the_agent_keeps_to_itself_is_not_in_the_log() -> None:
    """State, outcome, evidence, and how a word sounds that is written otherwise."""
    talk = BlockTalk(Asking(PIN))
    talk.until_asked()
    talk.press(f"{SECRET}#")
    talk.until_over()
    talk.leave()

    text = check(talk)

    assert "****" in text
    for secret in (SECRET, " ".join(SECRET), '"4"', '"7"', "answers", "Fill", "successful"):
        assert secret not in text


@pytest.mark.parametrize(
    "expect",
    [
        PIN,
        replace(PIN, terminator=None, max_digits=4),
        replace(PIN, terminator=None),  # ended by a pause
        replace(PIN, terminator=None, whole_keys=("47", SECRET)),
    ],
)
def test_masked_keys_end_their_answer_where_the_keys_did(expect: Expect) -> None:
    """By the terminator, the number of digits, a pause, or a whole answer."""
    talk = BlockTalk(Asking(expect, replace(expect, sensitive=False)))
    talk.until_asked()
    talk.press(SECRET + ("#" if expect.terminator else ""))
    talk.pass_ms(4000)
    talk.until_asked()
    talk.press("12")
    talk.pass_ms(4000)
    talk.leave()

    text = check(talk)

    assert not any(f'"digit":"{key}"' in text for key in "47")
    assert text.count('"digit":"1"') == 1


def test_keys_of_a_plain_question_stay() -> None:
    """The transcript has them too."""
    talk = BlockTalk(Asking(replace(PIN, sensitive=False)))
    talk.until_asked()
    talk.press(f"{SECRET}#")
    talk.leave()

    assert '"digit":"7"' in check(talk)


def test_masked_words_are_taken_where_the_words_were() -> None:
    """The answer to a sensitive question is in neither; what was said before is in both."""
    talk = BlockTalk(Asking(replace(PIN, kind="text", sensitive=False), PIN), answered=HEARS)
    talk.until_asked()
    talk.says("my name is Anna", then_ms=2000)
    talk.until_asked()
    talk.says(WORDS, then_ms=2000)
    talk.leave()

    text = check(talk)

    assert "Anna" in text
    assert "seven" not in text and "eleven" not in text


def test_a_masked_sign_of_listening_stays_one() -> None:
    """Else a replay would be interrupted by it."""
    talk = BlockTalk(Asking(PIN), answered=HEARS)
    talk.pass_ms(2100)
    talk.until_asked()
    talk.says("okay", ms=300, then_ms=3000)
    talk.leave()

    assert "okay" not in check(talk)


def test_words_that_reached_no_transcript_are_masked_after_a_sensitive_question() -> None:
    """Half an answer that was superseded is a secret as well."""
    talk = BlockTalk(Asking(PIN), answered=HEARS)
    talk.until_asked()
    talk.says("my pin is four", then_ms=600)
    talk.says("seven eleven", then_ms=200)
    talk.leave()

    text = check(talk)

    assert "four" not in text and "seven" not in text


def test_a_log_that_ends_in_the_middle_is_masked_too() -> None:
    """The worker died before it was known what the keys are."""
    talk = BlockTalk(Asking(PIN))
    talk.until_asked()
    talk.press("47")

    text = kept(talk)

    assert text.count('"digit":"•"'.encode("ascii", "backslashreplace").decode()) == 2
    assert '"digit":"4"' not in text


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that nobody takes do not hold the log back for ever."""
    monkeypatch.setattr("ringtrue.conversation.turn_masking._MOST_WAITING", 3)
    masking = Masking()
    words = turns.WordsHeard(start=0, end=1, text="hm", confidence=1.0)  # type: ignore[arg-type]
    line = turns.Line(at=0, consumed=0)  # type: ignore[arg-type]
    fed = [Fed(line=line, happened=one, acts=()) for one in (words, turns.Tick(), turns.Tick(), turns.Tick())]

    told = [masking.take(one) for one in fed]

    assert told == [[], [], [], fed]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("press"), st.sampled_from(["4", "7", "47", "4711#", "#"])),
        st.tuples(st.just("say"), st.sampled_from([WORDS, "okay", "uh-huh", "", "yes seven", "eleven"])),
        st.tuples(st.just("wait"), st.integers(min_value=1, max_value=400).map(str)),
        st.tuples(st.sampled_from(["hold", "resume", "asked"]), st.just("")),
    ),
    max_size=12,
)


@settings(max_examples=60)
@given(steps=STEPS, sensitive=st.booleans(), hears=st.booleans(), leaves=st.booleans())
def test_whatever_the_party_does_the_log_replays_and_keeps_its_secrets(
    steps: list[tuple[str, str]], sensitive: bool, hears: bool, leaves: bool
) -> None:
    """No key and no word is in the log that is not in the transcript."""
    expect = replace(PIN, sensitive=sensitive)
    talk = BlockTalk(Asking(expect, expect, expect), answered=replace(HEARS, hears=hears))
    doings: dict[str, Callable[[str], object]] = {
        "press": talk.press,
        "say": lambda text: talk.says(text) if hears else None,
        "wait": lambda blocks: talk.pass_ms(int(blocks) * 20),
        "hold": lambda _: talk.hold(),
        "resume": lambda _: talk.resume(),
        "asked": lambda _: talk.pass_ms(3000),
    }
    for doing, what in steps:
        doings[doing](what)
    if leaves:
        talk.pass_ms(1500)
        talk.leave()

    text = check(talk)

    shown = " ".join(one.content for one in talk.transcript)
    for secret in ("seven", "eleven", '"digit":"7"'):
        assert secret not in text or secret.strip('"').removeprefix('digit":"') in shown or not sensitive


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_difference_names_the_feed() -> None:
    """The first one."""
    talk = BlockTalk(Asking(PIN))
    talk.until_asked()
    kept_feeds = turn_log.masked(feeds(talk))
    place = next(place for place, one in enumerate(kept_feeds) if one.acts)
    changed = [*kept_feeds[:place], replace(kept_feeds[place], acts=()), *kept_feeds[place + 1 :]]

    difference = turn_log.first_difference(changed, turn_log.replay(changed, rate_hz=8000).fed)

    assert difference is not None
    assert (difference.feed, difference.kept, difference.replayed) == (place, (), kept_feeds[place].acts)


def test_a_log_that_grew_too_long_says_so() -> None:
    """Its last line is the cut."""
    assert turn_log.parse(f"{turn_log.head(8000)}\n{turn_log.cut()}\n") == turn_log.TurnLog(rate_hz=8000, fed=(), is_cut=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"rate_hz":8000}',
        '{"v":1}',
        '{"v":1,"rate_hz":0}',
        '{"v":1,"rate_hz":"8000"}',
        '{"v":1,"rate_hz":8000}\n{}',
        '{"v":1,"rate_hz":8000}\n[0,0]',
        '{"v":1,"rate_hz":8000}\n[0,"0","Tick"]',
        '{"v":1,"rate_hz":8000}\n[0,0,"Flush"]',
        '{"v":1,"rate_hz":8000}\n[0,0,"Tick","Tick"]',
    ],
)
def test_what_is_no_log_is_refused(text: str) -> None:
    """One sentence, no traceback of a parser."""
    with pytest.raises(TurnLogInvalid):
        turn_log.parse(text)


def test_another_version_is_named() -> None:
    """So that one knows what to install."""
    with pytest.raises(TurnLogInvalid, match="version 2, this program reads 1"):
        turn_log.parse('{"v":2,"rate_hz":8000}')

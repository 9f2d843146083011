"""A log of turns is kept without secrets, and replays all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrue.conversation import turns
from ringtrue.conversation.agent import Expect
from ringtrue.conversation.turn_masking import Fed, Masking
from ringtrue.testing.turns import BlockTalk

from .secret_calls import HEARS, PIN, SECRET, WORDS, Asking, check, kept


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

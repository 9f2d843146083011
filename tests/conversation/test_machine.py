"""The turn machine with the shipped example's agent, on a virtual line: keys, what they cut, and hanging up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrue.agents.files import agent_for, example
from ringtrue.conversation import agent, turns
from ringtrue.testing.clock import START
from ringtrue.testing.turns import BlockTalk, replayed
from ringtrue.testing.voice import MS_PER_CHARACTER

from .keyed_calls import DISCLOSURE, SAMPLES_PER_MS, WHO, agent_says, check_record


@pytest.mark.parametrize(
    ("keys", "step", "successful", "fields"),
    [
        ("1 1 1", "kept", True, {"outcome": "kept", "new_time": None}),
        ("1 2 1 1 1", "moved", True, {"outcome": "moved", "new_time": "2027-03-05T09:00"}),
        ("1 2 1 2 1", "moved", True, {"outcome": "moved", "new_time": "2027-03-08T14:15"}),
        ("1 3 1", "callback", True, {"outcome": "callback", "new_time": None}),
        ("1 1 2 3 1", "callback", True, {"outcome": "callback", "new_time": None}),
        ("2", "wrong_person", False, {"outcome": "wrong_person", "new_time": None}),
        ("1 0", "callback", True, {"outcome": "callback", "new_time": None}),
    ],
)
def test_keys_lead_to_the_end_they_say(
    talk: BlockTalk, keys: str, step: str, successful: bool, fields: dict[str, str | None]
) -> None:
    """A party that lets every prompt end and presses its way reaches that end, and the agent hangs up."""
    for key in keys.split():
        talk.until_asked()
        talk.press(key)
    talk.until_over()
    talk.leave()

    assert talk.ended == turns.EndCall(reason="agent_hangup")
    assert talk.outcome == agent.Outcome(step=step, successful=successful, fields=fields)
    assert [one.content for one in talk.transcript if one.dtmf] == [f"[keys {key}]" for key in keys.split()]
    assert not any(one.interrupted for one in talk.transcript)
    check_record(talk.transcript)


def test_the_disclosure_is_the_first_utterance_and_stands_alone(talk: BlockTalk) -> None:
    """The question is the second, and its says are one utterance."""
    talk.until_asked()

    assert agent_says(talk) == [DISCLOSURE, WHO]
    assert talk.heard == [agent.Began(), agent.DisclosureHeard(in_full=True)]


def test_a_key_does_not_interrupt_the_disclosure(talk: BlockTalk) -> None:
    """It answers a question nobody heard: it is in the transcript, and the question is asked all the same."""
    talk.pass_ms(1000)
    talk.press("1")
    talk.until_asked()

    assert [one.content for one in talk.transcript] == [DISCLOSURE, "[keys 1]", WHO]
    assert not any(isinstance(heard, agent.Keys) for heard in talk.heard)


def test_a_key_pressed_twice_at_once_is_one_answer(talk: BlockTalk) -> None:
    """The second comes before the next question sounds, so it answers nothing and is only noted."""
    talk.until_asked()
    talk.feed(turns.KeyPressed(digit="1", began=turns.Position(talk.at)))
    talk.feed(turns.KeyPressed(digit="1", began=turns.Position(talk.at)))

    assert [heard for heard in talk.heard if isinstance(heard, agent.Keys)] == [agent.Keys(digits="1")]
    assert [one.content for one in talk.transcript if one.dtmf] == ["[keys 1]", "[keys 1]"]


@pytest.mark.parametrize("into_ms", [40, 200, 360, 700, 1300, 2500])
def test_a_key_cuts_the_question_at_the_first_sample_never_sent(talk: BlockTalk, into_ms: int) -> None:
    """A word is in `content` exactly when its midpoint was sent."""
    talk.until(lambda: len(agent_says(talk)) == 2)
    begun = talk.transcript[1].start_ms
    talk.until(lambda: talk.at >= (begun + into_ms) * SAMPLES_PER_MS)
    sent_ms = talk.at // SAMPLES_PER_MS - begun
    acts = talk.feed(turns.KeyPressed(digit="1", began=turns.Position(talk.at)))

    said, at = [], 0
    for word in WHO.split():
        end = at + len(word) * MS_PER_CHARACTER
        said += [word] if (at + end) / 2 < sent_ms else []
        at = end
    cut = talk.transcript[1]
    assert acts[0] == turns.Flush()
    assert (cut.content, cut.generated, cut.interrupted) == (" ".join(said), WHO, True)
    assert talk.heard[-1] == agent.Keys(digits="1")


def test_what_was_cut_is_never_said_later(talk: BlockTalk) -> None:
    """The next thing on the line is the answer to the key."""
    talk.until(lambda: len(agent_says(talk)) == 2)
    talk.pass_ms(400)
    talk.press("2")
    talk.until_over()
    talk.leave()

    assert agent_says(talk)[2:] == ["Sorry to have bothered you. Goodbye."]
    check_record(talk.transcript)


def test_hanging_up_mid_sentence_keeps_what_was_heard_only(talk: BlockTalk) -> None:
    """`content` ends where the line ended, `generated` holds all, and the disclosure was heard."""
    talk.until(lambda: len(agent_says(talk)) == 2)
    talk.pass_ms(1000)
    talk.leave()

    cut = talk.transcript[-1]
    assert cut.generated == WHO
    assert WHO.startswith(cut.content)
    assert 0 < len(cut.content) < len(WHO)
    assert cut.interrupted
    assert cut.end_ms <= talk.at // SAMPLES_PER_MS + MS_PER_CHARACTER * len(cut.words[-1].word) // 2
    assert talk.outcome == agent.Outcome(step="who", successful=False, fields={"outcome": None, "new_time": None})


def test_hanging_up_in_the_disclosure_tells_the_agent(talk: BlockTalk) -> None:
    """It was not heard in full."""
    talk.pass_ms(1000)
    talk.leave()

    assert talk.heard[-1] == agent.DisclosureHeard(in_full=False)
    assert talk.transcript[0].interrupted


def test_hanging_up_before_the_first_word_leaves_no_line(talk: BlockTalk) -> None:
    """Nothing was heard, so nothing is in the transcript."""
    talk.leave()

    assert talk.transcript == ()
    assert talk.heard[-1] == agent.DisclosureHeard(in_full=False)


def test_nothing_that_comes_after_the_end_does_anything(talk: BlockTalk) -> None:
    """Late events of the line are harmless."""
    talk.until_asked()
    talk.leave()

    for late in (
        turns.KeyPressed(digit="1", began=turns.Position(talk.at)),
        turns.HoldBegan(),
        turns.HoldEnded(),
        turns.Tick(),
        turns.LineGone(),
        turns.Replied(acts=()),
    ):
        assert talk.feed(late) == []


def test_keys_that_answered_nothing_are_kept_when_the_party_leaves(appointment: Callable[[], BlockTalk]) -> None:
    """Each key is in the transcript once."""
    talk = appointment()
    talk.until_asked()
    talk.press("1")
    talk.leave()

    assert [one.content for one in talk.transcript if one.dtmf] == ["[keys 1]"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("press"), st.sampled_from("01239#*")),
        st.tuples(st.just("wait"), st.integers(1, 300).map(lambda blocks: blocks * 20)),
        st.tuples(st.just("hold"), st.integers(1, 100).map(lambda blocks: blocks * 20)),
    ),
    max_size=14,
)


@settings(max_examples=60)
@given(steps=STEPS)
def test_whatever_the_party_does_the_record_is_true_and_the_log_replays(steps: list[tuple[str, str | int]]) -> None:
    """Heard is what was sent, in order; a fresh machine on the same log does the same."""
    data = '{"first_name": "Anna", "appointment": "2027-03-04T10:30", "offers": ["2027-03-05T09:00"]}'
    talk = BlockTalk(agent_for(example(), data, None, START))
    for what, how in steps:
        if what == "press":
            talk.press(str(how))
        elif what == "wait":
            talk.pass_ms(int(how))
        else:
            talk.hold()
            talk.pass_ms(int(how))
            talk.resume()
    talk.leave()

    check_record(talk.transcript)
    assert set(range(len(talk.transcript))) == {note.index for _, note in talk.notes}
    assert replayed(talk.log) == talk.acts

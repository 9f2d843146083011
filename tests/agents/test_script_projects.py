"""Script agents of whole projects: with the data of a call, as their own tests try them, and in any conversation."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrue.agents.files import agent_for, example, loaded
from ringtrue.agents.scripted.trial import TextConversation, run_tests
from ringtrue.conversation.agent import (
    Began,
    DisclosureHeard,
    Expect,
    Fill,
    HangUp,
    Input,
    Keys,
    SaidAll,
    Say,
    Settled,
    Silence,
    State,
    Words,
)
from ringtrue.errors import InvalidInput

from .project_files import FILES
from .script_replies import ANNA, NOW, appointment, expected, hang_up, run, written


def test_the_data_of_a_call_is_never_a_template() -> None:
    """Braces, marks and line ends in data are read as they are, on one line."""
    acts, _ = run(appointment(first_name="{{ doctor }} {% if %}\n\x00\ue000x"), Began())

    assert written(acts)[1] == "Am I speaking with {{ doctor }} {% if %} x?"


def test_a_call_speaks_in_the_zone_of_its_callee() -> None:
    """A naive time is local already; an instant is converted."""
    for zone, at, said in (
        (None, "2027-03-04T10:30", "10:30 AM"),
        ("Europe/Berlin", "2027-03-04T10:30", "10:30 AM"),
        ("Europe/Berlin", "2027-03-04T10:30:00Z", "11:30 AM"),
        (None, "2027-03-04T10:30:00+00:00", "5:30 AM"),
        ("Nowhere/Land", "2027-03-04T10:30:00Z", "5:30 AM"),
    ):
        agent = agent_for(example(), json.dumps({**ANNA, "appointment": at}), zone, NOW)
        acts, _ = run(agent, Began(), Keys(digits="1"))
        assert f"Thursday, March 4 at {said}." in written(acts)[0]


def test_an_empty_list_is_answered_by_none() -> None:
    """Nothing can be chosen, so nothing is asked."""
    acts, _ = run(appointment(offers=[]), Began(), Keys(digits="1"), Keys(digits="2"), Keys(digits="1"))

    outcome = hang_up(acts).outcome
    assert outcome is not None
    assert outcome.step == "callback"


def test_sensitive_answers_are_masked_everywhere() -> None:
    """Typed or said, in prompts, evidence and fields; the voice alone says what was given."""
    pin = agent_for(FILES["pin_check"], json.dumps({"card_ending": "4821", "balance": "10 GBP"}), None, NOW)
    acts, _ = run(pin, Began())
    assert (expected(acts).sensitive, expected(acts).max_digits, expected(acts).terminator) == (True, 4, None)
    acts, state = run(pin, Began(), Keys(digits="1234"))
    assert Fill(field="pin", value="****", evidence="[keys ***]") in acts
    assert pin.outcome(state).fields["pin"] == "****"  # type: ignore[union-attr]

    intake = agent_for(FILES["intake"], json.dumps({"caller": "+14155550123", "visit": "2027-01-05T09:05"}), None, NOW)
    acts, _ = run(intake, Began(), Words(text="my secret"))
    said = next(act for act in acts if isinstance(act, Say))
    assert (said.written, said.spoken) == ("You said: ****. Is that right?", "You said: my secret. Is that right?")


def test_the_voicemail_message_is_rendered() -> None:
    """None where the project hangs up."""
    pin = agent_for(FILES["pin_check"], json.dumps({"card_ending": "4821", "balance": "10 GBP"}), None, NOW)

    message = pin.voicemail_message()

    assert message is not None
    assert message.written == "Northern Bank called. Please ring 020 7946 0958."
    assert message.spoken.endswith("zero two zero, seven nine four six, zero nine five eight.")
    assert appointment().voicemail_message() is None


def test_data_that_does_not_fit_is_refused_with_every_fault() -> None:
    """Missing and wrong variables are all named; their values are not."""
    with pytest.raises(InvalidInput) as caught:
        agent_for(example(), json.dumps({"appointment": "soon-ish", "offers": "x"}), None, NOW)

    assert all(name in caught.value.sentence for name in ("first_name", "appointment", "offers"))
    assert "soon-ish" not in caught.value.sentence
    for text in ("[1]", "{"):
        with pytest.raises(InvalidInput):
            agent_for(example(), text, None, NOW)


def test_a_file_is_loaded_once() -> None:
    """The same content gives the same project."""
    assert loaded(example()) is loaded("".join(example()))


@pytest.mark.parametrize("name", FILES)
def test_the_tests_in_the_file_pass(name: str) -> None:
    """Each shipped and each sample agent keeps what it promises."""
    results = run_tests(loaded(FILES[name]))

    assert results
    assert [(result.name, result.problems) for result in results if not result.passed] == []


def test_a_broken_promise_is_reported() -> None:
    """A test that expects something else fails and says so."""
    text = example().replace("expect: {end: kept, fields: {outcome: kept}}", "expect: {end: moved, fields: {outcome: moved}}")
    (result,) = run_tests(loaded(text))
    assert result.problems == (
        "Expected the end 'moved', but the call ended at 'kept'.",
        "Expected outcome = 'moved', got 'kept'.",
    )

    (result,) = run_tests(loaded(example().replace('"yes I will be there", "yes"]', '"yes I will be there"]')))
    assert result.problems[0] == "Expected the end 'kept', but the call still waits at 'confirm'."
    (result,) = run_tests(loaded(example().replace('"yes I will be there", "yes"]', '"yes I will be there", "yes", "bye"]')))
    assert result.problems == ("The call was over before turn 4.",)


def test_lines_typed_at_a_terminal_are_keys_words_or_silence() -> None:
    """Digits are keys, an empty line is silence, anything else is speech."""
    talk = TextConversation(appointment())
    talk.begin()

    assert talk.line("")[0].written == "Are you still there?"
    assert talk.line("1")[0].written.startswith("You have an appointment")
    assert talk.line("another day")[0].written == "You would like to move it to another day. Is that right?"
    assert [talk.line(" ")[0].written for _ in range(2)] == ["Are you still there?"] * 2
    assert list(talk.line("")) == []
    assert talk.ended is not None
    assert talk.ended.reason == "inactivity"


GIVEN = {
    "appointment": ANNA,
    "pin_check": {"card_ending": "4821", "balance": "10 GBP"},
    "survey": {},
    "delivery_window": {"parcel": "a sofa", "earliest": "2027-01-10"},
    "prescription_refill": {"patient": "Sam", "medicines": ["A", "B"], "pickups": ["2027-01-05T10:00", "2027-01-06T10:00"]},
    "intake": {"caller": "+14155550123", "visit": "2027-01-05T09:05"},
}
SENTENCES = ["yes", "no", "the second one", "March 5", "half past ten", "twelve", "stop calling", "hm"]
HEARD = st.one_of(
    st.builds(Words, text=st.sampled_from(SENTENCES)),
    st.builds(Words, text=st.text(max_size=30)),
    st.builds(Keys, digits=st.text("0123456789*#", min_size=1, max_size=9)),
    st.builds(Silence, count=st.integers(1, 3)),
    st.just(SaidAll()),
    st.builds(DisclosureHeard, in_full=st.booleans()),
)  # fmt: skip


@settings(max_examples=120)
@given(st.sampled_from(sorted(FILES)), st.lists(HEARD, max_size=14))
def test_any_conversation_is_repeatable_and_always_goes_on_or_ends(name: str, heard: list[Input]) -> None:
    """Same state and input, same acts; each reply expects something or hangs up; success only at an end."""
    agent = agent_for(FILES[name], json.dumps(GIVEN[name]), None, NOW)
    again = agent_for(FILES[name], json.dumps(GIVEN[name]), None, NOW)
    state: State | None = None
    is_over = False
    for one in [Began(), *heard]:
        acts = agent.reply(state, one)
        assert list(again.reply(state, one)) == list(acts)
        assert isinstance(acts[-1], Settled)
        hung_up = any(isinstance(act, HangUp) for act in acts)
        assert any(isinstance(act, Expect) for act in acts) is not (is_over or hung_up)
        is_over = is_over or hung_up
        state = json.loads(json.dumps(acts[-1].state))
        assert state == json.loads(json.dumps(acts[-1].state))
        outcome = agent.outcome(state)
        assert outcome is not None
        assert is_over or not outcome.successful

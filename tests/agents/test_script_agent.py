"""The script agent as a reducer: what it says, expects, saves and claims."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrue.agents.files import agent_for, example, loaded
from ringtrue.agents.scripted.agent import ScriptAgent
from ringtrue.agents.scripted.trial import TextConversation, run_tests
from ringtrue.conversation.agent import (
    Act,
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

NOW = datetime(2027, 1, 4, 17, 0, tzinfo=UTC)
DATA = Path(__file__).parent / "data"
FILES = {"appointment": example(), **{path.stem: path.read_text() for path in sorted(DATA.glob("*.yaml"))}}
ANNA = {"first_name": "Anna", "appointment": "2027-03-04T10:30", "offers": ["2027-03-05T09:00", "2027-03-08T14:15"]}


def appointment(**changes: object) -> ScriptAgent:
    """The example's agent for Anna."""
    return agent_for(example(), json.dumps({**ANNA, **changes}), None, NOW)


def run(agent: ScriptAgent, *heard: Input) -> tuple[Sequence[Act], State]:
    """The acts of the last reply and the state, each state taken through JSON."""
    state: State | None = None
    acts: Sequence[Act] = ()
    for one in heard:
        acts = agent.reply(state, one)
        settled = acts[-1]
        assert isinstance(settled, Settled)
        assert sum(isinstance(act, Settled) for act in acts) == 1
        state = json.loads(json.dumps(settled.state))
    assert state is not None
    return acts, state


def written(acts: Sequence[Act]) -> list[str]:
    """What is said, as the transcript writes it."""
    return [act.written for act in acts if isinstance(act, Say)]


def hang_up(acts: Sequence[Act]) -> HangUp:
    """The one hang-up."""
    (found,) = [act for act in acts if isinstance(act, HangUp)]
    return found


def expected(acts: Sequence[Act]) -> Expect:
    """The one expectation."""
    (found,) = [act for act in acts if isinstance(act, Expect)]
    return found


def test_the_disclosure_comes_first_and_cannot_be_interrupted() -> None:
    """It is an utterance of its own, followed in the same reply by the first question with its keys."""
    acts, _ = run(appointment(), Began())

    disclosure, question, keys = [act for act in acts if isinstance(act, Say)]
    assert (disclosure.disclosure, disclosure.interruptible, disclosure.fixed) == (True, False, True)
    assert (question.written, question.fixed, question.interruptible) == ("Am I speaking with Anna?", False, True)
    assert (keys.written, keys.fixed) == ("Press 1 for yes, or press 2 for no.", True)
    assert expected(acts) == Expect(
        kind="yes_no", whole_keys=("1", "2", "0"), max_digits=1, phrases=("yes", "no"), silence_ms=8000
    )


def test_every_key_on_offer_is_said() -> None:
    """Options by their `read`, entries of a list as they are spoken, neither included."""
    acts, _ = run(appointment(), Began(), Keys(digits="1"))
    assert written(acts)[1] == (
        "Press 1 to keep the appointment, press 2 to move it to another day, or press 3 to have us call you back."
    )

    acts, _ = run(appointment(), Began(), Keys(digits="1"), Keys(digits="2"), Keys(digits="1"))
    says = [act for act in acts if isinstance(act, Say)]
    assert says[0].written == "I can offer Friday, March 5 at 9:00 AM or Monday, March 8 at 2:15 PM. Which suits you?"
    assert says[1].spoken == (
        "Press 1 for Friday, March fifth, at nine o'clock, press 2 for Monday, March eighth, at two fifteen, "
        "or press 3 for neither."
    )
    assert expected(acts).whole_keys == ("1", "2", "3", "0")


def test_keys_are_offered_late_when_asked_so() -> None:
    """With recognised speech the keys come once words failed."""
    agent = agent_for(example(), json.dumps(ANNA), None, NOW, offer_keys="after_unclear")
    talk = TextConversation(agent)

    assert [say.written for say in talk.begin()][1:] == ["Am I speaking with Anna?"]
    for _ in range(2):
        assert [say.written for say in talk.say("blah")] == ["Sorry, I did not catch that.", "Am I speaking with Anna?"]
    assert [say.written for say in talk.say("blah")] == [
        "Please use the keys of your phone.",
        "Am I speaking with Anna?",
        "Press 1 for yes, or press 2 for no.",
        "Press 0 to speak to a person.",
    ]
    talk.say("blah")
    assert talk.ended is not None
    assert talk.ended.outcome is not None
    assert talk.ended.outcome.step == "callback"


@pytest.mark.parametrize(
    ("keys", "end", "fields"),
    [
        ("111", "kept", {"outcome": "kept", "new_time": None}),
        ("12121", "moved", {"outcome": "moved", "new_time": "2027-03-08T14:15"}),
        ("1213", "callback", {"outcome": "callback", "new_time": None}),
        ("131", "callback", {"outcome": "callback", "new_time": None}),
        ("2", "wrong_person", {"outcome": "wrong_person", "new_time": None}),
        ("10", "callback", {"outcome": "callback", "new_time": None}),
        ("12111211", "moved", {"outcome": "moved", "new_time": "2027-03-05T09:00"}),
    ],
)
def test_every_end_of_the_example_is_reached_by_keys(keys: str, end: str, fields: dict[str, object]) -> None:
    """Each way through the example by keypad leads where its keys say."""
    if keys == "12111211":
        keys = "121" + "12" + "11"  # a no at the read-back of the time asks again

    acts, state = run(appointment(), Began(), *(Keys(digits=key) for key in keys))

    outcome = hang_up(acts).outcome
    assert outcome is not None
    assert (outcome.step, dict(outcome.fields)) == (end, fields)
    assert outcome.successful is (end != "wrong_person")
    assert appointment().outcome(state) == outcome


def test_a_no_at_the_read_back_asks_again() -> None:
    """The question is put again and nothing was saved."""
    acts, state = run(appointment(), Began(), Keys(digits="1"), Keys(digits="1"), Words(text="no, that's not right"))

    assert written(acts)[0].startswith("You have an appointment")
    assert state["saved"] == {}


def test_who_leaves_before_affirming_has_said_nothing() -> None:
    """A pending value is claimed by nobody."""
    agent = appointment()
    _, state = run(agent, Began(), Keys(digits="1"), Keys(digits="2"), Keys(digits="1"), Keys(digits="1"))

    outcome = agent.outcome(state)

    assert outcome is not None
    assert (outcome.step, outcome.successful, dict(outcome.fields)) == ("offer", False, {"outcome": None, "new_time": None})
    assert agent.outcome(None) is None


def test_fields_come_with_their_evidence() -> None:
    """What was said or pressed stands beside the value, not the yes of the read-back."""
    keys = (Keys(digits="1"), Keys(digits="2"), Keys(digits="1"), Words(text="the second one"), Keys(digits="1"))

    acts, _ = run(appointment(), Began(), *keys)

    assert [act for act in acts if isinstance(act, Fill)] == [
        Fill(field="new_time", value="2027-03-08T14:15", evidence="the second one"),
        Fill(field="outcome", value="moved", evidence="the second one"),
    ]
    acts, _ = run(appointment(), Began(), Keys(digits="2"))
    assert [act for act in acts if isinstance(act, Fill)] == [Fill(field="outcome", value="wrong_person", evidence="[keys 2]")]


def test_stop_is_understood_everywhere_and_opts_out() -> None:
    """Also at a read-back, also where the sentence begins with an answer."""
    for before in ((), (Keys(digits="1"),), (Keys(digits="1"), Keys(digits="1"))):
        acts, _ = run(appointment(), Began(), *before, Words(text="No. Please stop calling me!"))

        outcome = hang_up(acts).outcome
        assert outcome is not None
        assert (outcome.step, outcome.opt_out, outcome.successful, outcome.fields["outcome"]) == (
            "opted_out", True, False, "opted_out",
        )  # fmt: skip


def test_what_is_denied_is_not_understood() -> None:
    """ "Never stop calling" is no request to stop."""
    _, state = run(appointment(), Began(), Words(text="never stop calling"))

    assert state["opt_out"] is False


def test_silence_is_prompted_for_twice_and_then_ends() -> None:
    """The third in a row ends the call with inactivity; an answer in between starts anew."""
    acts, _ = run(appointment(), Began(), Silence(count=1))
    assert written(acts) == ["Are you still there?", "Am I speaking with Anna?", "Press 1 for yes, or press 2 for no."]

    acts, _ = run(appointment(), Began(), Silence(count=1), Silence(count=2), Silence(count=3))
    ended = hang_up(acts)
    assert ended.reason == "inactivity"
    assert ended.outcome is not None
    assert ended.outcome.successful is False
    assert not any(isinstance(act, Expect) for act in acts)


def test_an_end_is_an_end() -> None:
    """Whatever comes after the hang-up changes nothing."""
    before, state = run(appointment(), Began(), Keys(digits="2"))

    for late in (Words(text="yes"), Keys(digits="1"), Silence(count=1), SaidAll(), DisclosureHeard(in_full=True)):
        acts = appointment().reply(state, late)
        assert [type(act) for act in acts] == [Settled]
    assert hang_up(before).reason == "agent_hangup"


def test_a_disclosure_cut_short_is_no_success() -> None:
    """The outcome stands, its success does not; the expectation stays as it was."""
    acts, _ = run(appointment(), Began(), DisclosureHeard(in_full=False))
    assert [type(act) for act in acts] == [Expect, Settled]

    heard = [Keys(digits="1")] * 3
    acts, _ = run(appointment(), Began(), DisclosureHeard(in_full=False), *heard)

    outcome = hang_up(acts).outcome
    assert outcome is not None
    assert (outcome.step, outcome.successful) == ("kept", False)


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


def test_a_person_is_a_key_away_also_among_typed_digits() -> None:
    """A lone 0 that is no answer by itself asks for a person; within digits it is a digit."""
    text = FILES["pin_check"].replace("    operator: null\n", "")
    agent = agent_for(text, json.dumps({"card_ending": "4821", "balance": "10 GBP"}), None, NOW)

    acts, _ = run(agent, Began(), Keys(digits="0"))
    outcome = hang_up(acts).outcome
    assert outcome is not None
    assert outcome.step == "operator"

    _, state = run(agent, Began(), Keys(digits="0123"))
    assert state["step"] == "customer"


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

"""The script agent as a reducer: what it says, expects, saves and claims."""

from __future__ import annotations

import json

import pytest

from ringtrue.agents.files import agent_for, example
from ringtrue.agents.scripted.trial import TextConversation
from ringtrue.conversation.agent import Began, DisclosureHeard, Expect, Fill, Keys, SaidAll, Say, Settled, Silence, Words

from .project_files import FILES
from .script_replies import ANNA, NOW, appointment, expected, hang_up, run, written


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

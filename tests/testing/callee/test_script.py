"""What a persona says by its seed."""

from __future__ import annotations

from ringtrue.testing.callee import load_persona, shipped_personas
from ringtrue.testing.callee.script import Act, Script
from ringtrue.testing.callee.traits import Answer, Chance, Range, Reply, Speaker, Traits

ONE = Range(low=1, high=1)
TRAITS = Traits(
    voices=(Speaker(engine="flite", name="slt"),),
    speed=ONE,
    pitch=ONE,
    level_db=ONE,
    pause=ONE,
    answers=(Answer(to="Will you come", reply=Reply(say=("a", "b", "c"))),),
    off_topic=("What is the weather like?",),
    otherwise=Reply(keys="1"),
)
QUESTIONS = ("Am I speaking with Anna?", "Will you come?", "Is that right?")


def told(seed: int) -> list[Act | None]:
    """A whole conversation of the hesitant persona."""
    traits = load_persona(shipped_personas()["appointment/hesitant"]).traits
    assert traits is not None
    script = Script(traits, Chance(seed))
    return [Act(text=script.greeting), *(script.reply(question) for question in QUESTIONS)]


def test_the_same_seed_says_the_same_and_others_something_else() -> None:
    """Wording, fillers and pauses."""
    assert told(4) == told(4)
    assert len({repr(told(seed)) for seed in range(8)}) == 8


def test_what_is_drawn_for_one_purpose_does_not_depend_on_others() -> None:
    """So a change of timing changes no words."""
    one, other = Chance(3), Chance(3)
    other.within(Range(low=0, high=1), "pause")

    assert one.stream("lift").random() == other.stream("lift").random()


def test_a_question_asked_again_is_answered_in_other_words() -> None:
    """Every wording before one comes back."""
    script = Script(TRAITS, Chance(1))
    script.reply("Will you come?")

    said = [script.reply("Will you come?") for _ in range(4)]

    assert {act.text for act in said[:3] if act} == {"a", "b", "c"}
    assert said[3] == said[0]


def test_the_off_topic_sentence_comes_once_before_the_answer() -> None:
    """It takes a turn of its own, and waits for a question."""
    script = Script(TRAITS, Chance(1))

    assert script.reply("This call is recorded.") is None
    assert script.reply("Will you come?") == Act(text="What is the weather like?")
    answer = script.reply("Will you come?")
    assert answer is not None
    assert answer.text in ("a", "b", "c")


def test_what_is_likely_to_be_said_is_known_beforehand() -> None:
    """So that it can be rendered while the telephone rings."""
    script = Script(TRAITS, Chance(1))
    ahead = script.first_texts()
    script.reply("Will you come?")

    answer = script.reply("Will you come?")

    assert answer is not None
    assert answer.text in ahead

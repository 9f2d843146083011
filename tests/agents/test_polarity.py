"""Yes and no over the corpus: the wrong sign is never taken, and most right ones are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import yaml

from ringtrue.agents.scripted.model import Option
from ringtrue.agents.scripted.slots import candidates
from ringtrue.agents.scripted.slots.polarity import judge
from ringtrue.agents.scripted.slots.slot import Answer, Slot
from ringtrue.agents.scripted.slots.yes_no import YesNo

CORPUS = Path(__file__).parents[1] / "data" / "polarity_typed.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    """One answer of the corpus."""

    text: str
    sign: Literal["yes", "no", "unclear"]
    is_held_back: bool
    is_spoken: bool


def corpus() -> list[Phrase]:
    """The whole corpus in order."""
    return [
        Phrase(text=text, sign=group["sign"], is_held_back=group["held_back"], is_spoken=kind == "spoken")
        for group in yaml.safe_load(CORPUS.read_text())
        for kind in ("spoken", "typed")
        for text in group[kind].splitlines()
    ]


PHRASES = corpus()
CONFIRM = candidates.of_options(
    (
        Option(name="keep", phrases=("yes", "I will be there", "that works"), key="1", read="keep the appointment"),
        Option(name="move", phrases=("no", "another day", "I can't make it"), key="2", read="move it to another day"),
        Option(name="callback", phrases=("call me back", "let me talk to someone"), key="3", read="have us call you back"),
    ),
    has_none=False,
)


def taken(slot: Slot, text: str) -> str:
    """The name of the answer that was taken, "unclear" where it is asked again."""
    result = slot.hear(text)
    return result.name if isinstance(result, Answer) else "unclear"


def test_the_corpus_is_as_large_as_promised() -> None:
    """400 typed answers, 150 of them to be spoken, 100 held back; none twice, each sign well represented."""
    texts = [phrase.text for phrase in PHRASES]

    assert len(texts) >= 400
    assert sum(phrase.is_spoken for phrase in PHRASES) >= 150
    assert sum(phrase.is_held_back for phrase in PHRASES) >= 100
    assert len(set(texts)) == len(texts)
    assert min(sum(phrase.sign == sign for phrase in PHRASES) for sign in ("yes", "no", "unclear")) >= 100


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.text)
def test_the_wrong_sign_is_never_taken(phrase: Phrase) -> None:
    """What is accepted is what was meant; what has no sign is asked again."""
    assert taken(YesNo(), phrase.text) in (phrase.sign, "unclear")


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.text)
def test_a_choice_that_turns_on_yes_and_no_never_takes_the_wrong_one(phrase: Phrase) -> None:
    """The example's confirmation: a yes never moves an appointment, a no never keeps one, and no sign does neither.

    What names another day or asks for a call is understood as that, whatever its sign.
    """
    meant = {"yes": ("keep",), "no": ("move",), "unclear": ()}[phrase.sign]
    asked = [name for name, words in (("move", ("another day",)), ("callback", ("call me", "call you"))) if _has(phrase, words)]

    assert taken(CONFIRM, phrase.text) in (*meant, *asked, "unclear")


def _has(phrase: Phrase, words: tuple[str, ...]) -> bool:
    return any(part in phrase.text.lower() for part in words)


def test_most_answers_are_understood_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """At least 95 of 100 answers that mean yes or no are taken, and of those held back as well."""
    for name, phrases in (("all", PHRASES), ("held back", [phrase for phrase in PHRASES if phrase.is_held_back])):
        signed = [phrase for phrase in phrases if phrase.sign != "unclear"]
        for question, slot in (("yes_no", YesNo()), ("confirm", CONFIRM)):
            right = sum(taken(slot, one.text) == _name(slot, one.sign) for one in signed)
            with capsys.disabled():
                print(f"\npolarity, {name}, {question}: {right} of {len(signed)} right, the rest asked again", end="")
            assert right / len(signed) >= 0.95


def _name(slot: Slot, sign: str) -> str:
    return sign if isinstance(slot, YesNo) else {"yes": "keep", "no": "move"}[sign]


def test_a_plain_answer_is_surer_than_a_roundabout_one() -> None:
    """The score falls from a bare yes over a statement to what stands among unknown words or was corrected."""
    scores = [judged.score for text in ("yes", "I'll be there", "no wait, yes") if (judged := judge(text)) is not None]

    assert len(scores) == 3
    assert 1.0 == scores[0] > scores[1] > scores[2] > 0.5


@pytest.mark.parametrize("phrase", [phrase for phrase in PHRASES if phrase.sign != "unclear"], ids=lambda phrase: phrase.text)
@pytest.mark.parametrize("after", [", but", " but I", ". No wait", ". Maybe"])
def test_what_goes_on_is_not_taken_for_the_other_sign(phrase: Phrase, after: str) -> None:
    """Words behind an answer may take it away, never turn it around."""
    assert taken(YesNo(), phrase.text.rstrip(".") + after) in (phrase.sign, "unclear")


@pytest.mark.parametrize("text", ["Yes, but", "No, well,", "Yes, I...", "no way", "No -"])
def test_an_answer_that_seems_unfinished_is_less_sure_and_not_whole(text: str) -> None:
    """More may follow that takes it back; "no way" is how "no wait" is often written."""
    judged, plain = judge(text), judge(text.split(",")[0].split(" ")[0])

    assert plain is not None
    assert judged is None or judged.score < plain.score
    assert not YesNo().is_whole(text)

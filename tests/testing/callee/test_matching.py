"""Which answer a prompt gets."""

from __future__ import annotations

import pytest

from ringtrue.testing.callee.matching import Answers
from ringtrue.testing.callee.traits import Answer, Reply


def answers(*questions: str, times: int | None = None) -> Answers:
    """One answer to each question."""
    return Answers([Answer(to=question, reply=Reply(say=("Yes.",)), times=times) for question in questions])


EXAMPLE = ("Am I speaking with", "Will you come", "Is that right", "Which suits you")


@pytest.mark.parametrize(
    ("heard", "place"),
    [
        ("This call is recorded. am i speaking with anna", 0),
        ("You have an appointment with your doctor on Thursday, March 4th at 1030. Will you calm?", 1),
        ("You would like to keep their appointment, is that right?", 2),
        ("I can offer Friday, March 5th at 9 o'clock or Monday, March 8th at 2 15, which suits you?", 3),
        ("Will you come? Press one to keep the appointment.", 1),
        ("Hello, this is the automated assistant of Bright Clinic. This call is recorded.", None),
        ("Sorry, I did not catch that.", None),
        ("You", None),
        ("", None),
    ],
)
def test_the_question_is_found_in_what_a_recogniser_wrote(heard: str, place: int | None) -> None:
    """Also where it erred; a prompt that asks none of them gets no answer."""
    assert answers(*EXAMPLE).match(heard) == place


def test_numbers_are_the_same_in_words_and_digits() -> None:
    """Recognisers write either."""
    assert answers("press 3 for neither").match("press two for Monday, or press three for neither.") == 0


def test_the_question_asked_last_is_answered() -> None:
    """A read-back repeats the words of earlier prompts, and the question stands at its end."""
    heard = "You would like to keep the appointment. Will you come, you said. Is that right?"

    assert answers("Will you come", "keep the appointment", "Is that right").match(heard) == 2


def test_a_question_asked_twice_counts_where_it_was_asked_last() -> None:
    """The first time does not hide the last."""
    assert answers("Is that right", "Will you come").match("Is that right? Will you come? Sorry. Is that right?") == 0


def test_of_questions_with_the_same_end_the_longer_one_is_meant() -> None:
    """What says more fits better."""
    assert answers("right", "Is that right", "that right").match("The third. Is that right?") == 1


@pytest.mark.parametrize(
    ("heard", "place"),
    [
        ("You would like to keep their appointment. Is that right?", 0),
        ("You would like to have us call you back. Is that right?", 1),
        ("Friday, March 5th at 9 o'clock. Is that right?", 2),
    ],
)
def test_a_question_that_only_shares_its_end_does_not_win_by_its_length(heard: str, place: int) -> None:
    """Read-backs differ in what stands before the question."""
    assert answers("keep the appointment. Is that right", "call you back. Is that right", "Is that right").match(heard) == place


def test_answers_to_the_same_question_are_given_in_order_and_the_last_for_ever() -> None:
    """Asked again, the next one."""
    given = answers("Will you come", "Will you come")
    places = []
    for _ in range(3):
        place = given.match("Will you come?")
        assert place is not None
        given.give(place)
        places.append(place)

    assert places == [0, 1, 1]


def test_an_answer_is_given_no_more_often_than_its_times() -> None:
    """Afterwards the question has no answer."""
    given = answers("Will you come", times=1)
    given.give(0)

    assert given.match("Will you come?") is None

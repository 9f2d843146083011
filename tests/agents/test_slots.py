"""What words and keys mean to each kind of answer. A wrong answer is the worst mistake; none at all is a small one."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from ringtrue.agents.scripted.model import Option
from ringtrue.agents.scripted.slots import candidates
from ringtrue.agents.scripted.slots.date import Bounds, Date
from ringtrue.agents.scripted.slots.digits import Digits
from ringtrue.agents.scripted.slots.number import Number
from ringtrue.agents.scripted.slots.polarity import polarity
from ringtrue.agents.scripted.slots.slot import Answer, NotUnderstood, Result, Slot
from ringtrue.agents.scripted.slots.text import Text
from ringtrue.agents.scripted.slots.time import TimeOfDay
from ringtrue.agents.scripted.slots.yes_no import YesNo
from ringtrue.agents.scripted.spoken import Speaker
from ringtrue.agents.scripted.values import Value
from ringtrue.conversation.agent import Json

TODAY = date(2027, 1, 4)  # a Monday
US = Speaker(locale=Locale.parse("en_US"), zone=ZoneInfo("America/New_York"), today=TODAY)


def data_of(result: Result) -> Json:
    """The data of an answer, its name where it has none, and the hint where there is no answer."""
    if isinstance(result, NotUnderstood):
        return f"?{result.hint}"
    return result.name if result.value is None else result.value.data


YES = (
    "yes", "Yes!", "yeah", "yep", "yup.", "yes, speaking", "Speaking.", "Anna speaking", "it's me", "that's right",
    "that is correct",
    "correct", "sure", "ok",
    "okay", "of course", "absolutely", "uh huh", "it is", "I am", "I do", "this is she", "yes please", "oh yes, hi",
    "sounds good",
    "yes I will be there", "that works", "right", "yes that's me", "1", "one",
)  # fmt: skip
NO = (
    "no", "No.", "nope", "nah", "not really", "no thanks", "no, thank you", "that's not right", "that is wrong", "I can't",
    "I cannot come", "no I can't make it", "I don't think so", "no way", "incorrect", "you have the wrong number", "it isn't",
    "no, that's not right", "no no no", "never", "I'm not", "2", "two", "no, sorry, that is wrong",
)  # fmt: skip
UNCLEAR = (
    "", "hm", "maybe", "I'm not sure", "I don't know", "yes and no", "no, yes", "yeah no", "no that's right", "yes but I can't",
    "why not", "no problem", "no doubt", "what?", "who is this?", "I'm right in the middle of something", "not wrong",
    "I wouldn't say no", "it depends", "wait a moment", "can you repeat that", "I did not hear you", "no idea",
    "the weather is fine today in the north", "3", "yes if it rains", "I don't mind", "call me later", "not bad",
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "sign"), [*((w, "yes") for w in YES), *((w, "no") for w in NO), *((w, "?unclear") for w in UNCLEAR)]
)
def test_yes_and_no_are_never_confused(words: str, sign: str) -> None:
    """Common forms of both, and everything in between as unclear."""
    assert data_of(YesNo().hear(words)) == sign


@pytest.mark.parametrize("words", NO)
def test_a_denial_within_a_sentence_never_means_yes(words: str) -> None:
    """Whatever stands around a no, it is no yes."""
    for around in (f"well {words}", f"{words} I am afraid", f"hello, {words}"):
        assert polarity(around) != "yes"


def test_keys_of_yes_and_no() -> None:
    """1 and 2, nothing else."""
    assert [data_of(YesNo().press(keys)) for keys in ("1", "2", "3", "11", "#", "")] == ["yes", "no", *["?unclear"] * 4]


OPTIONS = candidates.of_options(
    (
        Option(name="keep", phrases=("yes", "I will be there", "that works"), key="1", read="keep the appointment"),
        Option(name="move", phrases=("no", "another day", "I can't make it"), key="2", read="move it to another day"),
        Option(name="callback", phrases=("call me back", "let me talk to someone"), key="3", read="have us call you back"),
    ),
    has_none=False,
)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("yes", "keep"), ("yes I will be there", "keep"), ("I will be there!", "keep"), ("yeah sure", "keep"), ("keep", "keep"),
        ("that works for me", "keep"), ("keep the appointment", "keep"), ("no", "move"), ("another day please", "move"),
        ("I cannot make it", "move"), ("sorry, I can't make it", "move"), ("not really", "move"), ("no, another day", "move"),
        ("call me back", "callback"), ("please call me back", "callback"), ("let me talk to someone", "callback"),
        ("1", "keep"), ("two", "move"), ("number three", "callback"), ("option 2", "move"), ("the second one", "move"),
        ("call me bak", "callback"), ("the last one", "callback"), ("no, call me back", "callback"),
        ("", None), ("hm", None), ("maybe", None), ("I will not be there", "move"), ("nothing that works", None),
        ("yes, another day", None), ("I can make it", "keep"), ("don't call me back", None), ("9", None),
        ("no I will be there", None),
        ("what", None),
    ],
)  # fmt: skip
def test_an_option_is_understood_by_its_phrases(words: str, name: str | None) -> None:
    """Phrases, near phrases, names and numbers; a denial or two answers at once are unclear."""
    assert data_of(OPTIONS.hear(words)) == (name or "?unclear")


SLOTS = candidates.of_list(
    Value(kind="list", of="datetime", data=["2027-03-05T09:00", "2027-03-08T14:15", "2027-03-12T09:00"]), US
)


@pytest.mark.parametrize(
    ("words", "picked"),
    [
        ("Monday", 1), ("the eighth", 1), ("March 8th please", 1), ("two fifteen", 1), ("the first one", 0), ("number three", 2),
        ("Friday the fifth", 0), ("Friday, March 12", 2), ("1", 0), ("in the afternoon", 1), ("the last one", 2),
        ("the third", 2),
        ("neither", "none"), ("none of them", "none"), ("no", "none"), ("4", "none"),
        ("Friday", None), ("March", None), ("not Monday", None), ("Tuesday", None), ("hm", None),
        ("nine o'clock", None), ("5", None),
    ],
)  # fmt: skip
def test_an_entry_of_a_list_is_understood_by_what_sets_it_apart(words: str, picked: object) -> None:
    """Its place, its key or its own words, as long as they fit one entry only."""
    entries = ["2027-03-05T09:00", "2027-03-08T14:15", "2027-03-12T09:00"]
    wanted = entries[picked] if isinstance(picked, int) else picked

    assert data_of(SLOTS.hear(words)) == (wanted or "?unclear")


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("1234", "1234"), ("one two three four", "1234"), ("double five one 2", "5512"), ("oh oh seven nine", "0079"),
        ("it's 12 34", "1234"), ("my pin is one-two-three-four", "1234"), ("twenty three forty five", "2345"),
        ("triple one 4", "1114"),
        ("123", "?length"), ("12345", "?length"), ("one two three or four", "?unclear"), ("hello", "?unclear"),
        ("double", "?unclear"),
        ("none", "none"), ("I don't know", "none"),
    ],
)  # fmt: skip
def test_digits_are_taken_typed_and_spelled(words: str, digits: str) -> None:
    """In figures, in words, doubled; nothing but digits, and as many as wanted."""
    slot = Digits(low=4, high=4, sensitive=False, has_none=True, pound="the pound key")

    assert data_of(slot.hear(words)) == digits


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("7", 7), ("seven", 7), ("twenty five", 25), ("a hundred", 100), ("one hundred and five", 105), ("2,500", 2500),
        ("three point five", 3.5), ("3.5", 3.5), ("minus two", -2), ("-2", -2), ("about thirty people", 30), ("zero", 0),
        ("two thousand twenty seven", 2027), ("nine thousand", "?range"), ("hundred hundred", "?unclear"),
        ("seven or eight", "?unclear"), ("seven eight", "?unclear"), ("", "?unclear"), ("9" * 40, "?unclear"),
        ("and", "?unclear"),
    ],
)  # fmt: skip
def test_numbers_are_taken_in_figures_and_words(words: str, value: Json) -> None:
    """One number, within its bounds."""
    assert data_of(Number(low=-10, high=5000, has_none=False, pound="the pound key").hear(words)) == value


FUTURE = Bounds(after=date(2027, 1, 4), before=date(2027, 6, 30), today=TODAY, is_month_first=True)
BIRTH = Bounds(after=None, before=TODAY, today=TODAY, is_month_first=False)


@pytest.mark.parametrize(
    ("bounds", "words", "day"),
    [
        (FUTURE, "March 5", "2027-03-05"), (FUTURE, "the fifth of March", "2027-03-05"), (FUTURE, "2027-03-05", "2027-03-05"),
        (FUTURE, "3/5/2027", "2027-03-05"), (FUTURE, "3/5", "2027-03-05"), (FUTURE, "March fifth, 2027", "2027-03-05"),
        (FUTURE, "march the twenty first", "2027-03-21"), (FUTURE, "the fifth", "2027-01-05"), (FUTURE, "tomorrow", "2027-01-05"),
        (FUTURE, "next Tuesday", "2027-01-05"), (FUTURE, "Friday", "2027-01-08"), (FUTURE, "Friday, March 5", "2027-03-05"),
        (FUTURE, "the day after tomorrow", "2027-01-06"), (FUTURE, "Friday, March 6", "?unclear"), (FUTURE, "July 1", "?range"),
        (FUTURE, "February 30", "?unclear"), (FUTURE, "5", "?unclear"), (FUTURE, "March", "?unclear"),
        (FUTURE, "soon", "?unclear"),
        (FUTURE, "March 5 or March 6", "?unclear"), (FUTURE, "not March 5", "?unclear"),
        (BIRTH, "5/3/1980", "1980-03-05"), (BIRTH, "March fifth nineteen eighty", "1980-03-05"),
        (BIRTH, "5 March 2004", "2004-03-05"), (BIRTH, "March 5 twenty oh four", "2004-03-05"), (BIRTH, "March 5 2031", "?range"),
    ],
)  # fmt: skip
def test_dates_are_taken_as_people_say_them(bounds: Bounds, words: str, day: str) -> None:
    """With and without year, by weekday, relative to today, in the order of the language."""
    assert data_of(Date(bounds, has_none=False).hear(words)) == day


@pytest.mark.parametrize(
    ("bounds", "keys", "day"),
    [
        (FUTURE, "0305", "2027-03-05"), (FUTURE, "305", "2027-03-05"), (FUTURE, "1301", "?unclear"), (FUTURE, "0701", "?range"),
        (BIRTH, "03051980", "1980-03-05"), (BIRTH, "0305", "?length"), (FUTURE, "*", "?unclear"), (FUTURE, "0305#", "2027-03-05"),
    ],
)  # fmt: skip
def test_dates_are_typed_as_month_and_day(bounds: Bounds, keys: str, day: str) -> None:
    """A date of birth takes its year as well."""
    assert data_of(Date(bounds, has_none=False).press(keys)) == day


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("10:30", "10:30"), ("half past ten", "10:30"), ("ten thirty in the morning", "10:30"), ("quarter to five", "16:45"),
        ("a quarter past three", "15:15"), ("3 pm", "15:00"), ("3pm", "15:00"), ("three p.m.", "15:00"), ("noon", "12:00"),
        ("ten o'clock", "10:00"), ("ten oh five", "10:05"), ("14:15", "14:15"), ("at two fifteen", "14:15"),
        ("ten past four", "16:10"), ("twelve", "12:00"), ("7 pm", "?range"), ("midnight", "?range"), ("ten am pm", "?unclear"),
        ("10-30.", "10:30"), ("order to five", "16:45"), ("Ha, past two.", "14:30"), ("a quarter pass three", "15:15"),
        ("9-5", "?unclear"), ("order", "?unclear"), ("past ten", "?unclear"), ("have to", "?unclear"), ("to five", "?unclear"),
        ("25:00", "?unclear"), ("soon", "?unclear"), ("ten or eleven", "?unclear"), ("fifteen in the morning", "?range"),
    ],
)  # fmt: skip
def test_times_are_taken_as_people_say_them(words: str, at: str) -> None:
    """What is meant without am or pm is what lies within the bounds."""
    assert data_of(TimeOfDay(after=time(8), before=time(18), has_none=False).hear(words)) == at


@pytest.mark.parametrize(
    ("keys", "at"),
    [("1030", "10:30"), ("0230", "14:30"), ("1430", "14:30"), ("9", "09:00"), ("2500", "?unclear"), ("0300", "15:00")],
)
def test_times_are_typed_with_four_digits(keys: str, at: str) -> None:
    """A time of night that is out of bounds is meant for the afternoon."""
    assert data_of(TimeOfDay(after=time(8), before=time(18), has_none=False).press(keys)) == at


def test_text_is_kept_as_heard() -> None:
    """Words on one line, keys as digits; a hesitation is nothing."""
    slot = Text(sensitive=False, has_none=True, pound="the pound key")

    assert data_of(slot.hear("  My knee,\n it hurts! ")) == "My knee, it hurts!"
    assert data_of(slot.press("12#")) == "12"
    assert data_of(slot.press("*")) == "none"
    assert data_of(slot.hear("um")) == "?unclear"


@pytest.mark.parametrize("words", ["9" * 20_000, "one " * 5_000, "(" * 5_000, "two hundred " * 3_000, "\x00" * 500, "ß" * 3_000])
def test_pathological_words_are_quick(words: str) -> None:
    """No input makes understanding slow or fail; the limit of length keeps it linear."""
    slots: list[Slot] = [
        YesNo(), OPTIONS, SLOTS, Digits(low=4, high=4, sensitive=True, has_none=True, pound="#"), Date(FUTURE, has_none=True),
        Number(low=None, high=None, has_none=True, pound="#"), TimeOfDay(after=None, before=None, has_none=True),
    ]  # fmt: skip

    for slot in slots:
        assert isinstance(slot.hear(words), (Answer, NotUnderstood))
        assert isinstance(slot.press(words), (Answer, NotUnderstood))

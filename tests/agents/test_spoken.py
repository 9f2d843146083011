"""Written and spoken forms of prompts."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrue.agents.scripted import render
from ringtrue.agents.scripted.spoken import Speaker
from ringtrue.agents.scripted.template import TemplateFault, compile_template
from ringtrue.agents.scripted.values import Unfit, Value, normal
from ringtrue.conversation.agent import Json, Say, Span

TODAY = date(2026, 11, 23)


def speaker(tag: str = "en_US") -> Speaker:
    """A speaker of that language in New York."""
    return Speaker(locale=Locale.parse(tag), zone=ZoneInfo("America/New_York"), today=TODAY)


def said(template: str, *, tag: str = "en_US", **values: Value) -> Say:
    """The template as an utterance."""
    return Say(spans=render.spans(compile_template(template), values, speaker(tag)))


def value(kind: str, raw: object, of: str | None = None) -> Value:
    """A value of a call's data."""
    return Value(kind=kind, data=normal(raw, kind, of=of), of=of)  # type: ignore[arg-type]  # table of kinds


@pytest.mark.parametrize(
    ("template", "kind", "raw", "written", "spoken"),
    [
        ("{{ x }}", "datetime", "2027-03-04T10:30", "Thursday, March 4 at 10:30 AM", "Thursday, March fourth, at ten thirty"),
        ("{{ x }}", "datetime", "2027-03-04T15:00Z", "Thursday, March 4 at 10:00 AM", "Thursday, March fourth, at ten o'clock"),
        ("{{ x | date }}", "datetime", "2027-03-04T10:30", "Thursday, March 4", "Thursday, March fourth"),
        ("{{ x | time }}", "datetime", "2027-03-04T19:05", "7:05 PM", "seven oh five in the evening"),
        ("{{ x }}", "date", "1980-03-05", "Wednesday, March 5, 1980", "Wednesday, March fifth, nineteen eighty"),
        ("{{ x }}", "time", "12:00", "12:00 PM", "noon"),
        ("{{ x }}", "time", "06:15", "6:15 AM", "six fifteen in the morning"),
        ("{{ x }}", "number", 1250.5, "1,250.5", "one thousand, two hundred and fifty point five"),
        ("{{ x }}", "integer", 3, "3", "three"),
        ("{{ x }}", "money", "12.50 USD", "$12.50", "twelve dollars, fifty cents"),
        ("{{ x }}", "money", 20, "$20.00", "twenty dollars"),
        ("{{ x }}", "phone", "(415) 555-0123", "(415) 555-0123", "four one five, five five five, zero one two three"),
        ("{{ x | phone }}", "string", "+442079460958", "+44 20 7946 0958",
         "plus four four, two zero, seven nine four six, zero nine five eight"),
        ("{{ x | digits }}", "string", "12 34", "12 34", "one two, three four"),
        ("{{ x | spell }}", "string", "Ab1", "Ab1", "A B one"),
        ("{{ x | number }}", "string", "12", "12", "twelve"),
        ("{{ x | money }}", "number", 5, "$5.00", "five dollars"),
        ("{{ x | date }}", "string", "soon", "soon", "soon"),
        ("{{ x }}", "boolean", True, "yes", "yes"),
        ("{{ x or 'you' }}", "string", "", "you", "you"),
        ("{{ 'a' if x > 2 else 'b' }}", "number", 3, "a", "a"),
        ("{% if x == 3 %}three{% else %}other{% endif %}", "number", 4, "other", "other"),
    ],
)  # fmt: skip
def test_a_value_is_written_and_spoken_by_the_rules_of_its_kind(
    template: str, kind: str, raw: object, written: str, spoken: str
) -> None:
    """Dates, times, amounts and numbers with and without filters."""
    utterance = said(template, x=value(kind, raw))

    assert (utterance.written, utterance.spoken) == (written, spoken)


def test_the_day_stands_first_where_the_language_puts_it_so() -> None:
    """British English writes the day before the month and the time without AM and PM."""
    utterance = said("{{ x }}", tag="en_GB", x=value("datetime", "2027-03-04T14:15"))

    assert utterance.written.replace(",", "") == "Thursday 4 March at 14:15"
    assert utterance.spoken == "Thursday the fourth of March, at two fifteen"


@pytest.mark.parametrize(
    ("entries", "written"), [([], ""), (["A"], "A"), (["A", "B"], "A or B"), (["A", "B", "C"], "A, B, or C")]
)
def test_a_list_ends_in_or(entries: list[str], written: str) -> None:
    """As many as there are."""
    assert said("{{ x }}", x=value("list", entries, "string")).written == written


def test_an_entry_beyond_a_list_prints_nothing() -> None:
    """A call goes on when its list is shorter than the prompt thought."""
    assert (
        said("On {{ x[3] }} or {{ x[0] | date }}.", x=value("list", ["2027-03-04"], "date")).written == "On or Thursday, March 4."
    )


def test_punctuation_stays_with_its_value() -> None:
    """Spans join with a space, so what touches a value belongs to its span."""
    spans = said("See you ({{ x }}), {{ y }}! Bye.", x=value("time", "10:30"), y=value("string", "Anna Lee")).spans

    assert spans == (
        Span(written="See you", spoken="See you"),
        Span(written="(10:30 AM),", spoken="(ten thirty),"),
        Span(written="Anna Lee! Bye.", spoken="Anna Lee! Bye."),
    )


@settings(max_examples=200)
@given(st.text(max_size=40), st.text(max_size=20))
def test_data_of_any_kind_is_only_read(data: str, around: str) -> None:
    """No text in a call's data changes the prompt around it."""
    plain = "".join(char for char in around if char not in "{}%#")
    utterance = said(f"a{plain} {{{{ x }}}} z", x=Value(kind="string", data=data))

    clean = " ".join("".join(char if char.isprintable() else " " for char in data).split())
    assert utterance.written.startswith("a")
    assert utterance.written.endswith(f"{clean} z" if clean else "z")
    assert utterance.written == utterance.spoken
    assert all(span.written for span in utterance.spans)


@pytest.mark.parametrize(
    "source",
    [
        "{{ x", "{{ x }} {% endif %}", "{{ x() }}", "{{ x.__class__.__mro__ }}{{ y() }}", "{% set a = 1 %}", "{% include 'a' %}",
        "{{ 'a' * 99999999 }}", "{{ 9 ** 9 ** 9 }}", "{{ " + "not " * 500 + "x }}",
        "{{ x" + " or x" * 500 + " }}", "{{ x | shout }}", "{{ x | date('y') }}", "{{ x[y] }}", "{{ x['a'] }}",
        "{% for a in x %}{% endfor %}", "{{ " + "(" * 2000, "x" * 5000, "{% macro a() %}{% endmacro %}", "{{ range(9) }}",
    ],
)  # fmt: skip
def test_what_a_prompt_does_not_need_is_refused(source: str) -> None:
    """Calls, loops, arithmetic and unknown filters are mistakes of the file."""
    with pytest.raises(TemplateFault):
        compile_template(source)


@pytest.mark.parametrize(
    ("kind", "raw", "wanted"),
    [
        ("phone", "1" * 27, Unfit), ("phone", "+1 (415) 555-0123", "+14155550123"), ("phone", "x" * 9, Unfit),
        ("money", {"amount": "3", "currency": "EUR"}, {"amount": "3", "currency": "EUR"}), ("money", "3 XXQ", Unfit),
        ("money", float("nan"), Unfit), ("number", float("inf"), Unfit), ("number", True, Unfit), ("integer", 1.5, Unfit),
        ("integer", 2.0, 2), ("date", "2027-02-30", Unfit), ("datetime", "2027-03-04", Unfit), ("string", 5, Unfit),
        ("list", ["a"] * 21, Unfit), ("list", "abc", Unfit), ("boolean", "yes", Unfit), ("time", "9", Unfit),
    ],
)  # fmt: skip
def test_data_is_taken_in_its_normal_form_or_refused(kind: str, raw: object, wanted: Json) -> None:
    """Every kind has one form; what cannot be read is named by what would be."""
    if wanted is Unfit:
        with pytest.raises(Unfit):
            normal(raw, kind)
    else:
        assert normal(raw, kind) == wanted

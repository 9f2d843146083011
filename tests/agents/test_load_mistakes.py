"""Loading project files: every mistake with its place and remedy."""

from __future__ import annotations

import pytest

from ringtrue.agents.scripted.load import load, load_json
from ringtrue.errors import ProjectInvalid

from .small_project import SMALL, faults_of

MISTAKES = [
    ("name: small", "nome: small", 1, 1, "nome", "name"),
    ("name: small", "name: Small!", 1, 7, "name", "my-agent"),
    ("language: en-US", "language: de-DE", 2, 11, "language", "ringtrue speech"),
    ("language: en-US", "language: qq-!!", 2, 11, "language", "en-US"),
    ("timezone: UTC", "timezone: America/New_Yrok", 3, 11, "timezone", "America/New_York"),
    ("timezone: UTC", "voice: joes", 3, 8, "voice", "default"),
    ("who: {type: string}", "who: {type: sting}", 5, 15, "variables.who.type", "'string'"),
    ("who: {type: string}", "who: {type: string, exmaple: x}", 5, 23, "variables.who.exmaple", "'example'"),
    ("who: {type: string}", "who: {type: date, default: soon}", 5, 30, "variables.who.default", "2027-03-04"),
    ("days: {type: list, of: date}", "days: {type: date, of: date}", 6, 26, "variables.days.of", "list"),
    ("type: script", "type: llm", 9, 9, "agent.type", "script"),
    ("start: one", "start: on", 10, 10, "agent.start", "'one'"),
    ('"Hello {{ who }}?"', '"Hello {{ whom }}?"', 13, 12, "agent.steps.one.say", "'who'"),
    ('"Hello {{ who }}?"', '"Hello {{ who }?"', 13, 12, "agent.steps.one.say", "close"),
    ('"Hello {{ who }}?"', '"Hello {{ who | shout }}?"', 13, 12, "agent.steps.one.say", "spell"),
    ('"Hello {{ who }}?"', '"Hello {{ who.upper() }}?"', 13, 12, "agent.steps.one.say", "filters"),
    ('"Hello {{ who }}?"', '"Hello {{ who.__class__ }}?"', 13, 12, "agent.steps.one.say", "{{ who }}"),
    ('"Hello {{ who }}?"', '"Hello {{ who[0] }}?"', 13, 12, "agent.steps.one.say", "list"),
    ('"Hello {{ who }}?"', '"Hello {% for x in days %}{% endfor %}?"', 13, 12, "agent.steps.one.say", "filters"),
    ('"Hello {{ who }}?"', "\"Hello {{ 'x'.__class__ }}?\"", 13, 12, "agent.steps.one.say", "answer.read"),
    ('"Hello {{ who }}?"', '"Hello {{ days[0].year }}?"', 13, 12, "agent.steps.one.say", "answer.read"),
    ('"Hello {{ who }}?"', "5", 13, 12, "agent.steps.one.say", "quotes"),
    ("ask: {type: yes_no}", "ask: {type: yesno}", 14, 19, "agent.steps.one.ask.type", "'yes_no'"),
    ("ask: {type: yes_no}", "ask: {type: yes_no, length: 4}", 14, 27, "agent.steps.one.ask.length", "type"),
    ("ask: {type: yes_no}", "ask: {type: digits}", 14, 12, "agent.steps.one.ask", "length"),
    ("ask: {type: yes_no}", "ask: {type: choice, from: dais}", 14, 33, "agent.steps.one.ask.from", "'days'"),
    ("ask: {type: yes_no}", "ask: {type: date, after: soon}", 14, 32, "agent.steps.one.ask.after", "today"),
    ("save: first", "save: 1st", 15, 13, "agent.steps.one.save", "letter"),
    ("next: {yes: two, no: bye}", "next: {yes: two}", 16, 13, "agent.steps.one.next", "any"),
    ("next: {yes: two, no: bye}", "next: {yes: two, no: by}", 16, 28, "agent.steps.one.next.no", "'bye'"),
    ("next: {yes: two, no: bye}", "next: {yes: two, nope: bye, no: bye}", 16, 30, "agent.steps.one.next.nope", "'no'"),
    ("next: {yes: two, no: bye}", "next: {yes: bye, no: bye}", 17, 5, "agent.steps.two", "next"),
    ('["coffee"], key: 2}', '["coffee"], key: 1}', 23, 19, "agent.steps.two.ask.options.coffee.key", "own key"),
    ('["coffee"], key: 2}', '["Tea"], key: 2}', 23, 19, "agent.steps.two.ask.options.coffee.phrases", "one option"),
    ("{{ drink.read }}", "{{ drink.reed }}", 25, 18, "agent.steps.two.read_back", "'read'"),
    ('say: "Bye."', 'say: "Bye {{ drink }}."', 27, 16, "agent.steps.bye.say", "or 'something else'"),
    ("fields: {outcome: done}}}", "fields: {outcome: dne}}}", 27, 66, "agent.steps.bye.end.fields.outcome", "'done'"),
    ("fields: {outcome: done}}}", "fields: {outcome: '{{ drink }}'}}}", 27, 66, "agent.steps.bye.end.fields.outcome", "Add it"),
    ('["coffee"], key: 2}', '["coffee"], key: x}', 23, 46, "agent.steps.two.ask.options.coffee.key", "0 to 9"),
    ("fields: {outcome: done}}}", "fields: {outcom: done}}}", 27, 65, "agent.steps.bye.end.fields.outcom", "'outcome'"),
    ("successful: true, fields: {outcome: done}", "successful: true", 27, 29, "agent.steps.bye.end.fields", "outcome"),
    ("end: {successful: true", "next: one, end: {successful: true", 27, 40, "agent.steps.bye.end", "exactly one"),
    ("ring: 20s", "ring: 20", 28, 16, "limits.ring", "40s"),
    ("ring: 20s", "ring: 20h", 28, 16, "limits.ring", "3m"),
    ("ring: 20s", "rang: 20s", 28, 10, "limits.rang", "'ring'"),
    ("limits: {ring: 20s}", "calling_hours: [mon-fri 18:00-09:00]", 28, 17, "calling_hours[0]", "09:00-18:00"),
    ("limits: {ring: 20s}", "countries: [us]", 28, 13, "countries[0]", "capital"),
    ("limits: {ring: 20s}", "disclosure: 'I am {{ first }}.'", 28, 13, "disclosure", "who"),
    (
        "limits: {ring: 20s}", "voicemail: {action: message, message: 'It is {{ code }}.'}",
        28, 39, "voicemail.message", "Leave it out",
    ),
    ("limits: {ring: 20s}", "voicemail: {action: message}", 28, 12, "voicemail.message", "machine"),
    ("limits: {ring: 20s}", "memory: always", 28, 9, "memory", "thread"),
    ("limits: {ring: 20s}", "limits: {ring: !!python/object:os.system 20s}", 28, 16, "", "Remove the tag"),
    ("limits: {ring: 20s}", "name: again", 28, 1, "name", "line 1"),
    ("type: enum, choices: [done, opted_out]", "type: enum", 31, 14, "analysis.fields.outcome.choices", "choices"),
    ("who: Anna, ", "", 34, 11, "tests[0].with.who", "json_data"),
    ("days: [], ", "days: [soon], ", 34, 29, "tests[0].with.days", "json_data"),
    ("expect: {end: bye", "expect: {end: two", 36, 19, "tests[0].expect.end", "bye"),
    ('turns: ["no"]', "turns: [{keys: abc}]", 35, 20, "tests[0].turns[0].keys", "1234#"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "line", "column", "path", "remedy"), MISTAKES)
def test_a_mistake_is_named_with_its_place_and_remedy(
    right: str, wrong: str, line: int, column: int, path: str, remedy: str
) -> None:
    """Each kind of mistake stands at its line and column, with its field and what to do."""
    assert right in SMALL

    faults = faults_of(SMALL.replace(right, wrong, 1))

    at = [(fault.line, fault.column, fault.path) for fault in faults]
    assert (line, column, path) in at, faults
    found = faults[at.index((line, column, path))]
    assert remedy in found.remedy + found.message


def test_every_mistake_is_named_at_once() -> None:
    """Several mistakes come together, in the order of the file."""
    text = SMALL.replace("timezone: UTC", "timezone: Mars").replace("no: bye}", "no: by}").replace("ring: 20s", "ring: soon")

    faults = faults_of(text)

    assert [fault.line for fault in faults] == [3, 16, 28]


def test_every_mistake_of_one_prompt_is_named_at_once() -> None:
    """Unknown filters do not hide unknown names, nor each other."""
    text = SMALL.replace("{{ who }}?", "{{ whom }} {{ who | shout }} {{ who | date(1) }}?")

    messages = " ".join(fault.message for fault in faults_of(text))

    assert [word in messages for word in ("'whom'", "'shout'", "'date'")] == [True, True, True]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("name: a: b", 1, 8),
        ("\tname: a", 1, 1),
        ("name: *nope", 1, 7),
        ("a: 1\n---\nb: 2", 2, 1),
        ("", 1, 1),
        ("name: a\x07b", 1, 8),
    ],
)
def test_what_is_no_yaml_is_named_with_its_place(text: str, line: int, column: int) -> None:
    """A syntax error has line, column and remedy like any other mistake."""
    faults = faults_of(text)

    assert (faults[0].line, faults[0].column) == (line, column)
    assert faults[0].remedy


def test_mistakes_of_json_have_no_line() -> None:
    """A project posted as JSON is checked alike, without places."""
    with pytest.raises(ProjectInvalid) as caught:
        load_json({"name": "a", "agent": 5})

    assert {fault.line for fault in caught.value.faults} == {None}
    assert "language" in {fault.path for fault in caught.value.faults}


def test_a_choice_that_ends_the_call_without_read_back_is_warned_of() -> None:
    """The check warns where an outcome is decided unread, and only there."""
    text = SMALL.replace('      read_back: "{{ drink.read }}?"\n', "")

    warnings = load(text).warnings

    assert [(warning.path, warning.line) for warning in warnings] == [("agent.steps.two.read_back", 17)]
    assert load(SMALL).warnings == ()


def test_a_circle_without_an_end_is_a_mistake() -> None:
    """Every path must be able to end; being able to ask for a person does not count."""
    text = SMALL.replace("{tea: bye, coffee: bye}", "{any: three}").replace(
        "    bye:", '    three: {say: "Again.", next: two}\n    bye:'
    )

    assert [fault.path for fault in faults_of(text)] == ["agent.steps.two", "agent.steps.three"]


def test_a_key_that_stands_for_something_anywhere_cannot_be_an_options() -> None:
    """A key means one thing at a time; the built-in key gives way to an option's."""
    taken = SMALL.replace("key: 2", "key: 0")

    assert faults_of(taken) == ()
    own = taken.replace("limits:", "  anywhere: {help: {phrases: [help], key: 0, next: bye}}\nlimits:")
    assert [fault.path for fault in faults_of(own)] == ["agent.steps.two.ask.options.coffee.key"]

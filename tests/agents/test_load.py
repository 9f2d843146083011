"""Loading project files: what is accepted, and every mistake with its place and remedy."""

from __future__ import annotations

import json
from datetime import time, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringtrue.agents.files import example
from ringtrue.agents.scripted import tree
from ringtrue.agents.scripted.faults import Faults
from ringtrue.agents.scripted.load import canonical, load, load_json, to_yaml
from ringtrue.domain.hours import CallingHours
from ringtrue.errors import ProjectFault, ProjectInvalid

DATA = Path(__file__).parent / "data"
FILES = {"appointment": example(), **{path.stem: path.read_text() for path in sorted(DATA.glob("*.yaml"))}}

SMALL = """\
name: small
language: en-US
timezone: UTC
variables:
  who: {type: string}
  days: {type: list, of: date}
  code: {type: string, sensitive: true}
agent:
  type: script
  start: one
  steps:
    one:
      say: "Hello {{ who }}?"
      ask: {type: yes_no}
      save: first
      next: {yes: two, no: bye}
    two:
      say: "Which?"
      ask:
        type: choice
        options:
          tea:    {phrases: ["tea"], key: 1, read: "have tea"}
          coffee: {phrases: ["coffee"], key: 2}
      save: drink
      read_back: "{{ drink.read }}?"
      next: {tea: bye, coffee: bye}
    bye: {say: "Bye.", end: {successful: true, fields: {outcome: done}}}
limits: {ring: 20s}
analysis:
  fields:
    outcome: {type: enum, choices: [done, opted_out], required: true}
tests:
  - name: no
    with: {who: Anna, days: [], code: "1"}
    turns: ["no"]
    expect: {end: bye, fields: {outcome: done}}
"""


def faults_of(text: str) -> tuple[ProjectFault, ...]:
    """The mistakes of a text, none when it loads."""
    try:
        load(text)
    except ProjectInvalid as exc:
        return exc.faults
    return ()


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


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + chr(ord(name) - 1)] * 10)}]\n" for name in "bcdefghij"
)


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "[" * 5000,
        "a: &a [*a]",
        "x" * 300_000,
        "{{ name }}: 1",
        "name: \ud800",
        SMALL + "".join(f"k{index}: 1\n" for index in range(9000)),
        "agent: {type: script, start: a, steps: {" + "".join(f"s{i}: {{say: x, next: t{i}}}, " for i in range(4000)) + "}}",
        "- 1\n- 2",
        "just text",
        "agent: {steps: {a: {say: '" + "{{ " + "(" * 900 + "'}}}",
        "agent: {steps: {a: {say: '{{ 9" + "9" * 3000 + " }}'}}}",
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused(text: str) -> None:
    """Alias bombs, deep nesting, huge files and halves of characters end in mistakes, not in harm."""
    assert faults_of(text)


def test_words_of_yaml_1_1_stay_text() -> None:
    """`yes`, `no`, times, dates and leading zeros are text without quotes."""
    faults = Faults()
    root = tree.parse("{yes: no, at: 10:30, on: 2027-03-04, pin: 0123, n: 12, f: 1.5, t: true, z: null}", faults)

    assert root is not None
    assert tree.plain(root) == {
        "yes": "no", "at": "10:30", "on": "2027-03-04", "pin": "0123", "n": 12, "f": 1.5, "t": True, "z": None,
    }  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_project_as_json_is_the_same_project(name: str) -> None:
    """The same content posted as JSON loads alike, and its YAML has the same content."""
    root = tree.parse(FILES[name], Faults())
    assert root is not None
    value = json.loads(json.dumps(tree.plain(root)))

    project = load_json(value)

    assert project.script == load(FILES[name]).script
    assert canonical(to_yaml(value)) == canonical(FILES[name])


def test_mistakes_of_json_have_no_line() -> None:
    """A project posted as JSON is checked alike, without places."""
    with pytest.raises(ProjectInvalid) as caught:
        load_json({"name": "a", "agent": 5})

    assert {fault.line for fault in caught.value.faults} == {None}
    assert "language" in {fault.path for fault in caught.value.faults}


def test_content_is_compared_however_it_is_written() -> None:
    """Comments, quotes and the order of keys make no new version; another word and another order of options do."""
    one = canonical(SMALL)

    assert canonical("# a comment\n" + SMALL.replace("name: small\nlanguage: en-US", "language: 'en-US'\nname: small")) == one
    assert canonical(SMALL.replace("Which?", "What?")) != one
    swapped = yaml.safe_load(SMALL)
    options = swapped["agent"]["steps"]["two"]["ask"]["options"]
    swapped["agent"]["steps"]["two"]["ask"]["options"] = dict(reversed(options.items()))
    assert canonical(yaml.safe_dump(swapped, sort_keys=False)) != canonical(
        yaml.safe_dump(yaml.safe_load(SMALL), sort_keys=False)
    )


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


def test_what_the_file_leaves_out_has_its_default() -> None:
    """Defaults are those of the documentation."""
    project = load(SMALL)

    assert (project.voice, project.memory, project.recording, project.disclosure) == ("default", "call", "always", None)
    assert project.limits.ring == timedelta(seconds=20)
    assert (project.limits.silence, project.limits.total) == (timedelta(seconds=8), timedelta(minutes=10))
    assert project.voicemail.action == "hang_up"
    assert (project.calling_hours, project.countries) == (None, None)


def test_units_and_hours_are_read() -> None:
    """Durations take several units; days take ranges and lists."""
    project = load(FILES["pin_check"])

    assert project.limits.total == timedelta(minutes=5, seconds=30)
    assert project.calling_hours == (
        CallingHours(days=frozenset(range(5)), start=time(9), end=time(18)),
        CallingHours(days=frozenset({5}), start=time(10), end=time(12, 30)),
    )
    assert project.countries == ("GB", "IE")


def test_the_contract_languages_can_be_widened() -> None:
    """With a voice for it a language is accepted."""
    text = SMALL.replace("en-US", "de-DE")

    assert load(text, languages=frozenset({"de"})).language == "de-DE"


DAMAGE = ["", "{", "}", ": ", "\n", "  ", "null", "- ", "'", "{{", "}}", "[0]", "1", "|", "&a", "*a", "!!x", "\t", "any"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(FILES)), st.data())
def test_a_damaged_file_ends_in_mistakes_only(name: str, data: st.DataObject) -> None:
    """Whatever is cut, doubled or put in: a project, or its mistakes."""
    text = FILES[name]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(st.sampled_from([*DAMAGE, text[start:end] * 2])) + text[end:]  # fmt: skip

    faults = faults_of(text)

    assert all(fault.message and fault.remedy and (fault.line or 0) >= 1 for fault in faults)


KEYS = st.sampled_from(["type", "next", "say", "ask", "end", "a"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(FILES)), st.data())
def test_a_node_of_another_kind_ends_in_mistakes_only(name: str, data: st.DataObject) -> None:
    """Any part of a project replaced by anything of JSON: a project, or its mistakes."""
    value = json.loads(json.dumps(yaml.load(FILES[name], yaml.BaseLoader)))
    node, path = value, []
    while isinstance(node, (dict, list)) and node and data.draw(st.integers(0, 4)):
        path.append((node, data.draw(st.sampled_from(sorted(node)) if isinstance(node, dict) else st.integers(0, len(node) - 1))))
        node = node[path[-1][1]]
    if path:
        path[-1][0][path[-1][1]] = data.draw(JSON)

    try:
        load_json(value)
    except ProjectInvalid as exc:
        assert exc.faults

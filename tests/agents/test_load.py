"""Loading project files: what is accepted, what is the same project, and that nothing does harm."""

from __future__ import annotations

import json
from datetime import time, timedelta

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringtrue.agents.scripted import tree
from ringtrue.agents.scripted.faults import Faults
from ringtrue.agents.scripted.load import canonical, load, load_json, to_yaml
from ringtrue.domain.hours import CallingHours
from ringtrue.errors import ProjectInvalid

from .project_files import FILES
from .small_project import SMALL, faults_of


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

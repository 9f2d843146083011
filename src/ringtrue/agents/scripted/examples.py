"""The `tests` of a project file: conversations it promises."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ringtrue.agents.scripted.faults import nearest
from ringtrue.agents.scripted.model import AnalysisField, ProjectTest, Script, TestTurn, Variable
from ringtrue.agents.scripted.names import check_constant
from ringtrue.agents.scripted.read import Reader
from ringtrue.agents.scripted.tree import Node, plain
from ringtrue.agents.scripted.variables import faults_of
from ringtrue.conversation.agent import Json

TEST = ("name", "with", "turns", "expect")
TURN = ("keys",)
EXPECT = ("end", "fields")

_KEYS = re.compile(r"[0-9*#]{1,64}\Z")


def read_tests(
    read: Reader,
    node: Node | None,
    script: Script,
    variables: Mapping[str, Variable],
    fields: Mapping[str, AnalysisField],
    home: str,
) -> tuple[ProjectTest, ...]:
    """The tests of the file."""
    tests = []
    for index, item in enumerate(read.items(node, "tests")):
        path = f"tests[{index}]"
        entries = read.entries(item, path, TEST)
        name = read.text(read.required(entries, "name", item, path, "Say what the test shows."), f"{path}.name")
        end, wanted = _expect(read, entries, item, path, script, fields)
        tests.append(
            ProjectTest(
                name=name or path,
                given=_given(read, entries.get("with"), item, f"{path}.with", variables, home),
                turns=_turns(read, entries.get("turns"), f"{path}.turns"),
                end=end,
                fields=wanted,
            )
        )
    return tuple(tests)


def _given(
    read: Reader, node: Node | None, item: Node, path: str, variables: Mapping[str, Variable], home: str
) -> Mapping[str, Json]:
    entries = read.entries(node, path, tuple(variables))
    given = {key: plain(entry) for key, entry in entries.items()}
    for name, message in faults_of(variables, given, home):
        read.add(entries.get(name, node or item), f"{path}.{name}", message, "Give it here as a call's json_data would.")
    return given  # type: ignore[return-value]  # plain() gives JSON only


def _turns(read: Reader, node: Node | None, path: str) -> tuple[TestTurn, ...]:
    turns = []
    for index, item in enumerate(read.items(node, path)):
        here = f"{path}[{index}]"
        if item.kind != "map":
            words = read.word(item, here)
            turns.append(TestTurn(words=words or ""))
            continue
        keys_node = read.required(read.entries(item, here, TURN), "keys", item, here, 'Write {keys: "1"}.')
        keys = read.word(keys_node, f"{here}.keys") if keys_node is not None else None
        if keys is not None and not _KEYS.match(keys):
            read.add(keys_node, f"{here}.keys", "These are no keys.", 'Write digits, * and # in quotes: {keys: "1234#"}.')
        turns.append(TestTurn(keys=keys or "1"))
    return tuple(turns)


def _expect(
    read: Reader, entries: dict[str, Node], item: Node, path: str, script: Script, fields: Mapping[str, AnalysisField]
) -> tuple[str | None, Mapping[str, Json]]:
    node = read.required(entries, "expect", item, path, "Write `expect: {end: STEP}`.")
    expect = read.entries(node, f"{path}.expect", EXPECT)
    end = read.text(expect.get("end"), f"{path}.expect.end")
    ends = [step.name for step in script.steps.values() if step.end is not None]
    if end is not None and end not in ends:
        read.add(expect["end"], f"{path}.expect.end", f"{end!r} is no step that ends the call.", nearest(end, ends))
    wanted: dict[str, Json] = {}
    for name, entry in read.entries(expect.get("fields"), f"{path}.expect.fields").items():
        here = f"{path}.expect.fields.{name}"
        if name not in fields:
            read.add(entry, here, f"The analysis has no field {name!r}.", nearest(name, fields))
        elif entry.kind != "scalar":
            read.add(entry, here, "A field has one value.", "Write text, a number, true, false or null.")
        else:
            if entry.scalar is not None:
                check_constant(read, entry, here, entry.scalar, fields[name])
            wanted[name] = entry.scalar
    return end, wanted

"""Loads project files: every mistake at once, each with line, column, field and remedy."""

from __future__ import annotations

import json

import yaml

from ringtrue.agents.scripted import graph, names, schema, tree
from ringtrue.agents.scripted.examples import read_tests
from ringtrue.agents.scripted.faults import Enough, Faults
from ringtrue.agents.scripted.model import LoadedProject
from ringtrue.agents.scripted.read import Reader
from ringtrue.agents.scripted.steps import read_script
from ringtrue.agents.scripted.tree import Node
from ringtrue.errors import ProjectInvalid

LANGUAGES = frozenset({"en"})
"""What the shipped catalogue has a voice and a recogniser for."""


def load(text: str, *, languages: frozenset[str] = LANGUAGES) -> LoadedProject:
    """The project of a YAML text. Raises ProjectInvalid with every mistake; warnings stand on the result."""
    faults = Faults()
    try:
        return _load(tree.parse(text, faults), faults, languages)
    except Enough:
        raise ProjectInvalid(faults.found) from None


def load_json(value: object, *, languages: frozenset[str] = LANGUAGES) -> LoadedProject:
    """The project of a JSON value: the same checks, without lines. Raises ProjectInvalid."""
    faults = Faults()
    try:
        return _load(tree.from_json(value, faults), faults, languages)
    except Enough:
        raise ProjectInvalid(faults.found) from None


def canonical(text: str) -> str:
    """The content of a file, the same for every way to write it. Raises ProjectInvalid when it is not YAML.

    The order of keys does not count, but that of `options` does: it is the order in which they are offered.
    """
    faults = Faults()
    try:
        root = tree.parse(text, faults)
    except Enough:
        root = None
    if root is None or faults.found:
        raise ProjectInvalid(faults.found)
    return json.dumps(_ordered(root, in_order=False), ensure_ascii=False)


def to_yaml(value: object) -> str:
    """The YAML text of a project given as JSON. Raises ProjectInvalid when it is no valid project."""
    load_json(value)
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)


def _ordered(node: Node, *, in_order: bool) -> object:
    if node.kind == "list":
        return [_ordered(item, in_order=False) for item in node.items]
    if node.kind == "scalar":
        return node.scalar
    entries = list(node.entries.items()) if in_order else sorted(node.entries.items())
    return [[key, _ordered(entry, in_order=key == "options")] for key, entry in entries]


def _load(root: Node | None, faults: Faults, languages: frozenset[str]) -> LoadedProject:
    if root is None:
        raise ProjectInvalid(faults.found)
    read = Reader(faults)
    top = read.entries(root, "", schema.TOP)
    head = schema.head(read, root, top, languages)
    names.check_head(read, head, top)
    reading = read_script(read, root, top.get("agent"), head.fields)
    if reading is None:
        raise ProjectInvalid(faults.found)
    graph.check(read, reading, head.variables)
    names.check_steps(read, reading, head.variables, head.fields)
    tests = read_tests(read, top.get("tests"), reading.script, head.variables, head.fields, schema.territory(head.language))
    if faults.found:
        raise ProjectInvalid(faults.found)
    return LoadedProject(
        name=head.name,
        language=head.language,
        timezone=head.timezone,
        voice=head.voice,
        memory=head.memory,
        recording=head.recording,
        disclosure=head.disclosure,
        variables=head.variables,
        limits=head.limits,
        voicemail=head.voicemail,
        calling_hours=head.calling_hours,
        countries=head.countries,
        fields=head.fields,
        tests=tests,
        script=reading.script,
        warnings=faults.warnings,
    )

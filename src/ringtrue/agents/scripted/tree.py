"""A project file as a tree of nodes that know their line and column.

Read from YAML events, never from objects: tags are refused, so nothing can be executed; aliases count at their full size,
so a bomb is refused; and plain scalars follow YAML 1.2, so that `yes`, `no`, `10:30` and `2027-03-04` stay text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import yaml

from ringtrue.agents.scripted.faults import Faults

MAX_CHARACTERS = 200_000
MAX_NODES = 20_000
MAX_DEPTH = 32

Scalar = None | bool | int | float | str
Kind = Literal["map", "list", "scalar"]

_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}\Z")
_WORDS: Mapping[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(kw_only=True, slots=True)
class Node:
    """One value of the file. `entries` maps a key to its value, `key_at` to where the key stands."""

    kind: Kind
    line: int | None
    column: int | None
    scalar: Scalar = None
    entries: dict[str, Node] = field(default_factory=dict)
    key_at: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    size: int = 1

    @property
    def is_null(self) -> bool:
        """Whether the file says null here (or nothing after the colon)."""
        return self.kind == "scalar" and self.scalar is None


def parse(text: str, faults: Faults) -> Node | None:
    """The tree of a YAML text; None after a mistake that leaves nothing to check."""
    if len(text) > MAX_CHARACTERS:
        faults.add(None, "", f"The file has more than {MAX_CHARACTERS} characters.", "Split it into several projects.")
        return None
    try:
        text.encode()
        return _Builder(faults).build(text)
    except UnicodeEncodeError:
        faults.add(None, "", "The file holds half of a surrogate pair.", "Save it as UTF-8 text.")
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        at = _Mark(mark.line + 1, mark.column + 1) if mark else None
        what = " ".join(part for part in (exc.context, exc.problem) if part)
        faults.add(at, "", f"This is not YAML: {what}.", _syntax_remedy(what))
    except yaml.reader.ReaderError as exc:
        before = text[: exc.position] if isinstance(exc.position, int) else ""
        at = _Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))
        faults.add(at, "", "There is a character that YAML does not allow.", "Remove the control character.")
    except _Refused as exc:
        faults.add(exc.at, "", exc.message, exc.remedy)
    return None


def from_json(value: object, faults: Faults) -> Node | None:
    """The tree of a project posted as JSON; its nodes have no line."""
    try:
        return _from_value(value, 0, [0])
    except _Refused as exc:
        faults.add(None, "", exc.message, exc.remedy)
        return None


def plain(node: Node) -> object:
    """The node as dicts, lists and scalars."""
    if node.kind == "map":
        return {key: plain(value) for key, value in node.entries.items()}
    if node.kind == "list":
        return [plain(item) for item in node.items]
    return node.scalar


@dataclass(frozen=True, slots=True)
class _Mark:
    line: int | None
    column: int | None


class _Refused(Exception):
    """A file that is YAML, yet goes beyond what a project may hold."""

    def __init__(self, at: _Mark | None, message: str, remedy: str) -> None:
        super().__init__(message)
        self.at = at
        self.message = message
        self.remedy = remedy


def _syntax_remedy(what: str) -> str:
    if "mapping values are not allowed" in what:
        return "Put text that contains a colon in quotes, and indent with the lines around it."
    if "tab" in what or "\\t" in what:
        return "Indent with spaces, not tabs."
    if "alias" in what:
        return "Put text that begins with * in quotes."
    if "nesting" in what:
        return "Flatten it."
    return "Check quotes, brackets and the indentation of this line and the one before."


class _Builder:
    """Builds the tree from the parser's events, one frame per open collection."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._anchors: dict[str, Node] = {}
        self._open: list[tuple[Node, str | None]] = []
        self._nodes = 0
        self._root: Node | None = None
        self._keys: list[tuple[str, _Mark] | None] = []

    def build(self, text: str) -> Node:
        documents = 0
        for event in yaml.parse(text, Loader=_Parser):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused(_mark(event), "The file holds a second YAML document.", "One file is one agent: remove `---`.")
            elif isinstance(event, yaml.NodeEvent):
                self._node(event)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                self._close()
        if self._root is None:
            raise _Refused(_Mark(1, 1), "The file is empty.", "Start from the shipped example `appointment`.")
        return self._root

    def _node(self, event: yaml.NodeEvent) -> None:
        at = _mark(event)
        if isinstance(event, yaml.AliasEvent):
            node = self._anchors.get(event.anchor or "")
            if node is None:
                raise _Refused(at, f"The alias *{event.anchor} has no anchor.", "Put text that begins with * in quotes.")
            self._count(node.size, at)
            self._place(node, at)
            return
        self._count(1, at)
        self._check_tag(event, at)
        if isinstance(event, yaml.ScalarEvent):
            if "\0" in str(event.value):
                raise _Refused(at, "The text holds a NUL.", "Remove \\0 from it.")
            node = Node(kind="scalar", line=at.line, column=at.column, scalar=_scalar(event))
            if event.anchor:
                self._anchors[event.anchor] = node
            self._place(node, at)
            return
        if len(self._open) >= MAX_DEPTH:
            raise _Refused(at, f"The file is nested deeper than {MAX_DEPTH} levels.", "Flatten it.")
        kind: Kind = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
        self._open.append((Node(kind=kind, line=at.line, column=at.column), event.anchor))
        self._keys.append(None)

    def _close(self) -> None:
        node, anchor = self._open.pop()
        self._keys.pop()
        # Only a closed collection can be referred to, so an alias can never lead back into itself.
        if anchor:
            self._anchors[anchor] = node
        self._place(node, _Mark(node.line, node.column))

    def _count(self, size: int, at: _Mark) -> None:
        self._nodes += size
        if self._nodes > MAX_NODES:
            raise _Refused(at, f"The file has more than {MAX_NODES} values, aliases counted in full.", "Write less.")

    def _check_tag(self, event: yaml.NodeEvent, at: _Mark) -> None:
        tag = getattr(event, "tag", None)
        if tag not in (None, "!", "tag:yaml.org,2002:str"):
            self._faults.add(at, "", f"The tag {tag!r} is not allowed here.", "Remove the tag; quote text that begins with !.")

    def _place(self, node: Node, at: _Mark) -> None:
        if not self._open:
            self._root = node
            return
        parent = self._open[-1][0]
        parent.size += node.size
        if parent.kind == "list":
            parent.items.append(node)
            return
        key = self._keys[-1]
        if key is None:
            self._keys[-1] = (self._key(node, at), at)
            return
        name, key_at = key
        self._keys[-1] = None
        if name in parent.entries:
            first = parent.key_at[name][0]
            self._faults.add(
                key_at, name, f"The key {name!r} stands here a second time.", f"Keep one; the first is in line {first}."
            )
            return
        parent.entries[name] = node
        parent.key_at[name] = (key_at.line, key_at.column)

    def _key(self, node: Node, at: _Mark) -> str:
        if node.kind != "scalar":
            raise _Refused(at, "A key must be a word.", "Put a template such as {{ name }} in quotes.")
        if node.scalar is None:
            return "null"
        return str(node.scalar).lower() if isinstance(node.scalar, bool) else str(node.scalar)


def _mark(event: yaml.Event) -> _Mark:
    mark = event.start_mark
    if mark is None:
        return _Mark(None, None)
    return _Mark(mark.line + 1, mark.column + 1)


def _scalar(event: yaml.ScalarEvent) -> Scalar:
    value = str(event.value)
    # The pure parser gives plain scalars the style None, the one on libyaml "".
    if event.style or event.tag is not None:
        return value
    if value in _WORDS:
        return _WORDS[value]
    if _INT.match(value):
        return int(value)
    return float(value) if _FLOAT.match(value) else value


def _from_value(value: object, depth: int, count: list[int]) -> Node:
    count[0] += 1
    if count[0] > MAX_NODES or depth > MAX_DEPTH:
        raise _Refused(None, "The project is too large or too deeply nested.", "Write less.")
    node = Node(kind="scalar", line=None, column=None)
    if isinstance(value, Mapping):
        node.kind = "map"
        for key, entry in value.items():
            node.entries[str(key)] = _from_value(entry, depth + 1, count)
            node.key_at[str(key)] = (None, None)
    elif isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        node.kind = "list"
        node.items = [_from_value(item, depth + 1, count) for item in value]
    elif value is None or isinstance(value, (bool, int, float, str)):
        node.scalar = value
    else:
        raise _Refused(None, "The project holds something that is not JSON.", "Send JSON or YAML.")
    return node

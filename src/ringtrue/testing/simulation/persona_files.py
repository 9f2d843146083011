"""The personas of a folder as a simulation needs them: the name, and what its calls should come to.

How a persona speaks is read by the callee that plays it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from ringtrue.agents.scripted.faults import Enough, Faults, nearest
from ringtrue.agents.scripted.model import AnalysisField
from ringtrue.agents.scripted.names import check_constant
from ringtrue.agents.scripted.read import Reader
from ringtrue.agents.scripted.tree import Node, parse
from ringtrue.domain.disposition import Disposition
from ringtrue.errors import ProjectFault
from ringtrue.testing.callee.persona import parse_persona
from ringtrue.testing.simulation.judging import Constant, Expectation

_EXPECT = ("fields", "successful", "reasons", "accept")
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


@dataclass(frozen=True, kw_only=True, slots=True)
class CallerFile:
    """One persona. `speaks` is what the callee's `--for` takes."""

    name: str
    path: Path
    speaks: str
    expected: Expectation


@dataclass(frozen=True, kw_only=True, slots=True)
class Misread:
    """A persona file with one of its mistakes."""

    path: Path
    fault: ProjectFault


def shipped(project: str) -> Path | None:
    """The folder of the personas that come with a shipped example, if it has any."""
    folder = Path(str(files("ringtrue.testing") / "personas" / project))
    return folder if folder.is_dir() else None


def read_folder(folder: Path, fields: Mapping[str, AnalysisField]) -> tuple[list[CallerFile], list[Misread]]:
    """The personas of `*.yaml` in the order of their files, and every mistake in them. `fields` are those of the project's
    analysis. Raises OSError when a file cannot be read."""
    callers: list[CallerFile] = []
    misread: list[Misread] = []
    for path in sorted(folder.glob("*.yaml")):
        faults = Faults()
        try:
            caller = _read(path, fields, Reader(faults), {one.name: one.path for one in callers})
        except Enough:
            caller = None
        misread += [Misread(path=path, fault=fault) for fault in faults.found]
        if caller is not None:
            callers.append(caller)
    return callers, misread


def _read(path: Path, fields: Mapping[str, AnalysisField], read: Reader, taken: Mapping[str, Path]) -> CallerFile | None:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        read.add(None, "", "The file is not UTF-8.", "Save it as UTF-8 text.")
        return None
    root = parse(text, read.faults)
    if root is None:
        return None
    entries = read.entries(root, "")
    name = _name(read, read.required(entries, "name", root, "", "Give it a name, such as `name: keeps-it`."), taken)
    speaks = _speaks(read, entries, root)
    expected = _expected(read, entries.get("expect"), fields)
    return CallerFile(name=name, path=path, speaks=speaks, expected=expected) if name and speaks else None


def _name(read: Reader, node: Node | None, taken: Mapping[str, Path]) -> str | None:
    name = read.text(node, "name")
    if name is None:
        return None
    if not name or not set(name) <= _NAME:
        read.add(node, "name", "This is no name of a persona.", "Use a-z, 0-9, - and _.")
    elif name in taken:
        read.add(node, "name", f"{taken[name].name} has the name {name!r} too.", "Give each persona a name of its own.")
    return name


def _speaks(read: Reader, entries: Mapping[str, Node], root: Node) -> str | None:
    node = read.required(dict(entries), "persona", root, "", 'Write `persona: "keys=1,2,1"`.')
    text = read.text(node, "persona")
    if text is None:
        return None
    try:
        parse_persona(text)
    except ValueError as exc:
        read.add(node, "persona", str(exc), "")
    return text


def _expected(read: Reader, node: Node | None, fields: Mapping[str, AnalysisField]) -> Expectation:
    entries = read.entries(node, "expect", _EXPECT)
    successful = entries.get("successful")
    is_judged = successful is not None and not successful.is_null
    return Expectation(
        fields=_fields(read, entries.get("fields"), "expect.fields", fields),
        successful=read.flag(successful, "expect.successful", default=False) if is_judged else None,
        reasons=_reasons(read, entries.get("reasons")),
        accept=[
            _fields(read, item, f"expect.accept[{index}]", fields)
            for index, item in enumerate(read.items(entries.get("accept"), "expect.accept"))
        ],
    )


def _fields(read: Reader, node: Node | None, path: str, known: Mapping[str, AnalysisField]) -> dict[str, Constant]:
    found: dict[str, Constant] = {}
    for name, entry in read.entries(node, path).items():
        here = f"{path}.{name}"
        if name not in known:
            read.add(entry, here, f"The project's analysis has no field {name!r}.", nearest(name, known))
        elif entry.kind != "scalar":
            read.add(entry, here, "A field has one value.", "Write text, a number, true, false or null.")
        else:
            if entry.scalar is not None:
                check_constant(read, entry, here, entry.scalar, known[name])
            found[name] = entry.scalar
    return found


def _reasons(read: Reader, node: Node | None) -> Sequence[str]:
    items = read.items(node, "expect.reasons")
    known = [one.value for one in Disposition]
    return [word for index, item in enumerate(items) if (word := read.one_of(item, f"expect.reasons[{index}]", known))]

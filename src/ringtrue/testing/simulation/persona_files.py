"""The personas of a folder as a simulation needs them: the name, and what its calls should come to.

How a persona speaks is read by the callee that plays it. One that only presses keys, is busy or hangs up needs no such file;
so that its calls can be judged too, a file may hold the short form of the callee's `--persona` beside `name` and `expect`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from ringtrue.agents.scripted.faults import Enough, Faults, nearest
from ringtrue.agents.scripted.model import AnalysisField
from ringtrue.agents.scripted.names import check_constant
from ringtrue.agents.scripted.read import Reader
from ringtrue.agents.scripted.tree import Node, parse
from ringtrue.domain.disposition import Disposition
from ringtrue.errors import ProjectFault
from ringtrue.speech.catalogue import DEFAULT_VOICE
from ringtrue.testing.callee import persona_file
from ringtrue.testing.callee.ears import DEFAULT_MODEL
from ringtrue.testing.callee.persona import parse_persona
from ringtrue.testing.simulation.judging import Constant, Expectation

_EXPECT = ("fields", "successful", "reasons", "accept")
_SHORT = ("name", "persona", "expect")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")  # a name is that of a folder as well


@dataclass(frozen=True, kw_only=True, slots=True)
class CallerFile:
    """One persona. `plays` is what the callee's `--for` takes; `models` are those of the catalogue that playing it takes."""

    name: str
    path: Path
    plays: str
    expected: Expectation
    models: frozenset[str] = frozenset()


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
    expected = _expected(read, root.entries.get("expect"), fields)
    caller = _short(read, root, path) if "persona" in root.entries else _spoken(read, text, path)
    if caller is None:
        return None
    name = caller.name
    if not set(name) <= _LETTERS:
        read.add(root.entries.get("name"), "name", f"{name[:40]!r} is no name of a persona.", "Use a-z, 0-9, - and _.")
    elif name in taken:
        read.add(root, "name", f"{taken[name].name} has the name {name!r} too.", "Give each persona a name of its own.")
    return replace(caller, expected=expected)


def _spoken(read: Reader, text: str, path: Path) -> CallerFile | None:
    """A persona that speaks, as the callee reads it."""
    try:
        found = persona_file.read(text, name=path.name, folder=path.parent)
    except persona_file.PersonaInvalid as exc:
        for fault in exc.faults:
            read.add(fault, fault.path, fault.message, fault.remedy)
        return None
    ears = {DEFAULT_MODEL} if found.traits.needs_ears else set()
    voices = {one.name or DEFAULT_VOICE for one in found.traits.voices if one.engine == "piper"}
    return CallerFile(
        name=found.name.removesuffix(path.suffix),
        path=path,
        plays=str(path.absolute()),
        expected=Expectation(),
        models=frozenset(ears | voices),
    )


def _short(read: Reader, root: Node, path: Path) -> CallerFile | None:
    """A persona that does not speak."""
    entries = read.entries(root, "", _SHORT)
    name = read.text(read.required(entries, "name", root, "", "Write for example `name: keeps-it`."), "name")
    text = read.text(entries["persona"], "persona")
    if not name or text is None:
        return None
    try:
        parse_persona(text)
    except ValueError as exc:
        read.add(entries["persona"], "persona", str(exc), 'Write for example `persona: "keys=1,2,1"`.')
    return CallerFile(name=name, path=path, plays=text, expected=Expectation())


def _expected(read: Reader, node: Node | None, fields: Mapping[str, AnalysisField]) -> Expectation:
    entries = read.entries(node, "expect", _EXPECT)
    successful = entries.get("successful")
    is_judged = successful is not None and not successful.is_null
    # Of a persona that gives nothing, such as one that is silent, the record must state nothing.
    nothing = dict.fromkeys(fields) if node is not None else {}
    return Expectation(
        fields=_fields(read, entries.get("fields"), "expect.fields", fields) or nothing,
        successful=read.flag(successful, "expect.successful", default=False) if is_judged else None,
        reasons=_reasons(read, entries.get("reasons")),
        accept=tuple(
            _fields(read, item, f"expect.accept[{index}]", fields)
            for index, item in enumerate(read.items(entries.get("accept"), "expect.accept"))
        ),
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


def _reasons(read: Reader, node: Node | None) -> tuple[str, ...]:
    items = read.items(node, "expect.reasons")
    known = [one.value for one in Disposition]
    words = [read.one_of(item, f"expect.reasons[{index}]", known) for index, item in enumerate(items)]
    return tuple(word for word in words if word is not None)

"""What `ringtrue simulate` is given, checked before anything starts: each mistake ends the command with its remedy."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from ringtrue.agents.scripted.model import LoadedProject
from ringtrue.agents.scripted.variables import check_variables
from ringtrue.cli.arguments import json_object
from ringtrue.cli.commands.projects import sentence
from ringtrue.cli.output import Exit, fail
from ringtrue.errors import InvalidInput
from ringtrue.settings import Settings
from ringtrue.testing.simulation.persona_files import CallerFile, read_folder, shipped
from ringtrue.testing.simulation.runs import MOST_PERSONAS


def callers(folder: Path | None, project: LoadedProject) -> list[CallerFile]:
    """The personas of the folder, or those that are shipped for a project of that name."""
    folder = folder or shipped(project.name)
    if folder is None:
        fail(f"No personas are shipped for {project.name!r}: write some and name their folder with --personas.", Exit.USAGE)
    if not folder.is_dir():
        fail(f"--personas takes a folder, and {folder} is none.", Exit.USAGE)
    try:
        found, misread = read_folder(folder, project.fields)
    except OSError as exc:
        fail(f"{exc.filename} cannot be read ({(exc.strerror or 'refused').lower()}).", Exit.USAGE)
    for one in misread:
        place = f":{one.fault.line}:{one.fault.column}" if one.fault.line is not None else ""
        sys.stderr.write(f"{one.path}{place}: {sentence(one.fault)}\n")
    if misread:
        fail(f"The personas in {folder} have {len(misread)} mistake{'s' if len(misread) != 1 else ''}.", Exit.USAGE)
    if not found:
        fail(f"There are no personas in {folder}: write one as NAME.yaml there.", Exit.USAGE)
    if len(found) > MOST_PERSONAS:
        fail(f"There are more than {MOST_PERSONAS} personas in {folder}: split them into several folders.", Exit.USAGE)
    return found


def chosen(names: Collection[str], found: Sequence[CallerFile]) -> frozenset[str]:
    """The names, all of which there are."""
    known = [one.name for one in found]
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            remedy = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}."
            fail(f"There is no persona {name!r}: {remedy}", Exit.USAGE)
    return frozenset(names)


def country(project: LoadedProject) -> str:
    """Where the callers live: somewhere the project may call."""
    return project.countries[0] if project.countries else Settings().country


def data(project: LoadedProject, given: str | None) -> Mapping[str, Any]:
    """The data of every call: what the option gives, else the file's examples."""
    values: Mapping[str, Any] = json_object(given) if given is not None else _examples(project)
    try:
        check_variables(project, values)
    except InvalidInput as exc:
        remedy = "Give it an example in the file, or a value with --data." if given is None else "Change what --data gives."
        fail(f"{exc.sentence} {remedy}", Exit.USAGE)
    return values


def _examples(project: LoadedProject) -> dict[str, object]:
    return {name: variable.example for name, variable in project.variables.items() if variable.has_example}


def prepare(*, junit: Path | None, keep: Path | None) -> None:
    """See that what is to be written can be, and that no results of an earlier simulation are taken for those of this one."""
    try:
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / ".writable").touch()
            (keep / ".writable").unlink()
        if junit is not None:
            junit.touch()
            junit.unlink()
    except OSError as exc:
        fail(f"{exc.filename} cannot be written ({(exc.strerror or 'refused').lower()}): choose another.", Exit.USAGE)

"""The names that templates use: each must exist, and be known on every path to where it is used."""

from __future__ import annotations

from collections.abc import Mapping

from ringtrue.agents.scripted.faults import nearest
from ringtrue.agents.scripted.graph import place, side_targets
from ringtrue.agents.scripted.model import AnalysisField, End, Script, Step, Variable
from ringtrue.agents.scripted.read import Reader
from ringtrue.agents.scripted.schema import Head
from ringtrue.agents.scripted.steps import Reading
from ringtrue.agents.scripted.template import ATTRIBUTES, Template, Use
from ringtrue.agents.scripted.tree import Node
from ringtrue.conversation.agent import Json


def check_head(read: Reader, head: Head, top: Mapping[str, Node]) -> None:
    """Check the disclosure and the voicemail message, which know the call's data only."""
    if head.disclosure is not None:
        _check(read, head.disclosure, top["disclosure"], "disclosure", head.variables, {}, frozenset())
    message = head.voicemail.message
    if message is None:
        return
    at, path = top["voicemail"].entries.get("message"), "voicemail.message"
    _check(read, message, at, path, head.variables, {}, frozenset())
    for name in sorted({use.name for use in message.uses()}):
        if name in head.variables and head.variables[name].sensitive:
            read.add(at, path, f"{name!r} is sensitive: a machine may play it to anyone.", "Leave it out of the message.")


def check_steps(read: Reader, reading: Reading, variables: Mapping[str, Variable], fields: Mapping[str, AnalysisField]) -> None:
    """Check every template of the script, and that each end gives the analysis what it wants."""
    saved = {step.save: step.name for step in reading.script.steps.values() if step.save and step.ask}
    sure = _surely_saved(reading.script)
    for step in reading.script.steps.values():
        path = f"agent.steps.{step.name}"
        if path not in reading.places:
            continue
        known = sure.get(step.name, frozenset(saved))
        _check(read, step.say, place(reading.places, f"{path}.say"), f"{path}.say", variables, saved, known)
        if step.read_back is not None:
            own = known | {step.save} if step.save else known
            where = f"{path}.read_back"
            _check(read, step.read_back, place(reading.places, where), where, variables, saved, own)
        for key, limit in (("after", step.ask.after), ("before", step.ask.before)) if step.ask else ():
            if isinstance(limit, Template):
                where = f"{path}.ask.{key}"
                _check(read, limit, place(reading.places, where), where, variables, saved, known)
        if step.end is not None:
            _check_end(read, step, step.end, reading, variables, fields, saved, known)
    for index, text in enumerate(reading.script.unclear.say):
        where = f"agent.unclear.say[{index}]"
        _check(read, text, place(reading.places, "agent.unclear.say"), where, variables, saved, frozenset())


def _surely_saved(script: Script) -> Mapping[str, frozenset[str]]:
    """Per step the names that are saved on every path to it: the greatest fixed point of the paths' intersections."""
    sure: dict[str, frozenset[str]] = {script.start: frozenset()}
    waiting = [script.start]
    while waiting:
        step = script.steps.get(waiting.pop())
        if step is None:
            continue
        before = sure[step.name]
        for to, after in _edges(script, step, before):
            merged = after if to not in sure else sure[to] & after
            if sure.get(to) != merged:
                sure[to] = merged
                waiting.append(to)
    return sure


def _edges(script: Script, step: Step, before: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    if step.goto:
        return [(step.goto, before)]
    if step.ask is None:
        return []
    # An answer of "none" of an open question leaves nothing to save.
    filled = before | {step.save} if step.save else before
    edges = [(to, before if answer == "none" else filled) for answer, to in step.next.items()]
    return edges + [(to, before) for to in side_targets(script)]


def _check(
    read: Reader,
    template: Template,
    at: Node | None,
    path: str,
    variables: Mapping[str, Variable],
    saved: Mapping[str, str],
    known: frozenset[str],
) -> None:
    for use in dict.fromkeys(template.uses()):
        if use.name in saved:
            _check_saved(read, use, at, path, saved, known | frozenset(variables))
        elif use.name not in variables:
            read.add(at, path, f"There is no variable {use.name!r}.", nearest(use.name, [*variables, *saved]))
        else:
            _check_variable(read, use, at, path, variables[use.name])


def _check_saved(read: Reader, use: Use, at: Node | None, path: str, saved: Mapping[str, str], known: frozenset[str]) -> None:
    if use.attribute is not None and use.attribute not in ATTRIBUTES:
        read.add(at, path, f"An answer has no {use.attribute!r}.", nearest(use.attribute, ATTRIBUTES))
    if use.index is not None:
        read.add(at, path, f"{use.name!r} is no list.", f"Write {{{{ {use.name} }}}}.")
    if use.name not in known and not use.is_guarded:
        read.add(
            at,
            path,
            f"{use.name!r} is not known on every path to this step; it is saved in {saved[use.name]!r}.",
            f"Ask for it on every path, or write {{{{ {use.name} or 'something else' }}}}.",
        )


def _check_variable(read: Reader, use: Use, at: Node | None, path: str, variable: Variable) -> None:
    if use.attribute is not None:
        read.add(at, path, f"The variable {use.name!r} has no {use.attribute!r}.", f"Write {{{{ {use.name} }}}}.")
    if use.index is not None and variable.kind != "list":
        read.add(at, path, f"{use.name!r} is no list.", f"Write {{{{ {use.name} }}}}, or declare it as `type: list`.")


def _check_end(
    read: Reader,
    step: Step,
    end: End,
    reading: Reading,
    variables: Mapping[str, Variable],
    fields: Mapping[str, AnalysisField],
    saved: Mapping[str, str],
    known: frozenset[str],
) -> None:
    path = f"agent.steps.{step.name}.end"
    for name, value in end.fields.items():
        where = f"{path}.fields.{name}"
        at = place(reading.places, where)
        if name not in fields:
            remedy = (
                f"{nearest(name, fields)} Or declare it under `analysis.fields`."
                if fields
                else "Declare it under `analysis.fields`."
            )
            read.add(at, where, f"The analysis has no field {name!r}.", remedy)
        elif isinstance(value, Template):
            _check_options(read, reading.script, value, at, where, fields[name])
            # A lone value that was not said is null in the record, so it need not be known on every path.
            sure = known | frozenset(saved) if value.bare is not None and not fields[name].required else known
            _check(read, value, at, where, variables, saved, sure)
        else:
            check_constant(read, at, where, value, fields[name])
    for field in fields.values():
        if field.required and field.name not in end.fields and field.name not in known:
            at = place(reading.places, f"{path}.fields")
            read.add(at, f"{path}.fields", f"The required field {field.name!r} is missing.", f"Write `{field.name}: ...` here.")


def _check_options(read: Reader, script: Script, value: Template, at: Node | None, path: str, field: AnalysisField) -> None:
    """Note options of a saved choice that the enum it fills does not have."""
    if field.kind != "enum" or value.bare is None:
        return
    names = {use.name for use in value.uses() if use.attribute is None}
    options = [option.name for step in script.steps.values() if step.ask and step.save in names for option in step.ask.options]
    foreign = sorted(set(options) - set(field.choices))
    if foreign:
        read.add(
            at,
            path,
            f"{field.name!r} has no choice {foreign[0]!r}, which may be the answer.",
            f"Add it to the choices of {field.name!r}.",
        )


def check_constant(read: Reader, at: Node | None, path: str, value: Json, field: AnalysisField) -> None:
    """Note a constant that the field cannot take."""
    if value is None:
        if field.required:
            read.add(at, path, f"The field {field.name!r} is required.", "Write its value.")
    elif field.kind == "enum" and str(value) not in field.choices:
        read.add(at, path, f"{field.name!r} cannot be {str(value)[:40]!r}.", nearest(str(value), field.choices))
    elif field.kind == "boolean" and not isinstance(value, bool):
        read.add(at, path, f"{field.name!r} must be true or false.", "Write true or false without quotes.")
    elif field.kind == "number" and (isinstance(value, bool) or not isinstance(value, (int, float))):
        read.add(at, path, f"{field.name!r} must be a number.", "Write a number without quotes.")
    elif field.kind == "string" and not isinstance(value, str):
        read.add(at, path, f"{field.name!r} must be text.", "Put it in quotes.")

"""The rules between steps: every `next` exists and covers every answer, every step is reachable, every path can end."""

from __future__ import annotations

from collections.abc import Mapping

from ringtrue.agents.scripted.asks import answers_of
from ringtrue.agents.scripted.faults import nearest
from ringtrue.agents.scripted.model import Script, Step, Variable
from ringtrue.agents.scripted.read import KeyPlace, Reader
from ringtrue.agents.scripted.steps import Reading, targets
from ringtrue.agents.scripted.tree import Node


def check(read: Reader, reading: Reading, variables: Mapping[str, Variable]) -> None:
    """Note every breach of the rules between steps."""
    _check_targets(read, reading)
    for step in reading.script.steps.values():
        _check_answers(read, step, reading.places, variables)
        _check_keys(read, step, reading)
        _warn_unread(read, step, reading)
    _check_paths(read, reading)


def place(places: Mapping[str, Node], path: str) -> Node | None:
    """Where a path stands; the nearest part of it that the file holds."""
    while path:
        if path in places:
            return places[path]
        path = path.rpartition(".")[0]
    return None


def side_targets(script: Script) -> tuple[str, ...]:
    """Steps that may follow any question: what is understood anywhere, and giving up."""
    return (*(entry.next for entry in script.anywhere), script.unclear.give_up)


def reachable(script: Script) -> frozenset[str]:
    """The steps that some conversation can come to."""
    seen: set[str] = set()
    waiting = [script.start]
    while waiting:
        name = waiting.pop()
        step = script.steps.get(name)
        if step is None or name in seen:
            continue
        seen.add(name)
        waiting.extend(targets(step))
        if step.ask is not None:
            waiting.extend(side_targets(script))
    return frozenset(seen)


def _check_targets(read: Reader, reading: Reading) -> None:
    script = reading.script
    named = [("agent.start", script.start), ("agent.unclear.give_up", script.unclear.give_up)]
    named += [(f"agent.anywhere.{entry.name}.next", entry.next) for entry in script.anywhere if entry.next]
    for step in script.steps.values():
        path = f"agent.steps.{step.name}.next"
        named += [(path, step.goto)] if step.goto else []
        named += [(f"{path}.{answer}", to) for answer, to in step.next.items()]
    for path, to in named:
        if to not in script.steps:
            known = sorted(script.steps)
            read.add(place(reading.places, path), path, f"There is no step {to!r}.", nearest(to, known))


def _check_answers(read: Reader, step: Step, places: Mapping[str, Node], variables: Mapping[str, Variable]) -> None:
    if step.ask is None:
        return
    path = f"agent.steps.{step.name}"
    if step.ask.source is not None:
        lists = [variable.name for variable in variables.values() if variable.kind == "list"]
        if step.ask.source not in lists:
            where = f"{path}.ask.from"
            read.add(
                place(places, where),
                where,
                f"{step.ask.source!r} is no list among the variables.",
                nearest(step.ask.source, lists),
            )
    if not step.next:
        return
    wanted = answers_of(step.ask)
    where = f"{path}.next"
    for answer in step.next:
        if answer not in (*wanted, "any", "none"):
            read.add(
                place(places, f"{where}.{answer}"), f"{where}.{answer}", f"{answer!r} is no answer here.", nearest(answer, wanted)
            )
    covered = set(step.next) if "any" not in step.next else {*step.next, *(answer for answer in wanted if answer != "none")}
    missing = [answer for answer in wanted if answer not in covered]
    if missing:
        read.add(
            place(places, where),
            where,
            f"`next` does not say what follows {', '.join(repr(answer) for answer in missing)}.",
            "Add it; `any` and `none` catch what is not named.",
        )


def _check_keys(read: Reader, step: Step, reading: Reading) -> None:
    if step.ask is None or step.ask.kind != "choice":
        return
    own = {entry.key: entry.name for entry in reading.script.anywhere if entry.key and entry.name in reading.own_anywhere}
    for option in step.ask.options:
        if option.key in own:
            path = f"agent.steps.{step.name}.ask.options.{option.name}"
            read.add(
                place(reading.places, path),
                f"{path}.key",
                f"The key {option.key} stands for {own[option.key]!r} anywhere.",
                "Give one of the two another key.",
            )


def _check_paths(read: Reader, reading: Reading) -> None:
    steps = reading.script.steps
    found = reachable(reading.script)
    ending = {step.name for step in steps.values() if step.end is not None}
    grew = True
    while grew:
        more = {step.name for step in steps.values() if step.name not in ending and ending.intersection(targets(step))}
        ending |= more
        grew = bool(more)
    for name in steps:
        path = f"agent.steps.{name}"
        if path not in reading.places:
            continue
        at = KeyPlace(reading.places["agent.steps"], name)
        if name not in found and reading.script.start in steps:
            read.add(at, path, f"No step leads to {name!r}.", "Name it in a `next`, or remove it.")
        elif name not in ending and all(to in steps for to in targets(steps[name])) and targets(steps[name]):
            read.add(at, path, f"No path from {name!r} comes to an end.", "Let one of its answers lead to a step with `end`.")


def _warn_unread(read: Reader, step: Step, reading: Reading) -> None:
    if step.ask is None or step.ask.kind != "choice" or step.read_back is not None:
        return
    steps = reading.script.steps
    for first in step.next.values():
        to, seen = first, set[str]()
        while to in steps and to not in seen and steps[to].goto is not None:
            seen.add(to)
            to = steps[to].goto or ""
        if to in steps and steps[to].end is not None:
            path = f"agent.steps.{step.name}.read_back"
            read.faults.warn(
                KeyPlace(reading.places["agent.steps"], step.name),
                path,
                "This choice decides how the call ends, but is not read back.",
                "Add `read_back`.",
            )
            return

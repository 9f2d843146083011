"""The `agent` part of a project file: its steps, what is understood anywhere, and what to do with unclear answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from ringtrue.agents.scripted import builtin
from ringtrue.agents.scripted.asks import read_ask
from ringtrue.agents.scripted.faults import nearest
from ringtrue.agents.scripted.model import AnalysisField, Anywhere, End, Script, Step, Unclear
from ringtrue.agents.scripted.read import KeyPlace, Reader
from ringtrue.agents.scripted.template import Template, compile_template
from ringtrue.agents.scripted.tree import Node
from ringtrue.conversation.agent import Json

AGENT = ("type", "start", "steps", "anywhere", "unclear")
STEP = ("say", "ask", "save", "read_back", "next", "end")
END = ("successful", "fields")
ANYWHERE = ("phrases", "key", "next")
MOST_STEPS = 500
UNCLEAR = ("times", "say", "then", "give_up")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """The script as far as it could be read, and where its parts stand (by path)."""

    script: Script
    places: Mapping[str, Node]
    own_anywhere: frozenset[str] = field(default_factory=frozenset)


def read_script(read: Reader, root: Node, node: Node | None, fields: Mapping[str, AnalysisField]) -> Reading | None:
    """The agent of the file; None when there is none to check further."""
    if node is None or node.is_null:
        read.add(root, "agent", "agent is missing.", "Write `agent: {type: script, start: ..., steps: ...}`.")
        return None
    kind_node = node.entries.get("type")
    if kind_node is not None and kind_node.scalar == "llm":
        read.add(kind_node, "agent.type", "Agents of type llm are not in this release.", "Write `type: script` with steps.")
        return None
    agent = read.entries(node, "agent", AGENT)
    read.one_of(read.required(agent, "type", node, "agent", "Write `type: script`."), "agent.type", ("script", "llm"))
    places: dict[str, Node] = {"agent": node}
    listed = read.required(agent, "steps", node, "agent", "Write the steps, one name each.")
    if listed is not None:
        places["agent.steps"] = listed
    if listed is not None and len(listed.entries) > MOST_STEPS:
        read.add(listed, "agent.steps", f"The agent has more than {MOST_STEPS} steps.", "Split it into several projects.")
        return None
    steps = {name: _step(read, name, entry, places) for name, entry in read.entries(listed, "agent.steps").items()}
    start = read.text(read.required(agent, "start", node, "agent", "Name the first step."), "agent.start")
    if "start" in agent:
        places["agent.start"] = agent["start"]
    anywhere, own = _anywhere(read, agent.get("anywhere"), places)
    unclear = _unclear(read, agent.get("unclear"), places)
    if not steps:
        return None
    wanted = {entry.next for entry in anywhere} | {unclear.give_up} | {to for step in steps.values() for to in targets(step)}
    built_in = {name: builtin.end_step(name, fields) for name in sorted(builtin.END_NAMES & wanted) if name not in steps}
    script = Script(start=start or next(iter(steps)), steps={**steps, **built_in}, anywhere=anywhere, unclear=unclear)
    return Reading(script=script, places=places, own_anywhere=own)


def targets(step: Step) -> tuple[str, ...]:
    """The steps that may follow by an answer or plainly."""
    return tuple(step.next.values()) + ((step.goto,) if step.goto else ())


def _step(read: Reader, name: str, node: Node, places: dict[str, Node]) -> Step:
    path = f"agent.steps.{name}"
    places[path] = node
    entries = read.entries(node, path, STEP)
    places.update({f"{path}.{key}": entry for key, entry in entries.items()})
    say = read.template(read.required(entries, "say", node, path, "Write what is said here."), f"{path}.say")
    ask = read_ask(read, entries.get("ask"), f"{path}.ask", places) if _has(entries, "ask") else None
    _check_shape(read, entries, node, path)
    goto, answers = _next(read, entries.get("next"), f"{path}.next", places, has_ask=_has(entries, "ask"))
    for key in ("save", "read_back"):
        if _has(entries, key) and not _has(entries, "ask"):
            read.add(entries[key], f"{path}.{key}", f"Only a step that asks has `{key}`.", f"Add `ask`, or remove `{key}`.")
    if _has(entries, "ask") and ask is not None and goto is not None:
        answers, goto = {"any": goto, **({"none": goto} if ask.source else {})}, None
    return Step(
        name=name,
        say=say or compile_template("?"),
        ask=ask,
        save=read.name(entries.get("save"), f"{path}.save"),
        read_back=read.template(entries.get("read_back"), f"{path}.read_back"),
        next=answers if ask is not None else {},
        goto=goto,
        end=_end(read, entries["end"], f"{path}.end", places) if _has(entries, "end") else None,
    )


def _has(entries: Mapping[str, Node], key: str) -> bool:
    return key in entries and not entries[key].is_null


def _check_shape(read: Reader, entries: Mapping[str, Node], node: Node, path: str) -> None:
    has = {key: _has(entries, key) for key in ("ask", "next", "end")}
    remedy = "A step has `say` and exactly one of `ask` with `next`, a plain `next: STEP`, or `end`."
    if has["end"] and (has["ask"] or has["next"]):
        read.add(entries["end"], f"{path}.end", "A step that ends the call neither asks nor goes on.", remedy)
    elif has["ask"] and not has["next"]:
        read.add(entries["ask"], f"{path}.next", "The step asks, but has no `next` for the answers.", remedy)
    elif not any(has.values()):
        read.add(node, path, f"The step {path.rsplit('.', 1)[-1]!r} leads nowhere.", remedy)


def _next(
    read: Reader, node: Node | None, path: str, places: dict[str, Node], *, has_ask: bool
) -> tuple[str | None, dict[str, str]]:
    if node is None or node.is_null:
        return None, {}
    if node.kind == "scalar":
        return read.text(node, path), {}
    if not has_ask and node.kind == "map":
        read.add(node, path, "Answers need a question.", "Add `ask`, or write `next: STEP`.")
        return None, {}
    answers: dict[str, str] = {}
    for answer, entry in read.entries(node, path).items():
        places[f"{path}.{answer}"] = entry
        step = read.text(entry, f"{path}.{answer}")
        if entry.is_null:
            read.add(entry, f"{path}.{answer}", "No step is named here.", "Name the step that follows.")
        if step is not None:
            answers[answer] = step
    return None, answers


def _end(read: Reader, node: Node, path: str, places: dict[str, Node]) -> End:
    entries = read.entries(node, path, END)
    if node.kind == "map":
        read.required(entries, "successful", node, path, "Write `successful: true` or `false`.")
    fields: dict[str, Json | Template] = {}
    for name, entry in read.entries(entries.get("fields"), f"{path}.fields").items():
        places[f"{path}.fields.{name}"] = entry
        if entry.kind != "scalar":
            read.add(entry, f"{path}.fields.{name}", "A field takes one value.", "Write text, a number, true or false.")
        elif isinstance(entry.scalar, str) and ("{{" in entry.scalar or "{%" in entry.scalar):
            template = read.template(entry, f"{path}.fields.{name}")
            if template is not None:
                fields[name] = template
        else:
            fields[name] = entry.scalar
    return End(successful=read.flag(entries.get("successful"), f"{path}.successful", default=False), fields=fields)


def _anywhere(read: Reader, node: Node | None, places: dict[str, Node]) -> tuple[tuple[Anywhere, ...], frozenset[str]]:
    found: dict[str, Anywhere] = {
        "operator": Anywhere(name="operator", phrases=builtin.OPERATOR_PHRASES, key="0", next="operator"),
        "stop": Anywhere(name="stop", phrases=builtin.STOP_PHRASES, key=None, next="opted_out", opts_out=True),
    }
    own: set[str] = set()
    for name, entry in read.entries(node, "agent.anywhere").items():
        path = f"agent.anywhere.{name}"
        places[path] = entry
        standard = found.pop(name, None)
        if entry.is_null:
            if standard is None and node is not None:
                remedy = nearest(name, ("operator", "stop"))
                read.add(KeyPlace(node, name), path, f"There is no built-in {name!r} to switch off.", remedy)
            continue
        own.add(name)
        found[name] = _anywhere_entry(read, name, entry, standard, places)
    return tuple(found.values()), frozenset(own)


def _anywhere_entry(read: Reader, name: str, node: Node, standard: Anywhere | None, places: dict[str, Node]) -> Anywhere:
    path = f"agent.anywhere.{name}"
    entries = read.entries(node, path, ANYWHERE)
    places.update({f"{path}.{key}": entry for key, entry in entries.items()})
    phrases = [
        read.word(item, f"{path}.phrases[{i}]") for i, item in enumerate(read.items(entries.get("phrases"), f"{path}.phrases"))
    ]
    key = read.word(entries["key"], f"{path}.key") if _has(entries, "key") else None
    if key is not None and not (len(key) == 1 and key in "0123456789"):
        read.add(entries["key"], f"{path}.key", "A key is one digit.", "Write a digit from 0 to 9.")
        key = None
    if standard is None and not phrases and key is None:
        read.add(node, path, "Nothing would ever lead here.", "Give it `phrases`, a `key`, or both.")
    if standard is None:
        read.required(entries, "next", node, path, "Name the step that follows.")
    return Anywhere(
        name=name,
        # A wish to be left alone must be understood in the words the product knows, whatever the file adds.
        phrases=tuple(dict.fromkeys([*(phrase for phrase in phrases if phrase), *(standard.phrases if standard else ())])),
        key=key if "key" in entries or standard is None else standard.key,
        next=read.text(entries.get("next"), f"{path}.next") or (standard.next if standard else ""),
        opts_out=name == "stop",
    )


def _unclear(read: Reader, node: Node | None, places: dict[str, Node]) -> Unclear:
    entries = read.entries(node, "agent.unclear", UNCLEAR)
    places.update({f"agent.unclear.{key}": entry for key, entry in entries.items()})
    times = read.number(entries.get("times"), "agent.unclear.times", low=0, high=10)
    said = entries.get("say")
    listed = [said] if said is not None and said.kind == "scalar" and not said.is_null else read.items(said, "agent.unclear.say")
    say = [read.template(item, f"agent.unclear.say[{index}]") for index, item in enumerate(listed)]
    then: str | None = "keypad"
    if "then" in entries:
        then = read.one_of(entries["then"], "agent.unclear.then", ("keypad",))
    return Unclear(
        times=int(times) if times is not None else 2,
        say=tuple(text for text in say if text is not None) or tuple(compile_template(text) for text in builtin.UNCLEAR),
        then=cast(Literal["keypad"] | None, then),
        give_up=read.text(entries.get("give_up"), "agent.unclear.give_up") or "gave_up",
    )

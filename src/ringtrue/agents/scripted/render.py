"""Prints a template for one call: spans whose written and spoken form are each what they should be.

Values are put into spans, never into text that is parsed again, so nothing in a call's data can be read as a template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from jinja2 import nodes

from ringtrue.agents.scripted.spoken import Speaker
from ringtrue.agents.scripted.template import Template, index_of
from ringtrue.agents.scripted.values import UNSET, Value, ValueKind, masked
from ringtrue.conversation.agent import Json, Span

Scope = Mapping[str, Value]

_WORD_OR_SPACE = re.compile(r"\s+|\S+")


def spans(template: Template, scope: Scope, speaker: Speaker) -> tuple[Span, ...]:
    """The template's text, split where the written and the spoken form differ; punctuation stays with its value."""
    pieces: list[Span] = []
    _print(template.tree.body, scope, speaker, pieces)
    return joined(pieces)


def field_value(template: Template, scope: Scope, speaker: Speaker) -> Json:
    """What a field of the analysis gets: a lone `{{ name }}` the value itself, anything else the written text.

    Null where a lone value was not said.
    """
    bare = template.bare
    if bare is None:
        return " ".join(span.written for span in spans(template, {name: masked(value) for name, value in scope.items()}, speaker))
    value = masked(evaluate(bare, scope, speaker))
    if not value:
        return None
    return value.data


def value_of(template: Template, scope: Scope, speaker: Speaker) -> Value:
    """The value of a template that is one lone expression; unset for any other."""
    return evaluate(template.bare, scope, speaker) if template.bare is not None else UNSET


def _print(body: Sequence[nodes.Node], scope: Scope, speaker: Speaker, pieces: list[Span]) -> None:
    for node in body:
        if isinstance(node, nodes.TemplateData):
            pieces.append(Span(written=node.data, spoken=node.data))
        elif isinstance(node, nodes.Output):
            _print(node.nodes, scope, speaker, pieces)
        elif isinstance(node, nodes.If):
            _print(_branch(node, scope, speaker), scope, speaker, pieces)
        else:
            pieces.append(_expression(cast(nodes.Expr, node), scope, speaker))


def _branch(node: nodes.If, scope: Scope, speaker: Speaker) -> Sequence[nodes.Node]:
    arms: list[nodes.If] = [node, *node.elif_]
    for arm in arms:
        if _holds(cast(nodes.Expr, arm.test), scope, speaker):
            return arm.body
    return node.else_


def _expression(node: nodes.Expr, scope: Scope, speaker: Speaker) -> Span:
    if isinstance(node, nodes.Filter) and node.node is not None:
        return speaker.filtered(evaluate(node.node, scope, speaker), node.name)
    if isinstance(node, nodes.Or):
        arm = node.left if _holds(node.left, scope, speaker) else node.right
        return _expression(arm, scope, speaker)
    if isinstance(node, nodes.CondExpr):
        arm_or_none = node.expr1 if _holds(node.test, scope, speaker) else node.expr2
        return _expression(arm_or_none, scope, speaker) if arm_or_none else Span(written="", spoken="")
    return speaker.span(evaluate(node, scope, speaker))


def _holds(node: nodes.Expr, scope: Scope, speaker: Speaker) -> bool:
    value = evaluate(node, scope, speaker)
    return bool(value) and value.data is not False and not (value.kind == "choice" and value.data == "no")


def evaluate(node: nodes.Expr, scope: Scope, speaker: Speaker) -> Value:
    """The value of an expression; a filter makes it the written text."""
    match node:
        case nodes.Name():
            return scope.get(node.name, UNSET)
        case nodes.Const():
            return Value(kind=_kind_of(node.value), data=node.value)
        case nodes.Neg() | nodes.Not():
            return _negated(node, scope, speaker)
        case nodes.Getattr():
            return _attribute(evaluate(node.node, scope, speaker), node.attr, speaker)
        case nodes.Getitem():
            return evaluate(node.node, scope, speaker).entry(index_of(node))
        case nodes.Or():
            return evaluate(node.left if _holds(node.left, scope, speaker) else node.right, scope, speaker)
        case nodes.And():
            return evaluate(node.right if _holds(node.left, scope, speaker) else node.left, scope, speaker)
        case nodes.CondExpr():
            arm = node.expr1 if _holds(node.test, scope, speaker) else node.expr2
            return evaluate(arm, scope, speaker) if arm else UNSET
        case nodes.Compare():
            return Value(kind="boolean", data=_compare(node, scope, speaker))
        case nodes.Filter() if node.node is not None:
            inner = evaluate(node.node, scope, speaker)
            return Value(kind="string", data=speaker.filtered(masked(inner), node.name).written) if inner else UNSET
    return UNSET


def _negated(node: nodes.Neg | nodes.Not, scope: Scope, speaker: Speaker) -> Value:
    if isinstance(node, nodes.Not):
        return Value(kind="boolean", data=not _holds(node.node, scope, speaker))
    inner = evaluate(node.node, scope, speaker)
    if isinstance(inner.data, (int, float)) and not isinstance(inner.data, bool):
        return replace(inner, data=-inner.data)
    return UNSET


def _attribute(value: Value, name: str, speaker: Speaker) -> Value:
    if not value:
        return UNSET
    # Keys are evidence, but nothing to read aloud: what they stand for is.
    if name == "heard" and not (value.heard or "").startswith("[keys "):
        return Value(kind="string", data="****" if value.sensitive else value.heard)
    if value.read is None:
        return value
    return Value(kind="string", data=value.read)


_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "lt": lambda a, b: a < b,
    "lteq": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "gteq": lambda a, b: a >= b,
}


def _compare(node: nodes.Compare, scope: Scope, speaker: Speaker) -> bool:
    left = evaluate(node.expr, scope, speaker).data
    for operand in node.ops:
        right = evaluate(operand.expr, scope, speaker).data
        if not _holds_between(left, operand.op, right):
            return False
        left = right
    return True


def _holds_between(left: Json, operator: str, right: Json) -> bool:
    if operator in ("eq", "ne"):
        return (left == right) is (operator == "eq")
    are_numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
    return are_numbers and operator in _COMPARE and _COMPARE[operator](cast(float, left), cast(float, right))


def _kind_of(constant: object) -> ValueKind:
    if isinstance(constant, bool):
        return "boolean"
    return "number" if isinstance(constant, (int, float)) else "string"


def joined(pieces: Sequence[Span]) -> tuple[Span, ...]:
    """The pieces as spans that join with a space: what touches a value without white space belongs to it."""
    words: list[Span] = []
    is_open = False
    for piece in pieces:
        if piece.written != piece.spoken:
            _append(words, piece.written, piece.spoken, is_open=is_open)
            is_open = True
            continue
        for part in _WORD_OR_SPACE.findall(piece.written):
            if not part.isspace():
                _append(words, part, part, is_open=is_open)
            is_open = not part.isspace()
    return _merged(words)


def _append(words: list[Span], written: str, spoken: str, *, is_open: bool) -> None:
    last = words.pop() if is_open and words else Span(written="", spoken="")
    words.append(Span(written=last.written + written, spoken=last.spoken + spoken))


def _merged(words: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for word in words:
        is_plain = word.written == word.spoken
        if is_plain and merged and merged[-1].written == merged[-1].spoken:
            text = f"{merged[-1].written} {word.written}"
            merged[-1] = Span(written=text, spoken=text)
        else:
            merged.append(word)
    return tuple(merged)

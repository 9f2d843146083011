"""Templates of prompts: a small part of Jinja's syntax, checked when the file is read.

Jinja parses; we evaluate its tree ourselves (`render`), so that each printed value keeps its written and its spoken form
and nothing beyond names, indexes, `or`, comparisons, `if` and our filters exists to be misused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from jinja2 import TemplateError, nodes
from jinja2.sandbox import SandboxedEnvironment

from ringtrue.agents.scripted.faults import nearest

MAX_CHARACTERS = 4_000
MAX_DEPTH = 40
FILTERS = ("date", "time", "datetime", "digits", "phone", "money", "spell", "number")
ATTRIBUTES = ("read", "heard")

_ENVIRONMENT = SandboxedEnvironment(autoescape=False)
# These names exist in Jinja's syntax but would need calls; whatever is not listed here is refused.
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.Or,
    nodes.And, nodes.Not, nodes.Compare, nodes.Operand, nodes.If, nodes.CondExpr, nodes.Filter, nodes.Neg,
)  # fmt: skip


class TemplateFault(Exception):
    """A template that cannot be used."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a name. `is_guarded` where an absent value is provided for (`a or b`, a condition)."""

    name: str
    attribute: str | None = None
    index: int | None = None
    is_guarded: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A checked template."""

    source: str
    tree: nodes.Template = field(compare=False, repr=False)

    @property
    def is_fixed(self) -> bool:
        """Whether it prints the same for every call."""
        return not any(self.tree.find_all(nodes.Name))

    @property
    def bare(self) -> nodes.Expr | None:
        """The expression, when the template is nothing but one `{{ }}`."""
        if len(self.tree.body) == 1 and isinstance(output := self.tree.body[0], nodes.Output) and len(output.nodes) == 1:
            only = output.nodes[0]
            return None if isinstance(only, nodes.TemplateData) else only
        return None

    def uses(self) -> Iterator[Use]:
        """Every use of a name."""
        return _uses(self.tree, is_guarded=False)


def compile_template(source: str) -> Template:
    """The template of `source`. Raises TemplateFault, the first one."""
    template, faults = check_template(source)
    if template is None or faults:
        raise faults[0]
    return template


def check_template(source: str) -> tuple[Template | None, list[TemplateFault]]:
    """The template of `source` with every fault in it; None where its names cannot be told from what stands there."""
    if len(source) > MAX_CHARACTERS:
        return None, [TemplateFault(f"The text has more than {MAX_CHARACTERS} characters.", "Split it into several steps.")]
    try:
        tree = _ENVIRONMENT.parse(source)
        faults = list(_filter_faults(tree))
        _check(tree, MAX_DEPTH)
    except TemplateFault as fault:
        return None, [fault]
    except TemplateError as exc:
        return None, [
            TemplateFault(
                f"The template does not parse: {(exc.message or '').rstrip('.')}.", "Write {{ name }}; close what you open."
            )
        ]
    except RecursionError:
        return None, [TemplateFault("The template is nested too deeply.", "Write it flat.")]
    except (ValueError, OverflowError):
        return None, [TemplateFault("The template holds a number that cannot be read.", "Write a shorter number.")]
    return Template(source, tree), faults


def _check(node: nodes.Node, depth: int) -> None:
    # Bounded here, so that evaluating a template during a call never comes near the interpreter's own limit.
    if depth <= 0:
        raise TemplateFault("The template is nested too deeply.", "Write it flat.")
    if not isinstance(node, _ALLOWED):
        word = type(node).__name__.lower()
        raise TemplateFault(
            f"A template may not hold a {word} here.",
            "Use names, indexes, `or`, `if` and the filters " + ", ".join(FILTERS) + ".",
        )
    if isinstance(node, nodes.Getattr) and not isinstance(node.node, nodes.Name):
        raise TemplateFault(f"Only a name may stand before .{node.attr[:40]}.", "Write {{ answer.read }} or {{ answer.heard }}.")
    if isinstance(node, nodes.Getitem) and not _is_index(node.arg):
        raise TemplateFault("Only a whole number may stand in [ ].", "Write {{ list[0] }} for the first entry.")
    for child in node.iter_child_nodes():
        _check(child, depth - 1)


def _filter_faults(tree: nodes.Template) -> Iterator[TemplateFault]:
    for node in tree.find_all(nodes.Filter):
        if node.name not in FILTERS:
            yield TemplateFault(f"There is no filter {node.name!r}.", nearest(node.name, FILTERS))
        elif node.args or node.kwargs:
            yield TemplateFault(f"The filter {node.name!r} takes no arguments.", f"Write {{{{ value | {node.name} }}}}.")


def _is_index(node: nodes.Node) -> bool:
    inner = node.node if isinstance(node, nodes.Neg) else node
    return isinstance(inner, nodes.Const) and isinstance(inner.value, int) and not isinstance(inner.value, bool)


def index_of(node: nodes.Getitem) -> int:
    """The number in `list[number]`."""
    arg = node.arg
    if isinstance(arg, nodes.Neg) and isinstance(arg.node, nodes.Const):
        return -int(arg.node.value)
    return int(arg.value) if isinstance(arg, nodes.Const) else 0


def _uses(node: nodes.Node, *, is_guarded: bool, attribute: str | None = None, index: int | None = None) -> Iterator[Use]:
    match node:
        case nodes.Name():
            yield Use(node.name, attribute, index, is_guarded)
        case nodes.Getattr():
            yield from _uses(node.node, is_guarded=is_guarded, attribute=node.attr)
        case nodes.Getitem():
            yield from _uses(node.node, is_guarded=is_guarded, index=index_of(node))
        case nodes.Or():
            yield from _uses(node.left, is_guarded=True)
            yield from _uses(node.right, is_guarded=is_guarded)
        case nodes.If() | nodes.CondExpr():
            tested = {use.name for use in _uses(node.test, is_guarded=True)}
            yield from _uses(node.test, is_guarded=True)
            for child in node.iter_child_nodes():
                if child is not node.test:
                    for use in _uses(child, is_guarded=is_guarded):
                        yield Use(use.name, use.attribute, use.index, use.is_guarded or use.name in tested)
        case _:
            for child in node.iter_child_nodes():
                yield from _uses(child, is_guarded=is_guarded)

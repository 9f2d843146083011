"""Documented answers as data, and how an answer differs from one: for tests of what a server answers clients of the vendor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_FIELD = re.compile(r"^(\w+)\n(string|integer|any)( \| null)?\n(required\n)?\n(.+)$", re.MULTILINE)
_TYPES: dict[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "number": (int, float), "null": (type(None),)}

Shape = str | Mapping[str, "Shape"] | list["Shape"]
"""`string`, `integer | null`, `any`, the name of another shape, fields by name, or a list of one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentedField:
    """One field of a page: its type (`any` where it says no more), and its own words."""

    name: str
    kind: str
    is_nullable: bool
    says: str

    @property
    def shape(self) -> str:
        """As shapes have it."""
        return f"{self.kind} | null" if self.is_nullable else self.kind


def response_fields(page: str) -> list[DocumentedField]:
    """The fields of the answer that a page of the vendor's documentation describes, in its order."""
    _, _, response = page.partition("Successful Response")
    return [
        DocumentedField(name=name, kind=kind, is_nullable=bool(null), says=says)
        for name, kind, null, _, says in _FIELD.findall(response)
    ]


def misfits(value: object, shape: Shape, shapes: Mapping[str, Shape], place: str = "$") -> Iterator[str]:
    """Where a value is not of a shape, each as one sentence."""
    if isinstance(shape, str):
        if shape in shapes:
            yield from misfits(value, shapes[shape], shapes, place)
        elif not _is_one_of(value, shape.split(" | ")):
            yield f"{place} is {type(value).__name__} and no {shape}"
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{place} is no list"
            return
        for index, entry in enumerate(value):
            yield from misfits(entry, shape[0], shapes, f"{place}[{index}]")
    elif not isinstance(value, dict):
        yield f"{place} is no object"
    else:
        for name, inner in shape.items():
            if name in value:
                yield from misfits(value[name], inner, shapes, f"{place}.{name}")
            else:
                yield f"{place}.{name} is missing"


def _is_one_of(value: object, kinds: list[str]) -> bool:
    if "any" in kinds:
        return True
    return not isinstance(value, bool) and any(isinstance(value, _TYPES[kind]) for kind in kinds)

"""The values of the turn machine as JSON and back, strictly: what is not exactly one of them is refused.

A value is an object with its class under "is" and the fields that differ from their defaults; where nothing differs, its
class alone. So a field that is added with a default reads the logs that were kept before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from functools import cache
from math import isfinite
from types import NoneType, UnionType
from typing import Literal, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from ringtrue.conversation import agent, turns
from ringtrue.conversation.agent import Json
from ringtrue.conversation.speech import HeardWord, SpokenWord
from ringtrue.domain.utterance import Utterance, Word
from ringtrue.errors import RingtrueError

IS = "is"
_KINDS: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (
        *get_args(turns.Happened),
        *get_args(turns.TurnAct),
        *get_args(agent.Input),
        *get_args(agent.Act),
        *(agent.Span, agent.Outcome, SpokenWord, HeardWord, Utterance, Word),
    )
}
_FREE = frozenset(((agent.Settled, "state"), (agent.Fill, "value"), (agent.Outcome, "fields")))
"""Fields that hold any JSON."""

T = TypeVar("T")
_Read = Callable[[object], object]


class TurnLogInvalid(RingtrueError):
    """What should be a turn log is none, or one of another version."""

    code = "turn_log_invalid"


def encode(value: object) -> Json:
    """A value of the machine as JSON."""
    if isinstance(value, str | int | NoneType):
        return value
    if isinstance(value, float):
        if not isfinite(value):
            raise TurnLogInvalid(f"{value!r} has no place in JSON.")
        return value
    if isinstance(value, Mapping):
        return {str(name): encode(inner) for name, inner in value.items()}
    if isinstance(value, Sequence):
        return [encode(inner) for inner in value]
    kind: type = type(value)
    if _KINDS.get(kind.__name__) is not kind:
        raise TurnLogInvalid(f"A {kind.__name__} has no place in a turn log.")
    named: dict[str, Json] = {IS: kind.__name__}
    for name, default in _fields(kind):
        inner = getattr(value, name)
        if inner != default or type(inner) is not type(default):
            named[name] = encode(inner)
    return named if len(named) > 1 else kind.__name__


def decode(document: object, kind: type[T]) -> T:
    """The value of that class. Raises TurnLogInvalid."""
    value = _read_value(document)
    if not isinstance(value, kind):
        raise TurnLogInvalid(f"A {type(value).__name__} stands where the turn log wants a {kind.__name__}.")
    return value


def decode_any(document: object, kinds: tuple[type[T], ...]) -> T:
    """The value of one of those classes. Raises TurnLogInvalid."""
    value = _read_value(document)
    if not isinstance(value, kinds):
        raise TurnLogInvalid(f"A {type(value).__name__} has no place here in a turn log.")
    return value


def _read_value(document: object) -> object:
    given: dict[str, object] = {IS: document} if isinstance(document, str) else _object(document)
    name = given.get(IS)
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise TurnLogInvalid("The turn log holds a value of a kind that is not known.")
    readers = _readers(kind)
    if unknown := given.keys() - readers.keys() - {IS}:
        raise TurnLogInvalid(f"A {kind.__name__} of the turn log has unknown fields: {', '.join(sorted(unknown))}.")
    read = {field: reader(given[field]) for field, reader in readers.items() if field in given}
    try:
        value: object = kind(**read)
    except TypeError as exc:
        raise TurnLogInvalid(f"A {kind.__name__} of the turn log lacks fields.") from exc
    return value


@cache
def _fields(kind: type) -> tuple[tuple[str, object], ...]:
    return tuple((one.name, _default(one)) for one in fields(kind))


def _default(field: Field[object]) -> object:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


@cache
def _readers(kind: type) -> Mapping[str, _Read]:
    hints = get_type_hints(kind)
    return {name: _json if (kind, name) in _FREE else _reader(hints[name]) for name, _ in _fields(kind)}


def _reader(hint: object) -> _Read:
    """What reads a field of that type."""
    if isinstance(hint, NewType):
        hint = hint.__supertype__
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return _literal(arguments)
    if origin in (UnionType, Union):
        return _union(arguments)
    if origin in (tuple, Sequence):
        return _sequence(_reader(arguments[0]))
    if isinstance(hint, type):
        return _plain(hint)
    raise TypeError(f"no reader for {hint!r}")  # a field of a new type: teach it here


def _plain(kind: type) -> _Read:
    def read(document: object) -> object:
        if kind.__name__ in _KINDS:
            return decode(document, kind)
        if kind is float and type(document) is int:
            return float(document)
        if type(document) is not kind:
            raise TurnLogInvalid(f"The turn log has a {type(document).__name__} where a {kind.__name__} belongs.")
        return document

    return read


def _literal(values: tuple[object, ...]) -> _Read:
    def read(document: object) -> object:
        if document not in values:
            raise TurnLogInvalid("The turn log has a word that is none of those known in its place.")
        return document

    return read


def _union(kinds: tuple[object, ...]) -> _Read:
    plain = [one for one in kinds if not (isinstance(one, type) and one.__name__ in _KINDS)]
    ours = tuple(one for one in kinds if isinstance(one, type) and one.__name__ in _KINDS)

    def read(document: object) -> object:
        if document is None and NoneType in plain:
            return None
        others = [one for one in plain if one is not NoneType]
        return decode_any(document, ours) if ours else _reader(others[0])(document)

    return read


def _sequence(inner: _Read) -> _Read:
    def read(document: object) -> object:
        if not isinstance(document, list):
            raise TurnLogInvalid("The turn log lacks a list where one belongs.")
        return tuple(inner(one) for one in document)

    return read


def _json(document: object) -> object:
    return document


def _object(document: object) -> dict[str, object]:
    if not isinstance(document, dict):
        raise TurnLogInvalid("The turn log lacks an object where one belongs.")
    return document

"""What a new OpenAPI document takes from clients of an old one: each change that could break a client, as one sentence.

Additions are no such thing. In what clients send, asking for more breaks them; in what they get, having less does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

Schema = dict[str, Any]
Way = Literal["sent", "got"]
_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
_CODE = re.compile(r"^- `(\w+)`", re.MULTILINE)
_FLOORS, _CEILINGS = ("minimum", "minLength", "minItems"), ("maximum", "maxLength", "maxItems")


def breaking(old: Schema, new: Schema) -> list[str]:
    """Every change that could break a client, in the order of the old document."""
    return list(_Pair(old, new).operations())


class _Pair:
    """Two documents that are compared."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old = old
        self._new = new
        self._seen: set[tuple[str, str, Way]] = set()

    def operations(self) -> Iterator[str]:
        """What changed, operation by operation."""
        for path, methods in self._old["paths"].items():
            there = self._new["paths"].get(path)
            if there is None:
                yield f"{path}: the path is gone"
                continue
            for method in (one for one in _METHODS if one in methods):
                where = f"{method.upper()} {path}"
                if method not in there:
                    yield f"{where}: the operation is gone"
                    continue
                self._seen.clear()  # each operation that a shape is part of is named
                yield from self._operation(where, methods[method], there[method])

    def _operation(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        if old.get("operationId") != new.get("operationId"):
            yield f"{where}: its operationId changed"
        if new.get("security") and not old.get("security"):
            yield f"{where}: it needs a key now"
        yield from self._parameters(where, old, new)
        yield from self._body(where, old.get("requestBody"), new.get("requestBody"))
        for status, response in old.get("responses", {}).items():
            there = new.get("responses", {}).get(status)
            if there is None:
                yield f"{where}: the answer {status} is gone"
                continue
            yield from self._response(f"{where}: answer {status}", response, there)

    def _parameters(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        before, after = ({(one["in"], one["name"]): one for one in operation.get("parameters", [])} for operation in (old, new))
        for (place, name), parameter in before.items():
            there = after.get((place, name))
            if there is None:
                yield f"{where}: the {place} parameter {name} is gone"
                continue
            if there.get("required") and not parameter.get("required"):
                yield f"{where}: the {place} parameter {name} is required now"
            yield from self._schema(f"{where}: {place} parameter {name}", parameter["schema"], there["schema"], "sent")
        for (place, name), parameter in after.items():
            if (place, name) not in before and parameter.get("required"):
                yield f"{where}: the {place} parameter {name} is new and required"

    def _body(self, where: str, old: Schema | None, new: Schema | None) -> Iterator[str]:
        if new is not None and new.get("required") and not (old or {}).get("required"):
            yield f"{where}: it needs a body now"
        if old is not None:
            yield from self._contents(f"{where}: body", old.get("content", {}), (new or {}).get("content", {}), "sent")

    def _response(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        old, new = _resolved(self._old, old), _resolved(self._new, new)
        yield from self._contents(where, old.get("content", {}), new.get("content", {}), "got")
        there = _CODE.findall(new.get("description", ""))
        for code in _CODE.findall(old.get("description", "")):
            if code not in there:
                yield f"{where}: the code {code} is gone"
        for header in old.get("headers", {}):
            if header not in new.get("headers", {}):
                yield f"{where}: the header {header} is gone"

    def _contents(self, where: str, old: Schema, new: Schema, way: Way) -> Iterator[str]:
        for kind, content in old.items():
            if kind not in new:
                yield f"{where}: the media type {kind} is gone"
            elif "schema" in content:
                yield from self._schema(where, content["schema"], new[kind].get("schema", {}), way)

    def _schema(self, where: str, old: Schema, new: Schema, way: Way) -> Iterator[str]:
        names = (old.get("$ref", ""), new.get("$ref", ""))
        if all(names):
            if (*names, way) in self._seen:
                return
            self._seen.add((*names, way))
        old, new = _resolved(self._old, old), _resolved(self._new, new)
        yield from _types(where, _kinds(self._old, old), _kinds(self._new, new), way)
        yield from _values(where, old, new)
        yield from _bounds(where, old, new) if way == "sent" else ()
        yield from self._fields(where, old, new, way)
        for one, other in ((old.get("items"), new.get("items")), (_main(old), _main(new))):
            if one and other:
                yield from self._schema(where, one, other, way)

    def _fields(self, where: str, old: Schema, new: Schema, way: Way) -> Iterator[str]:
        before, after = set(old.get("required", [])), set(new.get("required", []))
        for name, field in old.get("properties", {}).items():
            if name not in new.get("properties", {}):
                yield f"{where}: the field {name} is gone"
                continue
            if way == "sent" and name in after - before:
                yield f"{where}: the field {name} is required now"
            if way == "got" and name in before - after:
                yield f"{where}: the field {name} may be missing now"
            yield from self._schema(f"{where}: {name}", field, new["properties"][name], way)
        for name in sorted(after - set(old.get("properties", {}))) if way == "sent" else ():
            yield f"{where}: the field {name} is new and required"


def _types(where: str, old: set[str], new: set[str], way: Way) -> Iterator[str]:
    """Fewer types may be sent, or more types come."""
    less, more = (old, new) if way == "sent" else (new, old)
    if "any" not in more and (less - more - ({"integer"} if "number" in more else set())):
        yield f"{where}: its type changed from {_listed(old)} to {_listed(new)}"


def _values(where: str, old: Schema, new: Schema) -> Iterator[str]:
    if "enum" in new:
        for value in old.get("enum", []):
            if value not in new["enum"]:
                yield f"{where}: the value {value} is gone"
        if "enum" not in old:
            yield f"{where}: it is a closed list now"


def _bounds(where: str, old: Schema, new: Schema) -> Iterator[str]:
    for name in _CEILINGS:
        if name in new and new[name] < old.get(name, float("inf")):
            yield f"{where}: {name} is lower"
    for name in _FLOORS:
        if name in new and new[name] > old.get(name, float("-inf")):
            yield f"{where}: {name} is higher"


def _listed(kinds: set[str]) -> str:
    return " or ".join(sorted(kinds))


def _kinds(document: Schema, schema: Schema) -> set[str]:
    """The JSON types of a schema; "any" where it says nothing of them."""
    schema = _resolved(document, schema)
    if "anyOf" in schema:
        return set().union(*(_kinds(document, one) for one in schema["anyOf"]))
    named = schema.get("type", "any")
    return set(named) if isinstance(named, list) else {named}


def _main(schema: Schema) -> Schema | None:
    """Of a schema that may be null, what else it is."""
    others = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    return others[0] if len(others) == 1 else None


def _resolved(document: Schema, schema: Schema) -> Schema:
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema

"""Values of a call: what its data brought and what the party answered, in a form that JSON can keep.

`data` is normal: dates and times as ISO 8601 text, phone numbers as E.164, money as {"amount", "currency"}.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Literal, cast

import phonenumbers
from babel.numbers import get_territory_currencies, list_currencies

from ringtrue.conversation.agent import Json

ValueKind = Literal[
    "string", "number", "integer", "boolean", "date", "time", "datetime", "phone", "money", "list", "choice", "digits", "unset"
]

MAX_ENTRIES = 20
"""A list is read aloud and chosen from by keys: more than this nobody can follow."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One value. `read` is how it is read aloud where that differs from its own form; `heard` what the party said or pressed."""

    kind: ValueKind
    data: Json = None
    of: ValueKind | None = None
    read: str | None = None
    heard: str | None = None
    sensitive: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to print: `a or b` takes b when a is unset, empty or null; zero and false count as said."""
        return self.kind != "unset" and self.data is not None and self.data != "" and self.data != []

    @property
    def is_secret(self) -> bool:
        """Whether this is an answer to a sensitive question: spoken, but never written."""
        return self.sensitive and self.heard is not None

    def entry(self, index: int) -> Value:
        """The entry of a list; unset where there is none."""
        entries = self.data if self.kind == "list" and isinstance(self.data, Sequence) else ()
        if -len(entries) <= index < len(entries):
            return Value(kind=self.of or "string", data=entries[index])
        return UNSET


UNSET = Value(kind="unset")


def to_json(value: Value) -> Json:
    """The value as JSON, to be read again by `from_json`."""
    kept = {name: getattr(value, name) for name in ("kind", "data", "of", "read", "heard", "sensitive")}
    return {name: entry for name, entry in kept.items() if entry is not None}


def from_json(kept: Json) -> Value:
    """The value that `to_json` wrote."""
    return Value(**cast(Mapping[str, object], kept))  # type: ignore[arg-type]  # written by to_json


def masked(value: Value) -> Value:
    """The value with its data hidden where it is a sensitive answer, for the record."""
    return replace(value, kind="string", data="****", read="****", heard="****") if value.is_secret else value


class Unfit(Exception):
    """Data that is not of its kind; `wanted` says what would be."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


def normal(raw: object, kind: str, *, of: str | None = None, territory: str = "US") -> Json:
    """`raw` in the normal form of its kind. Raises Unfit, which never repeats the value."""
    if kind == "list":
        return _list(raw, of or "string", territory)
    if kind == "boolean":
        return _require(isinstance(raw, bool), raw, "true or false")
    if kind in ("number", "integer"):
        return _number(raw, whole=kind == "integer")
    if kind == "money":
        return _money(raw, territory)
    if kind == "string":
        return _require(isinstance(raw, str) and len(raw) <= 10_000, raw, "text")
    if not isinstance(raw, str) or len(raw) > 64:
        raise Unfit(_WANTED[kind])
    return _TEXT_KINDS[kind](raw.strip(), territory)


def _list(raw: object, of: str, territory: str) -> Json:
    if not isinstance(raw, Sequence) or isinstance(raw, (str, bytes)):
        raise Unfit("a list")
    if len(raw) > MAX_ENTRIES:
        raise Unfit(f"a list of at most {MAX_ENTRIES} entries")
    return [normal(entry, of, territory=territory) for entry in raw]


def _require(fits: bool, raw: object, wanted: str) -> Json:
    if not fits:
        raise Unfit(wanted)
    return cast(Json, raw)


def _number(raw: object, *, whole: bool) -> Json:
    wanted = "a whole number" if whole else "a number"
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or raw != raw or abs(raw) >= 1e15:
        raise Unfit(wanted)
    if whole and raw != int(raw):
        raise Unfit(wanted)
    return int(raw) if raw == int(raw) else raw


_MONEY = re.compile(r"(?:(?P<before>[A-Z]{3}) ?)?(?P<amount>-?[0-9]{1,12}(?:\.[0-9]{1,4})?)(?: ?(?P<after>[A-Z]{3}))?\Z")


def _money(raw: object, territory: str) -> Json:
    wanted = 'an amount such as "12.50 USD", 12.5 or {"amount": "12.50", "currency": "USD"}'
    currency: object = None
    if isinstance(raw, Mapping):
        amount: Mapping[str, object] = raw
        raw, currency = amount.get("amount"), amount.get("currency")
    if isinstance(raw, (int, float)) and not isinstance(raw, bool) and abs(raw) < 1e12:
        raw = f"{raw:.2f}" if isinstance(raw, float) else str(raw)
    text = raw if isinstance(raw, str) and len(raw) < 40 else ""
    found = _MONEY.match(text)
    if found is None:
        raise Unfit(wanted)
    named = currency or found["before"] or found["after"] or (get_territory_currencies(territory) or ["USD"])[0]
    if not isinstance(named, str) or named not in list_currencies():
        raise Unfit(wanted)
    return {"amount": found["amount"], "currency": named}


def _date(raw: str, _territory: str) -> Json:
    try:
        return date.fromisoformat(raw).isoformat()
    except ValueError:
        raise Unfit(_WANTED["date"]) from None


def _time(raw: str, _territory: str) -> Json:
    try:
        return time.fromisoformat(raw).replace(tzinfo=None).isoformat(timespec="minutes")
    except ValueError:
        raise Unfit(_WANTED["time"]) from None


def _datetime(raw: str, _territory: str) -> Json:
    try:
        datetime.fromisoformat(raw)
    except ValueError:
        raise Unfit(_WANTED["datetime"]) from None
    if len(raw) <= 10:
        raise Unfit(_WANTED["datetime"])
    return raw


def _phone(raw: str, territory: str) -> Json:
    try:
        number = phonenumbers.parse(raw, territory)
    except phonenumbers.NumberParseException:
        raise Unfit(_WANTED["phone"]) from None
    if not phonenumbers.is_possible_number(number):
        raise Unfit(_WANTED["phone"])
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_TEXT_KINDS = {"date": _date, "time": _time, "datetime": _datetime, "phone": _phone}
_WANTED = {
    "date": "a date such as 2027-03-04",
    "time": "a time such as 10:30",
    "datetime": "a date and time such as 2027-03-04T10:30",
    "phone": "a phone number such as +14155550123",
}


def decimal_of(data: Json) -> Decimal | None:
    """The number a value holds, None where it holds none."""
    if isinstance(data, bool) or not isinstance(data, (int, float, str)) or len(str(data)) > 30:
        return None
    try:
        number = Decimal(str(data).strip().replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None

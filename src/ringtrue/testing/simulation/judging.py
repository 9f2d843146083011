"""What a call's record is worth, against what the persona meant.

A record may fail in two ways that are worlds apart. It is *wrong* when it states something the persona did not give: nobody
can tell from the record, and somebody acts on it. It is *open* when it states nothing, or what the persona's author accepts
instead: whoever reads it knows that the matter is not settled.

Only the fields that are expected are judged, as in the tests of a project file; null is expected where nothing may be stated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["right", "open", "wrong"]
Constant = None | bool | int | float | str
Fields = Mapping[str, Constant]
Record = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectation:
    """What a persona's call should come to.

    `fields` are values of the record's `custom_analysis_data`, `reasons` the allowed `disconnection_reason`s (none: any of a
    call whose status is `ended`), `successful` the record's `call_successful` where it matters. Each of `accept` holds fields
    that make the call open, not wrong, when they stand in the place of those of `fields`.
    """

    fields: Fields = field(default_factory=dict)
    successful: bool | None = None
    reasons: Sequence[str] = ()
    accept: Sequence[Fields] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The verdict, and why it is not `right`."""

    verdict: Verdict
    why: str = ""


def judge(record: Record, expected: Expectation) -> Judgement:
    """The worth of a terminal record, the worst first."""
    return _wrong(record, expected) or _open(record, expected) or Judgement(verdict="right")


def stated(record: Record) -> Fields:
    """The fields that the record states or leaves null; empty where nothing was analysed."""
    found: Fields = _analysis(record).get("custom_analysis_data") or {}
    return found


def claims_success(record: Record) -> bool:
    """Whether the record says that the call was successful."""
    return _analysis(record).get("call_successful") is True


def _wrong(record: Record, expected: Expectation) -> Judgement | None:
    values = stated(record)
    if expected.successful is False and claims_success(record):
        return Judgement(verdict="wrong", why="The record claims success.")
    differing = _contradicted(values, expected.fields)
    if not differing:
        return None
    for instead in expected.accept:
        if not _contradicted(values, {**expected.fields, **instead}):
            return Judgement(verdict="open", why=f"The record states {_shown(values, differing)}, which is accepted.")
    return Judgement(
        verdict="wrong", why=f"The record states {_shown(values, differing)}, not {_shown(expected.fields, differing)}."
    )


def _open(record: Record, expected: Expectation) -> Judgement | None:
    values, reason = stated(record), record["disconnection_reason"]
    missing = [name for name, wanted in expected.fields.items() if wanted is not None and values.get(name) is None]
    analysis = record["call_analysis"]
    if analysis is not None and analysis["status"] != "complete":
        why = f"The analysis of the call is {analysis['status']}."
    elif missing:
        why = f"The record states no {', '.join(missing)}; the call ended with {reason}."
    elif expected.successful and not claims_success(record):
        why = "The record does not claim success."
    elif expected.reasons and reason not in expected.reasons:
        why = f"The call ended with {reason}, not with {' or '.join(expected.reasons)}."
    elif not expected.reasons and record["status"] != "ended":
        why = f"The call ended with {reason}."
    else:
        return None
    return Judgement(verdict="open", why=why)


def _analysis(record: Record) -> Mapping[str, Any]:
    return record["call_analysis"] or {}


def _contradicted(values: Fields, wanted: Fields) -> list[str]:
    """The fields that state something else than what is wanted."""
    return [name for name, constant in wanted.items() if values.get(name) is not None and _text(values[name]) != _text(constant)]


def _text(value: Constant) -> str | None:
    """For comparison: a file may write an enum's 1 or a text's true without quotes."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, (int, float)) else value


def _shown(values: Fields, names: Sequence[str]) -> str:
    return ", ".join(f"{name}: {'nothing' if values[name] is None else _text(values[name])}" for name in names)

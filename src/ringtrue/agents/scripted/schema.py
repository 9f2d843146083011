"""The parts of a project file outside `agent`: they apply to every kind of agent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from babel import Locale, UnknownLocaleError

from ringtrue.agents.scripted.faults import nearest
from ringtrue.agents.scripted.model import AnalysisField, FieldKind, Limits, Variable, VariableKind, Voicemail
from ringtrue.agents.scripted.read import KeyPlace, Reader, dotted, is_name
from ringtrue.agents.scripted.template import Template
from ringtrue.agents.scripted.tree import Node, plain
from ringtrue.agents.scripted.values import Unfit, normal
from ringtrue.conversation.agent import Json
from ringtrue.domain.hours import CallingHours

TOP = (
    "name", "language", "timezone", "voice", "memory", "recording", "disclosure", "variables", "agent", "voicemail",
    "limits", "calling_hours", "countries", "analysis", "tests",
)  # fmt: skip
VARIABLE = ("type", "of", "default", "example", "sensitive")
VARIABLE_TYPES = ("string", "number", "integer", "boolean", "date", "time", "datetime", "phone", "money", "list")
VOICEMAIL = ("action", "message")
LIMITS = ("ring", "silence", "total")
ANALYSIS = ("fields",)
FIELD = ("type", "choices", "required", "description")
VOICES = ("default", "en_US-joe-medium")
"""What the shipped catalogue has to speak with."""
FIELD_TYPES = ("string", "enum", "boolean", "number")

_PROJECT_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What stands before the agent."""

    name: str
    language: str
    timezone: str
    voice: str
    memory: Literal["call", "thread"]
    recording: Literal["always", "after_consent", "never"]
    disclosure: Template | None
    variables: Mapping[str, Variable]
    limits: Limits
    voicemail: Voicemail
    calling_hours: tuple[CallingHours, ...] | None
    countries: tuple[str, ...] | None
    fields: Mapping[str, AnalysisField]


def head(read: Reader, root: Node, top: dict[str, Node], languages: frozenset[str]) -> Head:
    """Everything but `agent` and `tests`."""
    language = _language(read, root, top, languages)
    return Head(
        name=_name(read, root, top),
        language=language,
        timezone=_timezone(read, root, top),
        voice=read.one_of(top.get("voice"), "voice", VOICES) or VOICES[0],
        memory=cast(Literal["call", "thread"], read.one_of(top.get("memory"), "memory", ("call", "thread")) or "call"),
        recording=cast(
            Literal["always", "after_consent", "never"],
            read.one_of(top.get("recording"), "recording", ("always", "after_consent", "never")) or "always",
        ),
        disclosure=read.template(top.get("disclosure"), "disclosure"),
        variables=_variables(read, top.get("variables"), territory(language)),
        limits=_limits(read, top.get("limits")),
        voicemail=_voicemail(read, top.get("voicemail")),
        calling_hours=_calling_hours(read, top.get("calling_hours")),
        countries=_countries(read, top.get("countries")),
        fields=_fields(read, top.get("analysis")),
    )


def locale_of(language: str) -> Locale:
    """Babel's locale of a checked language tag."""
    parsed = Locale.parse(language, sep="-")
    # Bare `en` has no territory, hence no currency and no home country: take the likely one.
    return parsed if parsed.territory or parsed.language != "en" else Locale.parse("en-US", sep="-")


def territory(language: str) -> str:
    """The country a language tag names, US where it names none."""
    return locale_of(language).territory or "US"


def _name(read: Reader, root: Node, top: dict[str, Node]) -> str:
    node = read.required(top, "name", root, "", "Write `name: my-agent`.")
    name = read.text(node, "name") or ""
    if name and not _PROJECT_NAME.match(name):
        read.add(node, "name", "The name may hold a-z, 0-9 and - only.", "Write it like `my-agent`, at most 64 characters.")
    return name


def _language(read: Reader, root: Node, top: dict[str, Node], languages: frozenset[str]) -> str:
    node = read.required(top, "language", root, "", "Write `language: en-US`.")
    tag = read.text(node, "language")
    if tag is None:
        return "en-US"
    try:
        found = locale_of(tag)
    except (ValueError, UnknownLocaleError, TypeError):
        read.add(node, "language", "This is no BCP 47 language tag that is known.", "Write one like `en-US` or `en-GB`.")
        return "en-US"
    if found.language not in languages:
        read.add(
            node,
            "language",
            f"There is no voice and no recogniser for {found.english_name}.",
            "Add one: `ringtrue speech list` shows what can be fetched, `ringtrue speech fetch NAME` installs it. "
            f"Installed now: {', '.join(sorted(languages))}.",
        )
        return "en-US"
    return tag


def _timezone(read: Reader, root: Node, top: dict[str, Node]) -> str:
    node = read.required(top, "timezone", root, "", "Write `timezone: America/New_York`.")
    name = read.text(node, "timezone")
    if name is not None and not is_zone(name):
        read.add(node, "timezone", "There is no such time zone.", nearest_zone(name, sorted(available_timezones())))
    return name or "UTC"


def nearest_zone(name: str, zones: list[str]) -> str:
    """A remedy for a wrong zone name; never lists all of them."""
    hint = nearest(name, zones)
    return hint if hint.startswith("Did") else "Write an IANA name such as America/New_York."


def is_zone(name: str) -> bool:
    """Whether the zone database knows the name."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return bool(name)


def _variables(read: Reader, node: Node | None, home: str) -> Mapping[str, Variable]:
    variables: dict[str, Variable] = {}
    for name, entry in read.entries(node, "variables").items():
        path = f"variables.{name}"
        if not is_name(name) and node is not None:
            read.add(KeyPlace(node, name), path, f"{name!r} is no name.", "Use letters, digits and _, beginning with a letter.")
        variables[name] = _variable(read, name, entry, path, home)
    return variables


def _variable(read: Reader, name: str, node: Node, path: str, home: str) -> Variable:
    entries = read.entries(node, path, VARIABLE)
    kind = read.one_of(entries.get("type"), f"{path}.type", VARIABLE_TYPES) or "string"
    of = read.one_of(entries.get("of"), f"{path}.of", VARIABLE_TYPES[:-1])
    if of is not None and kind != "list":
        read.add(entries["of"], f"{path}.of", "Only a list has `of`.", "Write `type: list`, or remove `of`.")
    given = {key: _given(read, entries[key], f"{path}.{key}", kind, of, home) for key in ("default", "example") if key in entries}
    return Variable(
        name=name,
        kind=cast(VariableKind, kind),
        of=cast(VariableKind, of or "string") if kind == "list" else None,
        sensitive=read.flag(entries.get("sensitive"), f"{path}.sensitive", default=False),
        has_default="default" in given,
        default=given.get("default"),
        has_example="example" in given,
        example=given.get("example"),
    )


def _given(read: Reader, node: Node, path: str, kind: str, of: str | None, home: str) -> Json:
    if node.is_null:
        return None
    raw = plain(node)
    if kind == "string" and node.kind == "scalar" and not isinstance(raw, str):
        read.add(node, path, f"{path} must be text.", "Put it in quotes.")
        return None
    try:
        return normal(raw, kind, of=of, territory=home)
    except Unfit as unfit:
        read.add(node, path, f"{path} does not fit the type.", f"Write {unfit.wanted}.")
        return None


def _limits(read: Reader, node: Node | None) -> Limits:
    entries = read.entries(node, "limits", LIMITS)
    standard = Limits()
    second = timedelta(seconds=1)

    def limit(key: str, default: timedelta, low: timedelta, high: timedelta) -> timedelta:
        return read.duration(entries.get(key), dotted("limits", key), default=default, low=low, high=high)

    return Limits(
        ring=limit("ring", standard.ring, second, timedelta(minutes=3)),
        silence=limit("silence", standard.silence, second / 2, timedelta(minutes=1)),
        total=limit("total", standard.total, second, timedelta(hours=4)),
    )


def _voicemail(read: Reader, node: Node | None) -> Voicemail:
    entries = read.entries(node, "voicemail", VOICEMAIL)
    action = read.one_of(entries.get("action"), "voicemail.action", ("hang_up", "message")) or "hang_up"
    message = read.template(entries.get("message"), "voicemail.message")
    if action == "message" and "message" not in entries:
        read.add(node, "voicemail.message", "voicemail.message is missing.", "Write what is to be left on the machine.")
    if action == "hang_up" and message is not None:
        read.add(entries["message"], "voicemail.message", "This message would never be left.", "Write `action: message`.")
    return Voicemail(action=cast(Literal["hang_up", "message"], action), message=message)


def _calling_hours(read: Reader, node: Node | None) -> tuple[CallingHours, ...] | None:
    if node is None or node.is_null:
        return None
    if node.kind == "list" and not node.items:
        read.add(node, "calling_hours", "With no hours no call could ever be placed.", "Write null for any time.")
    items = [read.hours(item, f"calling_hours[{index}]") for index, item in enumerate(read.items(node, "calling_hours"))]
    return tuple(item for item in items if item is not None)


def _countries(read: Reader, node: Node | None) -> tuple[str, ...] | None:
    if node is None or node.is_null:
        return None
    if node.kind == "list" and not node.items:
        read.add(node, "countries", "With no countries no call could ever be placed.", "Write null for the organization's own.")
    codes: list[str] = []
    for index, item in enumerate(read.items(node, "countries")):
        code = read.text(item, f"countries[{index}]")
        if code is not None and code not in phonenumbers.SUPPORTED_REGIONS:
            read.add(
                item, f"countries[{index}]", "There is no such country code.", "Write two capital letters of ISO 3166: US, GB."
            )
        elif code is not None:
            codes.append(code)
    return tuple(codes)


def _fields(read: Reader, node: Node | None) -> Mapping[str, AnalysisField]:
    fields: dict[str, AnalysisField] = {}
    listed = read.entries(node, "analysis", ANALYSIS).get("fields")
    for name, entry in read.entries(listed, "analysis.fields").items():
        path = f"analysis.fields.{name}"
        entries = read.entries(entry, path, FIELD)
        kind = read.one_of(read.required(entries, "type", entry, path, "Write `type: string`."), f"{path}.type", FIELD_TYPES)
        choices = [
            read.word(item, f"{path}.choices[{i}]")
            for i, item in enumerate(read.items(entries.get("choices"), f"{path}.choices"))
        ]
        if kind == "enum" and not choices:
            read.add(entry, f"{path}.choices", "An enum needs its choices.", "Write `choices: [one, other]`.")
        if kind not in (None, "enum") and choices:
            read.add(entries["choices"], f"{path}.choices", "Only an enum has choices.", "Write `type: enum`, or remove them.")
        fields[name] = AnalysisField(
            name=name,
            kind=cast(FieldKind, kind or "string"),
            choices=tuple(choice for choice in choices if choice is not None),
            required=read.flag(entries.get("required"), f"{path}.required", default=False),
            description=read.text(entries.get("description"), f"{path}.description"),
        )
    return fields

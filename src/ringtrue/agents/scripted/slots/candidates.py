"""Makes a choice from the options of a project file, or from a list of a call's data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from ringtrue.agents.scripted.model import Option
from ringtrue.agents.scripted.slots.choice import Candidate, Choice
from ringtrue.agents.scripted.slots.moments import vocabulary
from ringtrue.agents.scripted.slots.polarity import Sign
from ringtrue.agents.scripted.slots.slot import Offer, plain
from ringtrue.agents.scripted.spoken import Speaker
from ringtrue.agents.scripted.values import Value
from ringtrue.agents.scripted.words import content, tokens

_MOMENTS = ("date", "time", "datetime")


def of_options(options: Sequence[Option], *, has_none: bool) -> Choice:
    """The choice among the options of the file, and "none" where `next` names it."""
    candidates = [_of_option(option) for option in options]
    if has_none:
        taken = {option.key for option in options}
        candidates.append(_none(next(str(key) for key in range(1, 100) if str(key) not in taken), len(options)))
    return Choice(candidates, options=[phrase for option in options for phrase in option.phrases])


def _of_option(option: Option) -> Candidate:
    texts = (*option.phrases, option.read or "", option.name.replace("_", " "))
    phrases = tuple(dict.fromkeys(tokens(text) for text in texts if tokens(text)))
    label = plain(option.label.removeprefix("to "))
    return Candidate(
        name=option.name,
        value=Value(kind="choice", data=option.name, read=option.label),
        key=option.key,
        offer=Offer(key=option.key, label=label, is_action=option.read is not None) if option.key else None,
        phrases=phrases,
        answers="yes" if ("yes",) in phrases else "no" if ("no",) in phrases else None,
    )


def of_list(values: Value, speaker: Speaker) -> Choice:
    """The choice among the entries of a list, keys 1, 2, ... in order; "neither" has the next one."""
    entries = [values.entry(index) for index in range(len(values.data) if isinstance(values.data, Sequence) else 0)]
    candidates = [_of_entry(entry, index, speaker, is_only=len(entries) == 1) for index, entry in enumerate(entries)]
    names = [str(entry.data) for entry in entries if entry.kind == "string"]
    return Choice([*candidates, _none(str(len(entries) + 1), len(entries))], options=names)


def _of_entry(value: Value, index: int, speaker: Speaker, *, is_only: bool) -> Candidate:
    span = speaker.span(value)
    moment = _moment(value, speaker)
    answers: Sign | None = "yes" if is_only else None
    return Candidate(
        name="any",
        value=value,
        key=str(index + 1),
        offer=Offer(key=str(index + 1), label=span),
        phrases=(content(tokens(span.written)), content(tokens(span.spoken))),
        answers=answers,
        vocabulary=vocabulary(span.spoken, span.written, moment, speaker.today),
        rank="" if moment is None else moment.isoformat(),
        is_near=moment is None,
    )


def _moment(value: Value, speaker: Speaker) -> datetime | date | time | None:
    if value.kind not in _MOMENTS or not isinstance(value.data, str):
        return None
    try:
        if value.kind == "time":
            return time.fromisoformat(value.data)
        return speaker.moment(value.data) if value.kind == "datetime" else date.fromisoformat(value.data)
    except ValueError:
        return None


_NONE_SAID = (
    "neither", "none", "none of these", "none of them", "none of those", "neither of them", "neither one", "no", "nope",
    "nothing", "not any", "neither works", "none of the above", "no thanks", "neither suits me", "none suits me", "none work",
    "neither of those", "neither of these", "neither of those works",
    "none of those work", "none of them work", "neither time works",
    "something else", "another day", "another time", "a different day", "a different time", "any other day", "any other time",
    "none of the two", "not those", "not these", "nothing works", "none works",
)  # fmt: skip


def _none(key: str, count: int) -> Candidate:
    label = "neither" if count == 2 else "none of these"
    return Candidate(
        name="none",
        value=Value(kind="unset"),
        key=key,
        offer=Offer(key=key, label=plain(label)),
        phrases=tuple(map(tokens, _NONE_SAID)),
        answers="no",
        is_near=False,
    )

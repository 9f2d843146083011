"""One of several: the options of the file, or the entries of a list of the call's data."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from ringtrue.agents.scripted.model import Option
from ringtrue.agents.scripted.slots.polarity import polarity
from ringtrue.agents.scripted.slots.slot import Answer, KeyPlan, NotUnderstood, Offer, Result, plain
from ringtrue.agents.scripted.spoken import Speaker
from ringtrue.agents.scripted.values import Value
from ringtrue.agents.scripted.words import Tokens, content, find, number, ordinals, tokens, word_set

NOT_WORDS = word_set("not no never neither none nothing without except but unless")
_NEAR = 0.86
"""How alike (difflib) a phrase must be to count as said with a slip; "keep" and "key" are 0.86 alike."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One thing to choose: its name in `next`, its value, its key, what is said for it."""

    name: str
    value: Value
    key: str | None
    offer: Offer | None
    phrases: tuple[Tokens, ...]
    vocabulary: frozenset[str] = frozenset()


class Choice:
    """A choice among candidates."""

    is_menu = True

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates = tuple(candidates)
        whole = tuple(candidate.key for candidate in candidates if candidate.key)
        self.keys = KeyPlan(whole_keys=whole, max_digits=max((len(key) for key in whole), default=1))
        self.phrases = tuple(dict.fromkeys(" ".join(phrase) for one in candidates for phrase in one.phrases))

    def offers(self) -> Sequence[Offer]:
        """Every key in order."""
        return [candidate.offer for candidate in self._candidates if candidate.offer]

    def instruction(self) -> str | None:
        """The offers say it all."""
        return None

    def press(self, keys: str) -> Result:
        """The candidate of the key."""
        found = next((one for one in self._candidates if one.key == keys), None)
        return NotUnderstood() if found is None else _answer(found)

    def hear(self, words: str) -> Result:
        """The one candidate that the words can mean."""
        said = content(tokens(words))
        if not said:
            return NotUnderstood()
        for means in (self._exact, self._contained, self._by_sign, self._by_place, self._by_vocabulary, self._alike):
            found = means(said, words)
            if found is None or len(found) > 1:
                return NotUnderstood()
            if found:
                return _answer(found[0])
        return NotUnderstood()

    def _exact(self, said: Tokens, _words: str) -> list[Candidate]:
        return [one for one in self._candidates if any(content(phrase) == said or phrase == said for phrase in one.phrases)]

    def _contained(self, said: Tokens, _words: str) -> list[Candidate] | None:
        """Candidates one of whose phrases was said within more; None where a denial beside it may turn it around."""
        found: list[tuple[Candidate, set[int]]] = []
        for one in self._candidates:
            covered: set[int] = set()
            for phrase in one.phrases:
                at = find(content(phrase), said)
                if at >= 0:
                    covered |= set(range(at, at + len(content(phrase))))
            if covered:
                found.append((one, covered))
        # "Call me back" within "call me back later" is no second answer.
        widest = [pair for pair in found if not any(pair[1] < other[1] for other in found)]
        everything = set().union(*(covered for _, covered in widest)) if widest else set()
        is_denied = any(word in NOT_WORDS for index, word in enumerate(said) if index not in everything)
        return None if is_denied and widest else _without_lead(said, widest)

    def _by_sign(self, said: Tokens, words: str) -> list[Candidate]:
        """Where one option has "yes" (or "no") among its phrases, whatever means yes means it."""
        sign = polarity(words)
        # "Not Monday" is no answer to which day suits.
        if any(word in one.vocabulary for one in self._candidates for word in said):
            return []
        return [one for one in self._candidates if (sign,) in one.phrases]

    def _by_place(self, said: Tokens, _words: str) -> list[Candidate] | None:
        """ "Number two", "the second one", "the last"; a bare number is a key."""
        core = tuple(
            word for word in ordinals(said) if word not in ("the", "one", "number", "option", "press", "i", "take", "key")
        )
        if not core:
            core = tuple(word for word in said if word == "one")
        listed = [one for one in self._candidates if one.key]
        entries = [one for one in listed if one.name != "none"]
        if core == ("last",) and len(entries) > 1:
            return [entries[-1]]
        if len(core) == 2 and core[1] == "th" and core[0].isdigit():
            place = int(core[0])
            by_place = [entries[place - 1]] if 1 <= place <= len(entries) else []
            # "The fifth" may be a date rather than a place.
            return list(dict.fromkeys(by_place + self._by_vocabulary(core[:1], "")))
        pressed = number(core)
        if pressed is None:
            return []
        # A bare number that is no key may be half of a date: asking again is safer than guessing.
        return [one for one in listed if one.key == f"{pressed:g}"] or None

    def _by_vocabulary(self, said: Tokens, _words: str) -> list[Candidate]:
        """Candidates among whose own words all that was said is found: "Friday", "the eighth", "nine o'clock"."""
        core = {word for word in ordinals(said) if word not in _AROUND}
        if not core or core & NOT_WORDS:
            return []
        return [one for one in self._candidates if core <= one.vocabulary]

    def _alike(self, said: Tokens, _words: str) -> list[Candidate]:
        """Candidates with a phrase that differs by a slip; a denial must stand in both or in neither."""
        scores: dict[str, float] = {}
        text = " ".join(said)
        if len(text) > 80:
            return []
        for one in self._candidates:
            for phrase in one.phrases:
                if len(phrase) > 0 and _denials(phrase) == _denials(said) and len(" ".join(phrase)) >= 5:
                    ratio = difflib.SequenceMatcher(None, " ".join(phrase), text).ratio()
                    scores[one.name + str(one.key)] = max(ratio, scores.get(one.name + str(one.key), 0.0))
        best = max(scores.values(), default=0.0)
        if best < _NEAR:
            return []
        return [one for one in self._candidates if scores.get(one.name + str(one.key), 0.0) >= best - 0.1]


_AROUND = word_set(
    "the a an i on at in would will take prefer works suits me for is best want can do one that it with of to and th we go "
    "could lets let us okay ok yes fine good works better day time choose pick"
)


def _without_lead(said: Tokens, found: Sequence[tuple[Candidate, set[int]]]) -> list[Candidate]:
    """What was found, without a "no" that only leads to something else: "no, call me back" is no bare no.

    Where the other is what a yes means, the two contradict each other, and both stay.
    """
    rest = [one for one, covered in found if covered != {0} or said[0] not in ("no", "nope")]
    is_lead = len(rest) == 1 and all(len(covered) > 1 for one, covered in found if one is rest[0])
    return rest if is_lead and ("yes",) not in rest[0].phrases else [one for one, _ in found]


def _answer(candidate: Candidate) -> Answer:
    return Answer(name=candidate.name, value=None if candidate.value.kind == "unset" else candidate.value)


def _denials(words: Sequence[str]) -> int:
    return sum(word in NOT_WORDS for word in words)


def of_options(options: Sequence[Option], *, has_none: bool) -> Choice:
    """The choice among the options of the file, and "none" where `next` names it."""
    candidates = [
        Candidate(
            name=option.name,
            value=Value(kind="choice", data=option.name, read=option.label),
            key=option.key,
            offer=Offer(key=option.key, label=plain(option.label.removeprefix("to ")), is_action=option.read is not None)
            if option.key
            else None,
            phrases=tuple(
                dict.fromkeys(
                    tokens(phrase) for phrase in (*option.phrases, option.read or "", option.name.replace("_", " ")) if phrase
                )
            ),
        )
        for option in options
    ]
    if has_none:
        taken = {option.key for option in options}
        candidates.append(_none(next(str(key) for key in range(1, 100) if str(key) not in taken), len(options)))
    return Choice(candidates)


def of_list(values: Value, speaker: Speaker) -> Choice:
    """The choice among the entries of a list, keys 1, 2, ... in order; "neither" has the next one."""
    entries = values.data if isinstance(values.data, Sequence) else ()
    candidates = []
    for index in range(len(entries)):
        value = values.entry(index)
        span = speaker.span(value)
        said = ordinals(tokens(span.spoken)) + ordinals(tokens(span.written))
        candidates.append(
            Candidate(
                name="any",
                value=value,
                key=str(index + 1),
                offer=Offer(key=str(index + 1), label=span),
                phrases=(content(tokens(span.written)), content(tokens(span.spoken))),
                vocabulary=_vocabulary(said, span.written),
            )
        )
    return Choice([*candidates, _none(str(len(entries) + 1), len(entries))])


def _vocabulary(said: Tokens, written: str) -> frozenset[str]:
    more = {word for token in said for word in token.replace(":", " ").split()}
    part = {"am": "morning", "pm": "afternoon"}
    return frozenset(said) | more | {part[word] for word in tokens(written) if word in part}


_NONE_SAID = (
    "neither", "none", "none of these", "none of them", "none of those", "neither of them", "neither one", "no", "nope",
    "nothing", "not any", "neither works", "none of the above", "no thanks", "neither suits me", "none suits me",
)  # fmt: skip


def _none(key: str, count: int) -> Candidate:
    label = "neither" if count == 2 else "none of these"
    return Candidate(
        name="none",
        value=Value(kind="unset"),
        key=key,
        offer=Offer(key=key, label=plain(label)),
        phrases=tuple(map(tokens, _NONE_SAID)),
    )

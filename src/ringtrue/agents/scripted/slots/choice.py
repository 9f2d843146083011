"""One of several, by phrases, sign, place, key or own words. Two that fit are asked for again, and so is whatever was denied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ringtrue.agents.scripted.slots import near
from ringtrue.agents.scripted.slots.moments import marks
from ringtrue.agents.scripted.slots.polarity import Judged, Sign, judge, read, rest_after_correction
from ringtrue.agents.scripted.slots.polarity_words import DENIALS, Mark
from ringtrue.agents.scripted.slots.slot import Answer, KeyPlan, NotUnderstood, Offer, Result
from ringtrue.agents.scripted.slots.whole import may_end
from ringtrue.agents.scripted.values import Value
from ringtrue.agents.scripted.words import Tokens, content, find, number, ordinals, tokens, word_set

_NOT_WORDS = DENIALS | {"except", "unless", "but"}
_CONTAINED, _PLACED, _DESCRIBED, _CORRECTED = 0.95, 0.95, 0.9, 0.85


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One thing to choose: its name in `next`, its value, its key, what is said for it.

    `answers` is the sign that stands for it: a bare "yes" or "no" is among its phrases. `vocabulary` are the words by which
    an entry of a list may be described, `rank` orders dates and times; those and "none" have no near misses (`is_near`).
    """

    name: str
    value: Value
    key: str | None
    offer: Offer | None
    phrases: tuple[Tokens, ...]
    answers: Sign | None = None
    vocabulary: frozenset[str] = frozenset()
    rank: str = ""
    is_near: bool = True

    @property
    def wordy(self) -> tuple[Tokens, ...]:
        """Its phrases that are more than a yes or no in other words."""
        return tuple(phrase for phrase in self.phrases if judge(" ".join(phrase)) is None)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Said:
    """What was said, in the forms that the ways of matching need."""

    text: str
    words: Tokens
    judged: Judged | None
    is_doubtful: bool


_Found = list[tuple[Candidate, float]] | None


class Choice:
    """A choice among candidates."""

    is_menu = True

    def __init__(self, candidates: Sequence[Candidate], *, options: Sequence[str]) -> None:
        self._candidates = tuple(candidates)
        self._wordy = {index: candidate.wordy for index, candidate in enumerate(candidates)}
        whole = tuple(candidate.key for candidate in candidates if candidate.key)
        self.keys = KeyPlan(whole_keys=whole, max_digits=max((len(key) for key in whole), default=1))
        self.phrases = tuple(dict.fromkeys(" ".join(phrase) for one in candidates for phrase in one.phrases))
        self.options = tuple(dict.fromkeys(options))

    def offers(self) -> Sequence[Offer]:
        """Every key in order."""
        return [candidate.offer for candidate in self._candidates if candidate.offer]

    def instruction(self) -> str | None:
        """The offers say it all."""
        return None

    def press(self, keys: str) -> Result:
        """The candidate of the key."""
        found = next((one for one in self._candidates if one.key == keys), None)
        return NotUnderstood() if found is None else _answer(found, 1.0)

    def is_whole(self, words: str) -> bool:
        """Whether one is named and nothing is left open."""
        return may_end(words) and isinstance(self.hear(words), Answer)

    def hear(self, words: str) -> Result:
        """The one candidate that the words can mean."""
        rest = rest_after_correction(words)
        if rest is not None:
            # "Call me back, no wait, I'll be there": only what came last counts.
            last = self._heard(rest)
            return replace(last, score=last.score * _CORRECTED) if isinstance(last, Answer) else last
        return self._heard(words)

    def _heard(self, words: str) -> Result:
        said = _said(words)
        if not said.words:
            return NotUnderstood()
        ways: tuple[Callable[[_Said], _Found], ...] = (
            self._exact, self._contained, self._by_sign, self._by_place, self._described, self._nearly,
        )  # fmt: skip
        for means in ways:
            found = means(said)
            if found is None or len(found) > 1:
                return NotUnderstood()
            if found:
                return _answer(*found[0])
        return NotUnderstood()

    # --- the ways to mean one: none found leaves it to the next, None and several are not understood -------------------

    def _exact(self, said: _Said) -> _Found:
        found = [one for one in self._candidates if any(said.words in (phrase, content(phrase)) for phrase in one.phrases)]
        return [(one, 1.0) for one in found] if not said.text.rstrip().endswith("?") else self._unless_signed(found)

    @staticmethod
    def _unless_signed(found: Sequence[Candidate]) -> _Found:
        """ "Yes?" asks; "call me back?" asks for it."""
        return None if any(one.answers for one in found) else [(one, _CONTAINED) for one in found]

    def _contained(self, said: _Said) -> _Found:
        """Candidates one of whose phrases was said within more; None where a denial beside it may turn it around."""
        found: list[tuple[Candidate, set[int]]] = []
        for index, one in enumerate(self._candidates):
            covered = _covered(said.words, self._wordy[index])
            if covered:
                found.append((one, covered))
        # "Call me back" within "call me back later" is no second answer.
        widest = [pair for pair in found if not any(pair[1] < other[1] for other in found)]
        if not widest:
            return []
        everything = set().union(*(covered for _, covered in widest))
        denied = [index for index, word in enumerate(said.words) if word in _NOT_WORDS and index not in everything]
        # A "no" that only leads to something else: "no, call me back".
        if denied not in ([], [0]) or (denied and said.words[0] not in ("no", "nope")):
            return self._stated(said, widest[0][0]) if len(widest) == 1 else None
        return self._agreeing(said, [one for one, _ in widest], has_lead=bool(denied))

    def _stated(self, said: _Said, one: Candidate) -> _Found:
        """ "I can't make it, another day please": the denial is a no of its own, and the same candidate's."""
        is_same = said.judged is not None and said.judged.sign == "no" and one.answers == "no"
        return [(one, _CONTAINED)] if is_same else None

    def _agreeing(self, said: _Said, found: list[Candidate], *, has_lead: bool) -> _Found:
        """The candidates, unless a yes or no beside them says something else."""
        signs = {sign for sign in (said.judged.sign if said.judged else None, "no" if has_lead else None) if sign}
        starts = said.words[0] in ("yes", "yeah", "yep")
        signs |= {"yes"} if starts else set()
        for one in found:
            others = {other.answers for other in self._candidates if other is not one}
            if (one.answers and signs - {one.answers}) or ("yes" in signs and one.answers != "yes" and "yes" in others):
                return None
        return [(one, _CONTAINED) for one in found]

    def _by_sign(self, said: _Said) -> _Found:
        """Where one option has "yes" (or "no") among its phrases, whatever means yes means it."""
        # "Not Monday" is no answer to which day suits, nor is "no, the first one".
        places = self._by_place(said)
        telling = {word for one in self._candidates for word in one.vocabulary} - _AROUND
        if said.judged is None or places or places is None or telling & set(marks(said.words)):
            return []
        sign, score = said.judged.sign, said.judged.score
        return [(one, score) for one in self._candidates if one.answers == sign]

    def _by_place(self, said: _Said) -> _Found:
        """ "Number two", "the second one", "the last"; a bare number is a key."""
        core = tuple(word for word in ordinals(said.words) if word not in _BESIDE_PLACE)
        core = core or tuple(word for word in said.words if word == "one")
        listed = [one for one in self._candidates if one.key]
        entries = [one for one in listed if one.name != "none"]
        by_order = _by_order(core, entries)
        if by_order is not None:
            return [(one, _PLACED) for one in by_order]
        if len(core) == 2 and core[1] == "th" and core[0].isdigit():
            place = int(core[0])
            by_place = [entries[place - 1]] if 1 <= place <= len(entries) else []
            # "The fifth" may be a date rather than a place.
            dated = [one for one in entries if f"{place}th" in one.vocabulary]
            return [(one, _PLACED) for one in entries if one in by_place or one in dated]
        pressed = number(core)
        if pressed is None:
            return []
        # A bare number that is no key may be half of a date: asking again is safer than guessing.
        return [(one, _PLACED) for one in listed if one.key == f"{pressed:g}"] or None

    def _described(self, said: _Said) -> _Found:
        """Candidates among whose own words all that was said is found: "Friday", "the eighth", "nine o'clock"."""
        core = {word for word in marks(said.words) if word not in _AROUND}
        if not core or core & _NOT_WORDS:
            return []
        return [(one, _DESCRIBED) for one in self._candidates if core <= one.vocabulary]

    def _nearly(self, said: _Said) -> _Found:
        """Candidates with a phrase that differs by a slip; never where something is denied or doubted."""
        if said.is_doubtful:
            return []
        scores = (
            (index, near.near(said.words, phrases)) for index, phrases in self._wordy.items() if self._candidates[index].is_near
        )
        found, score = near.best(scores)
        if said.judged is not None and any(self._candidates[index].answers not in (None, said.judged.sign) for index in found):
            return None
        return [(self._candidates[index], score / 100) for index in found]


_BESIDE_PLACE = word_set(
    "the one number option press i take key will would like want choose pick go with for let us do it is my choice choice slot "
    "time date appointment offer id think prefer yes okay ok that works best me"
)
_AROUND = word_set(
    "the a an i on at in would will take prefer works suits me for is best want can do one that it with of to th we go "
    "could lets let us okay ok yes fine good works better day time choose pick next this coming please yeah sure great perfect "
    "be sounds like think make about around appointment slot and there then see you id does work suit fits have"
)


def _said(text: str) -> _Said:
    items = read(text)
    is_doubtful = items is None or any(item.mark in (Mark.HEDGE, Mark.RISK, Mark.NO, Mark.DENY, Mark.BUT) for item in items)
    return _Said(text=text, words=content(tokens(text)), judged=judge(text), is_doubtful=is_doubtful)


def _covered(said: Tokens, phrases: Sequence[Tokens]) -> set[int]:
    covered: set[int] = set()
    for phrase in phrases:
        at = find(content(phrase), said)
        if at >= 0:
            covered |= set(range(at, at + len(content(phrase))))
    return covered


def _by_order(core: Tokens, entries: Sequence[Candidate]) -> list[Candidate] | None:
    """ "The last", "the latter", "the earlier one"; None where no order was named."""
    if len(core) != 1 or len(entries) < 2:
        return None
    word = core[0]
    if word in ("last", "final", "bottom"):
        return [entries[-1]]
    if word in ("latter", "former"):
        return [entries[-1 if word == "latter" else 0]] if len(entries) == 2 else list(entries)
    if word == "middle" and len(entries) % 2:
        return [entries[len(entries) // 2]]
    if word not in _ORDERED or not all(one.rank for one in entries):
        return None
    by_time = sorted(entries, key=lambda one: one.rank)
    # Of three, "the later one" leaves two.
    if len(entries) > 2 and not word.endswith("est"):
        return list(entries)
    return [by_time[0] if word.startswith(("early", "earl", "soon")) else by_time[-1]]


_ORDERED = frozenset(("earlier", "earliest", "sooner", "soonest", "later", "latest"))


def _answer(candidate: Candidate, score: float) -> Answer:
    return Answer(name=candidate.name, value=None if candidate.value.kind == "unset" else candidate.value, score=score)

"""Words as tokens, and the numbers in them. When in doubt a text means nothing: asking again is cheap, a wrong answer is not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

Tokens = tuple[str, ...]

MAX_CHARACTERS = 2_000

_CONTRACTIONS = (
    (re.compile(r"\bcan'?t\b|\bcannot\b"), "can not"),
    (re.compile(r"\bwon'?t\b"), "will not"),
    (re.compile(r"\bain'?t\b"), "am not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|would|could|should|have|has|had)n'?t\b"), r"\1 not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"\bi'?m\b"), "i am"),
    (re.compile(r"\b(i|we|they|you)'?ve\b"), r"\1 have"),
    (re.compile(r"\b(i|we|he|she|they|you|that|it|there)'d\b"), r"\1 would"),
    (re.compile(r"\bill be\b"), "i will be"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"\b(that|it|he|she|what|who|there|everything)'?s\b"), r"\1 is"),
    (re.compile(r"\b(here|this)'s\b"), r"\1 is"),
    (re.compile(r"\blet'?s\b"), "let us"),
    (re.compile(r"\bgonna\b"), "going to"),
    (re.compile(r"\bwanna\b"), "want to"),
    (re.compile(r"\bma'am\b"), "maam"),
    (re.compile(r"\bo'clock\b"), "oclock"),
    (re.compile(r"\b([ap])\.\s?m\b\.?"), r"\1m"),
    (re.compile(r"\b(\d{1,2}(?::\d\d)?)([ap]m)\b"), r"\1 \2"),
)
_TOKEN = re.compile(r"\d+(?:[:.,/-]\d+)*|[^\W\d_]+|\d+|[#*]")


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


FILLERS = word_set("um uh er erm well please so like hi hello hey thanks thank you oh actually just")

_BELOW_TWENTY = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
UNITS = {word: number for number, word in enumerate(_BELOW_TWENTY)}
TENS = {word: 10 * number for number, word in enumerate(_TENS, 2)}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_ORDINAL_WORDS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17,
    "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip


def tokens(text: str) -> Tokens:
    """The words of a text in lower case, without punctuation and contractions."""
    plain = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).casefold().replace("’", "'")
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    for pattern, instead in _CONTRACTIONS:
        plain = pattern.sub(instead, plain)
    plain = re.sub(r"(\d)(st|nd|rd|th)\b", r"\1th", plain)
    return tuple(_TOKEN.findall(plain.replace("'", "")))


def content(words: Sequence[str]) -> Tokens:
    """The tokens without fillers."""
    return tuple(word for word in words if word not in FILLERS)


def find(part: Sequence[str], whole: Sequence[str]) -> int:
    """Where `part` stands in `whole` without a gap; -1 where it does not."""
    size = len(part)
    if not size:
        return -1
    return next((start for start in range(len(whole) - size + 1) if tuple(whole[start : start + size]) == tuple(part)), -1)


def ordinals(words: Sequence[str]) -> Tokens:
    """The tokens with each ordinal ("fifth", "twenty first", "5th") as its number followed by "th"."""
    out: list[str] = []
    index = 0
    while index < len(words):
        word, after = words[index], words[index + 1] if index + 1 < len(words) else ""
        if word in ("twenty", "thirty") and _ORDINAL_WORDS.get(after, 99) < 10:
            out += [str(TENS[word] + _ORDINAL_WORDS[after]), "th"]
            index += 1
        elif word in _ORDINAL_WORDS:
            out += [str(_ORDINAL_WORDS[word]), "th"]
        else:
            out.append(word)
        index += 1
    return tuple(out)


def number(words: Sequence[str]) -> float | None:
    """The one number that the tokens are, in digits or words; None when they are anything else."""
    if not words:
        return None
    if words[0] in ("minus", "negative"):
        rest = number(words[1:])
        return None if rest is None else -rest
    if "point" in words[1:]:
        at = list(words).index("point")
        whole, decimals = number(words[:at]), digits(words[at + 1 :])
        return float(f"{int(whole)}.{decimals}") if whole is not None and decimals else None
    if len(words) == 1 and words[0][0].isdigit():
        return _written(words[0])
    return _spelled_out(words)


def _written(word: str) -> float | None:
    if not word.isascii() or len(word) > 18:
        return None
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", word):
        word = word.replace(",", "")
    return float(word) if re.fullmatch(r"\d+(\.\d+)?", word) else None


def _spelled_out(words: Sequence[str]) -> float | None:
    total, current, last, room = 0, 0, "", max(_SCALES.values()) + 1
    for word in words:
        if word == "and" and last in _SCALES:
            continue
        if word in _SCALES:
            if last == "" or (current == 0 and last != "a"):
                return None
            # "Two hundred two hundred" and "thousand million" are two numbers, or none.
            if current >= 100 if word == "hundred" else _SCALES[word] >= room:
                return None
            current = max(current, 1) * _SCALES[word]
            if word != "hundred":
                total, current, room = total + current, 0, _SCALES[word]
            last = word
        elif word == "a" and last == "":
            last = "a"
        elif word in TENS and last not in UNITS and last not in TENS:
            current, last = current + TENS[word], word
        elif word in UNITS and last not in UNITS and not (last in TENS and UNITS[word] > 9):
            current, last = current + UNITS[word], word
        else:
            return None
    return None if last in ("", "a") else float(total + current)


def digits(words: Sequence[str]) -> str | None:
    """The digits that the tokens spell: "12 34", "one two", "double five", "oh"; None when there is anything else."""
    out = ""
    times = 1
    index = 0
    while index < len(words):
        word, after = words[index], words[index + 1] if index + 1 < len(words) else ""
        if word in ("double", "triple"):
            times, index = (2 if word == "double" else 3), index + 1
            continue
        if word in ("o", "oh"):
            part = "0"
        elif word in TENS and 0 < UNITS.get(after, 0) < 10:
            part, index = str(TENS[word] + UNITS[after]), index + 1
        elif word in TENS or word in UNITS:
            part = str(TENS.get(word, UNITS.get(word)))
        elif re.fullmatch(r"[0-9]+(?:[-.,][0-9]+)*", word):
            part = re.sub(r"[-.,]", "", word)
        else:
            return None
        if times > 1 and len(part) > 1:
            return None
        out, times, index = out + part * times, 1, index + 1
    return out if out and times == 1 else None

"""Measure how well parties are understood, and print what was found; nothing is asserted.

    python bench/speech.py [--model base|tiny.en] [--only PART] [--without-plain] [--quick] [--json] [--models FOLDER]

Test voices say what people say to each kind of question, at 8 kHz through G.711, clean and in noise. Everything is decoded
twice: as a call does it (gates, options, end of turn, the slot's rules and the line of certainty), and by the same model as it
comes. The tables go to the standard output, progress to the standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import speech_corpus
import yaml
from speech_engines import Plain, Timed
from speech_scores import Outcome, rates, scored

from ringtrue.agents.scripted.slots.slot import Answer
from ringtrue.agents.scripted.slots.yes_no import YesNo
from ringtrue.conversation.leg import Pcm
from ringtrue.testing import answering, sounds, voices

RATE_HZ = 8000
# None of them is the agent's. espeak-ng is no voice of a person at all and is counted by itself.
SPEAKERS = tuple(voices.Voice(engine="flite", name=name) for name in ("slt", "rms", "awb", "kal16"))
ROBOT = voices.Voice(engine="espeak-ng", name="en-us")
LINES = {"clean": None, "noise at -20 dB": 20.0, "noise at -15 dB": 15.0}
_SHOWN = ("word_errors", "right", "asked_again", "wrong")
_POLARITY = Path(__file__).parents[1] / "tests" / "data" / "polarity_typed.yaml"


@dataclass
class Found:
    """All that was measured."""

    understood: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    others: dict[str, object] = field(default_factory=dict)
    polarity: list[dict[str, object]] = field(default_factory=list)
    bare: list[dict[str, object]] = field(default_factory=list)
    cpu_seconds: dict[str, float] = field(default_factory=dict)


def spoken(text: str, voice: voices.Voice, number: int, *, snr_db: float | None) -> Pcm:
    """The text on a telephone line, said a little otherwise each time; the same each run."""
    dice = random.Random(f"{text} {number}")
    person = voices.Voice(
        engine=voice.engine, name=voice.name, speed=round(dice.uniform(0.9, 1.15), 2), pitch=round(dice.uniform(-1.5, 1.5), 1)
    )
    line = np.concatenate([sounds.silence(3.0), voices.say(text, person), sounds.silence(1.0)])
    return sounds.telephone(line if snr_db is None else sounds.in_noise(line, snr_db=snr_db, seed=number))


def said_to(question: speech_corpus.Question, *, quick: bool) -> Iterator[tuple[str, str, str, voices.Voice, int]]:
    """Who says what with which meaning: each speaker every fourth line, the robot every other one."""
    for number, (text, value) in enumerate(question.said[:: 5 if quick else 1]):
        yield "people", text, value, SPEAKERS[number % len(SPEAKERS)], number
        if number % 2 == 0:
            yield "robot", text, value, ROBOT, number


def understand(ours: Timed, plain: Plain | None, *, quick: bool) -> dict[str, list[dict[str, object]]]:
    """Word errors and exact answers by kind of question, by voices and line; and of all together."""
    tables: dict[str, list[dict[str, object]]] = {}
    for line, snr_db in LINES.items():
        outcomes: dict[tuple[str, str, str], list[Outcome]] = defaultdict(list)
        for question in speech_corpus.QUESTIONS:
            _say(f"{line}: {question.name}")
            for group, text, value, voice, number in said_to(question, quick=quick):
                clip = spoken(text, voice, number, snr_db=snr_db)
                words = scored(text, question.kind)
                taken = answering.answer(clip, ours, question.slot, question.kind)
                wrote_what = [("ours", taken.text, taken.answer)]
                if plain is not None:
                    written = plain.text(clip, RATE_HZ)
                    heard = question.slot.hear(written)
                    wrote_what.append(("plain", written, heard if isinstance(heard, Answer) else None))
                for engine, wrote, answer in wrote_what:
                    meant = question.meant(answer)
                    outcome = Outcome(
                        said=words, written=scored(wrote, question.kind), is_right=None if meant is None else meant == value
                    )
                    outcomes[question.name, group, engine].append(outcome)
                    outcomes["all", group, engine].append(outcome)
        tables[line] = [
            {"question": name, "voices": group, "engine": engine, **asdict(rates(some))}
            for (name, group, engine), some in outcomes.items()
        ]
    return tables


def listen_to_others(ours: Timed, plain: Plain, *, quick: bool) -> dict[str, object]:
    """What is written of clips in which nobody speaks."""
    clips = list(sounds.others())[:: 5 if quick else 1]
    ours_wrote, plain_wrote = [], []
    for number, (name, clip) in enumerate(clips):
        if number % 20 == 0:
            _say(f"clips without a voice: {number} of {len(clips)}")
        ours_wrote += [f"{name}: {text}" for text in answering.texts(clip, ours)]
        text = plain.text(clip, RATE_HZ)
        plain_wrote += [f"{name}: {text}"] if text else []
    return {"clips": len(clips), "ours": ours_wrote, "plain": plain_wrote}


def judge(ours: Timed, *, quick: bool) -> list[dict[str, object]]:
    """Spoken answers of yes or no: how many are taken for what they mean, and for the other."""
    said = [
        (text, group["sign"])
        for group in yaml.safe_load(_POLARITY.read_text())
        for text in group["spoken"].splitlines()
        if text.strip()
    ][:: 6 if quick else 1]
    speakers = (*SPEAKERS, ROBOT)
    return [
        judged(
            ours, line, [(text, sign, speakers[random.Random(f"{line} {text}").randrange(len(speakers))]) for text, sign in said]
        )
        for line in LINES
    ]


def judge_bare(ours: Timed, *, quick: bool) -> list[dict[str, object]]:
    """The same of statements in which one syllable tells all, each by every voice."""
    said = [
        (text, "no" if "n't" in text else "yes", voice)
        for text in speech_corpus.bare()[:: 6 if quick else 1]
        for voice in (*SPEAKERS, ROBOT)
    ]
    return [judged(ours, line, said) for line in LINES]


def judged(ours: Timed, line: str, said: Sequence[tuple[str, str, voices.Voice]]) -> dict[str, object]:
    """One line's table: what was said with which sign, by whom."""
    counts = {sign: dict.fromkeys(("yes", "no", "asked again"), 0) for sign in ("yes", "no", "unclear")}
    wrong: list[str] = []
    for number, (text, sign, voice) in enumerate(said):
        if number % 40 == 0:
            _say(f"yes or no, {line}: {number} of {len(said)}")
        taken = answering.answer(spoken(text, voice, number, snr_db=LINES[line]), ours, YesNo(), "yes_no")
        name = taken.answer.name if taken.answer is not None else "asked again"
        counts[sign][name] += 1
        if name not in (sign, "asked again"):
            wrong.append(f"{text!r} ({sign}) by {voice.name} was written {taken.text!r} and taken for {name}")
    return {"line": line, "answers": len(said), "counts": counts, "taken_for_another": wrong}


def show(found: Found) -> None:
    """The tables of the parts that were measured."""
    for line, rows in found.understood.items():
        print(f"\n{line}: word errors % and answers % right / asked again / wrong")
        engines = sorted({str(row["engine"]) for row in rows})
        heads = (f"{engine:>6} {'right':>6} {'again':>6} {'wrong':>6}" for engine in engines)
        print(f"{'question':<10} {'voices':<7} {'clips':>5}", *heads, sep=" | ")
        by_key = {(row["question"], row["voices"], row["engine"]): row for row in rows}
        for group in ("people", "robot"):
            for name in [question.name for question in speech_corpus.QUESTIONS] + ["all"]:
                cells = (" ".join(f"{by_key[name, group, engine][key]:>6.1f}" for key in _SHOWN) for engine in engines)
                print(f"{name:<10} {group:<7} {by_key[name, group, 'ours']['clips']:>5}", *cells, sep=" | ")
    if found.others:
        show_others(found.others)
    if found.polarity:
        show_polarity("Spoken answers to a question of yes or no", found.polarity)
    if found.bare:
        show_polarity("Bare statements, each by every voice", found.bare)
    print("\nCPU seconds a decode: " + ", ".join(f"{name} {seconds:.2f}" for name, seconds in found.cpu_seconds.items()))
    sys.stdout.flush()


def show_others(others: dict[str, object]) -> None:
    """What was written of clips in which nobody speaks."""
    print(f"\nTexts of {others['clips']} clips in which nobody speaks:")
    for engine in ("ours", "plain"):
        texts = others[engine]
        assert isinstance(texts, list)
        print(f"  {engine:<6} {len(texts):>4}")
        for text in texts if engine == "ours" else texts[:5]:
            print(f"         {text}")


def show_polarity(title: str, tables: list[dict[str, object]]) -> None:
    """As meant and as taken, and every answer that was taken for another one."""
    print(f"\n{title}, as meant and as taken:")
    print(f"{'line':<16} {'meant':<8} {'yes':>5} {'no':>5} {'again':>6}")
    for table in tables:
        counts = table["counts"]
        assert isinstance(counts, dict)
        for sign, taken in counts.items():
            print(f"{table['line']:<16} {sign:<8} {taken['yes']:>5} {taken['no']:>5} {taken['asked again']:>6}")
        flipped = counts["yes"]["no"] + counts["no"]["yes"]
        print(f"{'':<16} yes for no or no for yes: {flipped} of {table['answers']}")
        wrong = table["taken_for_another"]
        assert isinstance(wrong, list)
        for one in wrong:
            print(f"    {one}")


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def main() -> None:
    """All of it."""
    options = argparse.ArgumentParser(description="Measure how well parties are understood; see the module.")
    options.add_argument("--model", choices=("base", "tiny.en"), default="base")
    options.add_argument("--only", choices=("understood", "others", "polarity", "bare"), help="one of the four parts")
    options.add_argument("--without-plain", action="store_true", help="of the words and answers, only what ours makes of them")
    options.add_argument("--quick", action="store_true", help="a fifth of it")
    options.add_argument("--json", action="store_true", help="everything as JSON instead of tables")
    options.add_argument("--models", default=os.environ.get("RINGTRUE_MODELS", "data/models"), help="where the models are")
    chosen = options.parse_args()
    mistakes = speech_corpus.check()
    if mistakes:
        raise SystemExit("The corpus disagrees with the slots:\n" + "\n".join(mistakes))
    folder = Path(chosen.models) / chosen.model
    ours, plain = Timed(folder), Plain(folder)
    found = Found()
    if chosen.only in (None, "polarity"):
        found.polarity = judge(ours, quick=chosen.quick)
    if chosen.only in (None, "bare"):
        found.bare = judge_bare(ours, quick=chosen.quick)
    if chosen.only in (None, "others"):
        found.others = listen_to_others(ours, plain, quick=chosen.quick)
    if chosen.only in (None, "understood"):
        found.understood = understand(ours, None if chosen.without_plain else plain, quick=chosen.quick)
    engines = {"ours": ours.seconds, "plain": plain.seconds}
    found.cpu_seconds = {name: float(np.mean(seconds)) for name, seconds in engines.items() if seconds}
    if chosen.json:
        json.dump(asdict(found), sys.stdout, indent=1)
        return
    print(f"{chosen.model}, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    show(found)


if __name__ == "__main__":
    main()

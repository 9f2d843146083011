"""Personas as files: what they may hold, and what is said of their mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ringtrue.errors import SetupError
from ringtrue.testing.callee import PersonaInvalid, load_persona, parse_persona, persona_of, shipped_personas
from ringtrue.testing.callee.traits import Answer, Range, Reply, Speaker

FULL = """
name: anna
voices: [{engine: espeak-ng, name: en-us}]
speed: [0.9, 1.1]
pitch: 1
pause: [0.4, 0.9]
greeting: Hello?
answers:
  - {to: Will you come, say: ["Yes, [0.6] I will.", "Yes."], times: 2}
  - {to: Will you come, keys: 1}
otherwise: {say: Pardon?}
hesitate: {fillers: [um], pause: [0.1, 0.2]}
off_topic: ["What is the weather like?"]
barge_in: {after_words: 5, say: "Yes, yes."}
backchannel: {every_seconds: [1, 2], say: [okay]}
line: {noise_db: -20, echo: {db: -26, ms: 100}, loss: 0.02, jitter_ms: 10}
hang_up: {after_answers: 3}
expect: {fields: {outcome: kept}, reasons: [agent_hangup]}
"""


def file(tmp_path: Path, text: str) -> Path:
    """A persona's file."""
    path = tmp_path / "persona.yaml"
    path.write_text(text)
    return path


def faults(tmp_path: Path, text: str) -> list[tuple[int | None, str]]:
    """Line and field of every mistake."""
    with pytest.raises(PersonaInvalid) as refused:
        load_persona(file(tmp_path, text))
    return [(fault.line, fault.path) for fault in refused.value.faults]


def test_a_file_is_read_with_all_it_says(tmp_path: Path) -> None:
    """Every field arrives; one text stands for a list of one, one number for a range of it."""
    persona = load_persona(file(tmp_path, FULL), seed=7)

    assert (persona.manner, persona.name, persona.seed) == ("speaks", "anna", 7)
    assert persona.expect == {"fields": {"outcome": "kept"}, "reasons": ["agent_hangup"]}
    traits = persona.traits
    assert traits is not None
    assert traits.voices == (Speaker(engine="espeak-ng", name="en-us"),)
    assert traits.pitch == Range(low=1, high=1)
    assert traits.greeting == ("Hello?",)
    assert traits.answers == (
        Answer(to="Will you come", reply=Reply(say=("Yes, [0.6] I will.", "Yes.")), times=2),
        Answer(to="Will you come", reply=Reply(keys="1")),
    )
    assert traits.barge_in is not None
    assert traits.barge_in.after.low == pytest.approx(1.8)
    assert (traits.line.noise_db, traits.line.echo_db, traits.line.echo_ms, traits.line.loss) == (-20, -26, 100, 0.02)
    assert traits.needs_ears


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("silent: yes", [(1, "silent")]),
        ("anwsers: []\nsilent: true", [(1, "anwsers")]),
        ("answers: [{to: Hi, sya: Hi}]", [(1, "answers[0]"), (1, "answers[0].sya")]),
        ("answers:\n  - {to: Hi, say: Hi, keys: 1}", [(2, "answers[0]")]),
        ("answers:\n  - {say: Hi}", [(2, "answers[0].to")]),
        ("answers:\n  - {to: Hi, keys: 1x}", [(2, "answers[0].keys")]),
        ("answers:\n  - {to: Hi, say: 'Yes [soon] yes'}", [(2, "answers[0].say")]),
        ("answers:\n  - {to: Hi, audio: none.wav}", [(2, "answers[0].audio")]),
        ("silent: true\nvoices: [{engine: flight, name: slt}]", [(2, "voices[0].engine")]),
        ("silent: true\nspeed: [1.2, 0.9]", [(2, "speed")]),
        ("silent: true\nline: {noise_db: loud}", [(2, "line.noise_db")]),
        ("silent: true\nline: {echo: {ms: 5}}", [(2, "line.echo.ms")]),
        ("silent: true\nhang_up: {}", [(2, "hang_up")]),
        ("silent: true\nanswers: [{to: Hi, say: Hi}]", [(1, "silent")]),
        ("answers: [{to: Hi, say: Hi}]\nbarge_in: {say: Hi}", [(2, "barge_in")]),
        ("voicemail: {beep_hz: 1000}", [(1, "voicemail.greeting")]),
        ("silent: true\nexpect: kept", [(2, "expect")]),
        ("name: nobody", [(1, "")]),
        ("answers: [", [(2, "")]),
    ],
)
def test_every_mistake_is_named_with_its_line_and_field(tmp_path: Path, text: str, found: list[tuple[int, str]]) -> None:
    """Nothing that is misspelt or out of range is passed over."""
    assert faults(tmp_path, text) == found


def test_all_mistakes_are_told_at_once_each_with_its_remedy(tmp_path: Path) -> None:
    """Whoever wrote the file corrects it in one go."""
    with pytest.raises(PersonaInvalid) as refused:
        load_persona(file(tmp_path, "silnet: true\npause: fast\nanswers: [{to: Hi, keys: 9}]"))

    assert str(refused.value).splitlines() == [
        "persona.yaml:1: silnet: There is no field 'silnet'. Did you mean 'silent'?",
        "persona.yaml:2: pause: This must be [least, most], two numbers from 0.3 to 30 in order. Write for example [0.5, 1.1].",
    ]


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    """No traceback."""
    with pytest.raises(SetupError, match="cannot be read"):
        persona_of(str(tmp_path / "none.yaml"))


def test_a_shipped_persona_that_there_is_not_names_those_there_are() -> None:
    """By example and name."""
    with pytest.raises(SetupError, match="appointment/cooperative"):
        persona_of("appointment/nobody")


def test_short_forms_stay_what_they_were() -> None:
    """Key-pressing personas have no traits, so they need neither voice nor recogniser."""
    assert persona_of("keys=1,2#", seed=3) == parse_persona("keys=1,2#", seed=3)
    assert persona_of("patient").traits is None


@pytest.mark.parametrize("name", shipped_personas())
def test_shipped_personas_are_valid_and_word_every_answer_in_five_ways(name: str) -> None:
    """What they are called is what their file is called, and each says what should come of a call."""
    persona = load_persona(shipped_personas()[name])

    assert persona.traits is not None
    assert name.endswith(f"/{persona.name}")
    assert persona.expect is not None
    for answer in persona.traits.answers if name.startswith("appointment/") else ():
        assert answer.reply.keys or len(set(answer.reply.say)) >= 5

"""A persona's YAML file as values: strictly, and with every mistake at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ringtrue.agents.scripted import tree
from ringtrue.agents.scripted.faults import Enough, Faults, nearest
from ringtrue.errors import ProjectFault, RingtrueError, SetupError
from ringtrue.testing.callee.fields import Fields
from ringtrue.testing.callee.mouth import read_wav
from ringtrue.testing.callee.traits import (
    Answer,
    Backchannel,
    BargeIn,
    HangUp,
    Hesitation,
    LineTraits,
    Range,
    Reply,
    Speaker,
    Traits,
    Voicemail,
)
from ringtrue.testing.voices import ENGINES

_TOP = (
    "name", "voices", "speed", "pitch", "level_db", "pause", "greeting", "answers", "otherwise", "hesitate", "off_topic",
    "silent", "barge_in", "backchannel", "line", "hold_music", "voicemail", "hang_up", "expect",
)  # fmt: skip
_REPLY = ("say", "keys", "audio")
_SECONDS_A_WORD = 0.36  # of the agent's voice, pauses included


class PersonaInvalid(RingtrueError):
    """A persona's file with mistakes: all of them, in the order of the file."""

    code = "persona_invalid"
    blame = "client"

    def __init__(self, name: str, faults: Sequence[ProjectFault]) -> None:
        lines = [f"{name}:{fault.line or 1}: {fault.path or 'file'}: {fault.message} {fault.remedy}" for fault in faults]
        super().__init__("\n".join(lines))
        self.faults = tuple(faults)


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonaFile:
    """What a file says. `expect` is for whoever checks the call afterwards."""

    name: str
    traits: Traits
    expect: Mapping[str, object] | None


def read(text: str, *, name: str, folder: Path) -> PersonaFile:
    """The persona of a YAML text; WAV files are looked for from `folder`. Raises PersonaInvalid."""
    faults = Faults()
    found: PersonaFile | None = None
    try:
        root = tree.parse(text, faults)
        if root is not None:
            found = _read(Fields(root, "", _TOP, faults), name, folder)
    except Enough:
        found = None
    if found is None or faults.found:
        raise PersonaInvalid(name, faults.found)
    return found


def _read(top: Fields, name: str, folder: Path) -> PersonaFile:
    traits = Traits(
        voices=_voices(top),
        speed=_speed(top),
        pitch=_pitch(top),
        level_db=top.range("level_db", Range(low=0.0, high=0.0), low=-40.0, high=6.0),
        pause=top.range("pause", Range(low=0.5, high=1.1), low=0.3, high=30.0),
        greeting=top.texts("greeting"),
        answers=tuple(_answer(one, folder) for one in top.each("answers", ("to", *_REPLY, "times"))),
        otherwise=_otherwise(top, folder),
        hesitate=_hesitation(top),
        off_topic=top.texts("off_topic"),
        barge_in=_barge_in(top),
        backchannel=_backchannel(top),
        line=_line(top),
        is_silent=top.flag("silent"),
        hold_music=top.flag("hold_music"),
        voicemail=_voicemail(top),
        hang_up=_hang_up(top),
    )
    _check_manner(top, traits)
    return PersonaFile(name=top.word("name", name), traits=traits, expect=_expect(top))


def _check_manner(top: Fields, traits: Traits) -> None:
    speaks = traits.answers or traits.otherwise or traits.barge_in or traits.backchannel or traits.off_topic
    for field in ("silent", "hold_music", "voicemail"):
        if top.has(field) and speaks and (field == "voicemail" or top.flag(field)):
            top.fault(field, "Such a persona answers nothing.", "Remove this, or the answers and whatever else it says.")
    manners = [traits.is_silent, traits.hold_music, traits.voicemail is not None, bool(speaks)]
    if not any(manners) and not top.faults.found:
        top.fault("", "This persona does nothing.", "Give it answers, or write `silent: true`.")
    if traits.off_topic and not traits.answers:
        top.fault("off_topic", "There is no answer that it could come before.", "Give the persona answers.")


def _voices(top: Fields) -> tuple[Speaker, ...]:
    found = []
    for one in top.each("voices", ("engine", "name", "speed", "pitch")):
        engine = one.word("engine")
        if engine not in ENGINES:
            one.fault("engine", f"There is no engine {engine!r}.", nearest(engine, ENGINES))
            continue
        voice = one.word("name")
        if not voice and engine != "piper":
            one.fault("name", "The voice has no name.", "Write the engine's name of it, such as slt for flite.")
        speed = _speed(one) if one.has("speed") else None
        pitch = _pitch(one) if one.has("pitch") else None
        found.append(Speaker(engine=engine, name=voice, speed=speed, pitch=pitch))
    return tuple(found) or (Speaker(engine="flite", name="slt"),)


def _speed(fields: Fields) -> Range:
    return fields.range("speed", Range(low=0.95, high=1.1), low=0.5, high=2.0)


def _pitch(fields: Fields) -> Range:
    return fields.range("pitch", Range(low=0.0, high=0.0), low=-6.0, high=6.0)


def _reply(fields: Fields, folder: Path) -> Reply:
    given = [name for name in _REPLY if fields.has(name)]
    if len(given) != 1:
        fields.fault("", "An answer is one of say, keys and audio.", 'Write `say: [...]`, `keys: "1"` or `audio: FILE.wav`.')
    audio = tuple(folder / text for text in fields.texts("audio"))
    for path in audio:
        try:
            read_wav(path, 8000)
        except SetupError as exc:
            fields.fault("audio", exc.sentence, "Name a WAV file from the folder of this one.")
    return Reply(say=fields.texts("say"), keys=fields.keys("keys"), audio=audio)


def _answer(fields: Fields, folder: Path) -> Answer:
    if not fields.has("to"):
        fields.fault(
            "to",
            "It is not said what this answers.",
            'Write words of the prompt: to: "Will you come". What answers anything is `otherwise`.',
        )
    return Answer(to=fields.word("to"), reply=_reply(fields, folder), times=fields.count("times"))


def _otherwise(top: Fields, folder: Path) -> Reply | None:
    fields = top.below("otherwise", _REPLY)
    return None if fields is None else _reply(fields, folder)


def _hesitation(top: Fields) -> Hesitation | None:
    fields = top.below("hesitate", ("fillers", "pause", "share", "repeat"))
    if fields is None:
        return None
    return Hesitation(
        fillers=fields.texts("fillers") or ("um", "uh"),
        pause=fields.range("pause", Range(low=0.3, high=0.7), low=0.0, high=10.0),
        share=fields.number("share", 1.0, low=0.0, high=1.0),
        repeat=fields.number("repeat", 0.5, low=0.0, high=1.0),
    )


def _barge_in(top: Fields) -> BargeIn | None:
    fields = top.below("barge_in", ("after_seconds", "after_words", "to", "say", "times"))
    if fields is None:
        return None
    if fields.has("after_seconds") == fields.has("after_words"):
        fields.fault("", "It is not said when, or twice.", "Write either `after_seconds: [1, 2]` or `after_words: 5`.")
    after = fields.range("after_seconds", Range(low=1.0, high=2.0), low=0.0, high=60.0)
    if fields.has("after_words"):
        words = (fields.count("after_words") or 1) * _SECONDS_A_WORD
        after = Range(low=words, high=words)
    if not fields.has("say"):
        fields.fault("say", "It is not said what it says.", 'Write `say: ["Yes, yes."]`.')
    return BargeIn(after=after, say=fields.texts("say"), to=fields.word("to"), times=fields.count("times") or 1)


def _backchannel(top: Fields) -> Backchannel | None:
    fields = top.below("backchannel", ("every_seconds", "say"))
    if fields is None:
        return None
    return Backchannel(
        every=fields.range("every_seconds", Range(low=2.0, high=4.0), low=0.5, high=60.0),
        say=fields.texts("say") or ("uh-huh", "okay", "I see"),
    )


def _line(top: Fields) -> LineTraits:
    fields = top.below("line", ("noise_db", "echo", "loss", "jitter_ms"))
    if fields is None:
        return LineTraits()
    echo = fields.below("echo", ("db", "ms"))
    return LineTraits(
        noise_db=fields.number("noise_db", -20.0, low=-80.0, high=10.0) if fields.has("noise_db") else None,
        echo_db=None if echo is None else echo.number("db", -20.0, low=-80.0, high=0.0),
        # Less than 60 ms cannot be kept: a packet may be that old when its echo is mixed.
        echo_ms=80 if echo is None else int(echo.number("ms", 80, low=60, high=1000)),
        loss=fields.number("loss", 0.0, low=0.0, high=1.0),
        jitter_ms=int(fields.number("jitter_ms", 0, low=0, high=500)),
    )


def _voicemail(top: Fields) -> Voicemail | None:
    fields = top.below("voicemail", ("greeting", "beep_hz", "beep_ms", "seconds"))
    if fields is None:
        return None
    greeting = fields.texts("greeting")
    if len(greeting) != 1:
        fields.fault("greeting", "A machine has one greeting.", 'Write `greeting: "You have reached ..."`.')
    return Voicemail(
        greeting=greeting[0] if greeting else "",
        beep_hz=fields.number("beep_hz", 1000.0, low=200.0, high=3400.0),
        beep_ms=int(fields.number("beep_ms", 400, low=0, high=5000)),
        seconds=fields.number("seconds", 60.0, low=1.0, high=600.0),
    )


def _hang_up(top: Fields) -> HangUp | None:
    fields = top.below("hang_up", ("after_words", "after_answers"))
    if fields is None:
        return None
    if fields.has("after_words") == fields.has("after_answers"):
        fields.fault("", "It is not said when, or twice.", "Write either `after_words: 10` or `after_answers: 1`.")
    return HangUp(after_words=fields.count("after_words"), after_answers=fields.count("after_answers"))


def _expect(top: Fields) -> Mapping[str, object] | None:
    if not top.has("expect"):
        return None
    value = tree.plain(top.node.entries["expect"])
    if not isinstance(value, dict):
        top.fault("expect", "This must be a mapping.", "Write for example `expect: {fields: {outcome: kept}}`.")
        return None
    return cast(Mapping[str, object], value)

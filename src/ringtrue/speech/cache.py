"""Fixed prompts, rendered once: audio and words on disk by engine, voice, text and rate. What cannot be read is not there."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from ringtrue import ids
from ringtrue.conversation.speech import SpokenPart, SpokenWord

_MOST_BYTES = 256 << 20  # about 4.5 hours of prompts
_FORMAT = 2


class PromptCache:
    """A folder of prompts. All methods block: call them in a thread."""

    def __init__(self, folder: Path, *, most_bytes: int = _MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    def _path(self, key: Sequence[str]) -> Path:
        name = hashlib.sha256(json.dumps([_FORMAT, *key]).encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.prompt"

    def get(self, key: Sequence[str]) -> list[SpokenPart] | None:
        """The parts as they were rendered, None when they are not kept or damaged."""
        path = self._path(key)
        try:
            digest, _, content = path.read_bytes().partition(b"\n")
            if hashlib.sha256(content).hexdigest().encode() != digest:
                return None
            os.utime(path)  # what is used stays
        except OSError:
            return None
        head, _, body = content.partition(b"\n")
        document = json.loads(head)
        parts, at = [], 0
        pcm = np.frombuffer(body, dtype="<i2").astype(np.int16)
        for part in document["parts"]:
            words = tuple(SpokenWord(text=w[0], start=w[1], end=w[2], timing=w[3]) for w in part["words"])
            parts.append(SpokenPart(pcm=pcm[at : at + part["samples"]], words=words, is_last=part["last"]))
            at += part["samples"]
        return parts

    def has(self, key: Sequence[str]) -> bool:
        """Whether something is kept; a look at the folder, which blocks for no longer than that."""
        return self._path(key).is_file()

    def put(self, key: Sequence[str], parts: Sequence[SpokenPart]) -> None:
        """Keep them; a full disk is no fault of the call that spoke them. The oldest go when there is no room."""
        body = b"".join(part.pcm.astype("<i2").tobytes() for part in parts)
        document = {
            "parts": [
                {
                    "samples": len(part.pcm),
                    "last": part.is_last,
                    "words": [[word.text, word.start, word.end, word.timing] for word in part.words],
                }
                for part in parts
            ]
        }
        content = json.dumps(document).encode() + b"\n" + body
        path = self._path(key)
        temporary = path.with_suffix(f".{ids.token_hex(4)}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
            temporary.rename(path)
            self._trim()
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _trim(self) -> None:
        """Halves of files that a dead process left behind count too, and go in their turn."""
        files = [(status.st_mtime, status.st_size, file) for file in self._folder.glob("*/*") if (status := file.stat())]
        total = sum(size for _, size, _ in files)
        for _, size, file in sorted(files):
            if total <= self._most_bytes:
                return
            file.unlink(missing_ok=True)
            total -= size

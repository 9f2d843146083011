"""Where a call's audio lies on disk: one WAV per call, below one root that no name can leave."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import BinaryIO

from ringtrue.errors import NotFound
from ringtrue.ids import CallId, OrgId

_CHUNK_BYTES = 1 << 20


class RecordingFiles:
    """The recordings folder. Names are relative to it and are what the database keeps."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def name_for(self, org_id: OrgId, call_id: CallId) -> str:
        """The name of a call's file; 1024 folders per organization, by the random end of the id, keep each listing short."""
        return f"{org_id}/{call_id[-2:]}/{call_id}.wav"

    def path(self, name: str) -> Path:
        """Where that file lies or will lie. Raises NotFound for a name that leads out of the folder."""
        if "\0" in name:
            raise NotFound("There is no such recording.")
        found = (self._root / name).resolve()
        if found == self._root or not found.is_relative_to(self._root):
            raise NotFound("There is no such recording.")
        return found

    def prepare(self, name: str) -> Path:
        """Where to write that file; its folder is made. Raises OSError when that fails."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def open(self, name: str) -> BinaryIO:
        """The file, open for reading. Raises NotFound when it is missing."""
        try:
            return self.path(name).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise NotFound("There is no such recording.") from error

    def size_bytes(self, name: str) -> int:
        """How long the file is, header included. Raises NotFound when it is missing."""
        with self.open(name) as file:
            return file.seek(0, 2)

    def sha256(self, name: str) -> str:
        """The hash of the file in lower-case hex. Raises NotFound when it is missing."""
        digest = hashlib.sha256()
        with self.open(name) as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
        return digest.hexdigest()

    def free_bytes(self) -> int:
        """How much room the disk of the folder has for an ordinary user."""
        existing = next(folder for folder in (self._root, *self._root.parents) if folder.exists())
        return shutil.disk_usage(existing).free

    def has_room(self, n_bytes: int) -> bool:
        """Whether that many bytes can still be written."""
        return self.free_bytes() >= n_bytes

"""Chats: which conversation a written message belongs to, and the port to whoever answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ringtrue import ids
from ringtrue.calls import threads
from ringtrue.calls.projects import find_project, latest
from ringtrue.calls.store import Tx
from ringtrue.domain.messages import Chat
from ringtrue.domain.records import ProjectVersion, Thread
from ringtrue.errors import InvalidInput
from ringtrue.ids import OrgId, ProjectId, ThreadId


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What the party wrote. `project` is a name or an id; `version_id` pins the version of a conversation that begins."""

    org_id: OrgId
    thread_id: ThreadId
    text: str
    project: str | None = None
    version_id: str | None = None
    starts_new: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What the agent wrote back, and the messages that both became."""

    text: str
    conversation_id: int
    user_message_id: str
    reply_message_id: str


class Chats(Protocol):
    """Answers what is written."""

    def take(self, tx: Tx, written: Written, *, at: datetime) -> Answered:
        """The answer, kept with the message in this transaction. Raises NotFound, InvalidInput."""
        ...


def current(tx: Tx, written: Written, thread: Thread, *, at: datetime) -> Chat:
    """The conversation that the message belongs to, begun where none is open, or where it is of another project.

    One that is open keeps the version it began with. Raises InvalidInput for an unknown project or version.
    """
    there = None if written.starts_new else tx.open_chat(thread.id)
    project_id = _project(tx, written, thread, there)
    version = _version(tx, written, project_id)
    if there is not None and there.project_id == project_id:
        return there
    chat = Chat(
        thread_id=thread.id,
        number=tx.next_conversation(thread.org_id, thread.id, None, at),
        project_id=project_id,
        version_id=version.id,
        timezone=thread.timezone,
        began_at=at,
    )
    tx.put_chat(chat)
    return chat


def thread_of(tx: Tx, written: Written) -> Thread:
    """The thread that is written in. Raises NotFound."""
    return threads.get(tx, written.org_id, written.thread_id)


def version_of(tx: Tx, chat: Chat) -> ProjectVersion:
    """The version with which the conversation began."""
    version = tx.version(chat.version_id)
    assert version is not None  # a foreign key
    return version


def _project(tx: Tx, written: Written, thread: Thread, there: Chat | None) -> ProjectId:
    if written.project is not None:
        return find_project(tx, written.org_id, written.project, field="puppeteer_config_name").id
    chosen = there.project_id if there is not None else thread.project_id
    if chosen is None:
        raise InvalidInput(
            "This thread has no project yet: name the one whose agent is to answer.",
            field=("puppeteer_config_name",),
            code="project_required",
        )
    return chosen


def _version(tx: Tx, written: Written, project_id: ProjectId) -> ProjectVersion:
    if written.version_id is None:
        project = tx.project(written.org_id, project_id)
        assert project is not None  # a foreign key
        return latest(tx, project)
    chosen = tx.version_of(project_id, ids.VersionId(written.version_id))
    if chosen is None:
        raise InvalidInput("The project has no such version.", field=("config_version_id",), code="version_unknown")
    return chosen

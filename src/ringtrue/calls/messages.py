"""The messages of a thread, written and spoken ones in one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ringtrue.calls import threads
from ringtrue.calls.store import Tx
from ringtrue.domain.messages import Message, MessagePlace
from ringtrue.ids import OrgId, ThreadId


@dataclass(frozen=True, kw_only=True, slots=True)
class MessagePage:
    """Messages, newest first; `next_from` is where the following page in the same direction begins, None on the last."""

    messages: Sequence[Message]
    next_from: MessagePlace | None


def page(tx: Tx, org_id: OrgId, thread_id: ThreadId, *, start: MessagePlace | None, is_newer: bool, limit: int) -> MessagePage:
    """The messages older than those at `start`, or newer; without it the newest. Raises NotFound."""
    thread = threads.get(tx, org_id, thread_id)
    if is_newer and start is not None:
        found = tx.page_of_messages(org_id, thread.id, after=start, limit=limit + 1)
        shown = found[-limit:]
    else:
        found = tx.page_of_messages(org_id, thread.id, before=start, limit=limit + 1)
        shown = found[:limit]
    if len(found) <= limit:
        return MessagePage(messages=shown, next_from=None)
    edge = shown[0] if is_newer and start is not None else shown[-1]
    return MessagePage(messages=shown, next_from=edge.place)

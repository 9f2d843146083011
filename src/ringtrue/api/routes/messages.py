"""The messages of a thread: `/threads/{thread_id}/messages`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from ringtrue.api import cursors
from ringtrue.api.auth import ThreadReader
from ringtrue.api.deps import Deps
from ringtrue.api.fields import ignoring
from ringtrue.api.refusals import refuses
from ringtrue.calls import messages
from ringtrue.domain.messages import Message, MessagePlace
from ringtrue.wire.messages import MessageExtras, MessageShape, MessagesShape
from ringtrue.wire.pages import Pagination

router = APIRouter(tags=["Threads"])
_QUERY = ("cursor", "reverse", "limit")


@router.get("/threads/{thread_id}/messages", response_model=MessagesShape, dependencies=[Depends(ignoring(query=_QUERY))])
@refuses("cursor_invalid")
async def list_messages(
    thread_id: str,
    client: ThreadReader,
    deps: Deps,
    cursor: Annotated[str | None, Query(description="Where a page begins, as the last answer gave it.")] = None,
    reverse: Annotated[bool, Query(description="True for what is newer than the cursor instead of older.")] = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> MessagesShape:
    """What was written and said in a thread, newest first: without a cursor the latest, else what is older or newer than it.

    `pagination.cursor` goes on in the same direction and is null on the last page. Of a call in progress an utterance is here
    from its first word on, and grows as in the transcript.
    """
    thread = client.thread(thread_id)
    scope = f"messages {client.org_id} {thread_id}"
    start = None if cursor is None else MessagePlace(int(cursors.read(deps.link_key, cursor, scope=scope)))
    page = await deps.store.read(lambda tx: messages.page(tx, client.org_id, thread, start=start, is_newer=reverse, limit=limit))
    more = None if page.next_from is None else cursors.mint(deps.link_key, str(page.next_from), scope=scope)
    return MessagesShape(messages=[_shape(one) for one in page.messages], pagination=Pagination(cursor=more))


def _shape(message: Message) -> MessageShape:
    return MessageShape(
        message_id=message.id,
        role=message.role,
        message=message.content,
        conversation_id=message.conversation_id,
        timestamp=int(message.at.timestamp()),
        extras=MessageExtras(call_id=message.call_id),
    )

"""The carrier port: the only way a phone rings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

from ringtrue.conversation.leg import Leg
from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.ids import LegId


@dataclass(frozen=True, kw_only=True, slots=True)
class LegSnapshot:
    """All that a successor needs to end a leg whose worker died. Stored as JSON; secrets are never in it."""

    leg_id: LegId
    side: Literal["uac", "uas"]
    state: Literal["intended", "inviting", "early", "confirmed", "over"]
    sip_call_id: str
    local_uri: str
    remote_uri: str
    local_tag: str
    remote_tag: str | None = None
    local_cseq: int = 1
    request_uri: str = ""
    branch: str = ""
    target: str = ""
    route_set: tuple[str, ...] = ()
    destination: str = ""
    had_provisional: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class DialIntent:
    """What is committed before the first INVITE leaves; the snapshot's identifiers are those the INVITE will carry."""

    snapshot: LegSnapshot
    ring: timedelta


OnSnapshot = Callable[[LegSnapshot], None]


class Arrival(Protocol):
    """An inbound INVITE that waits for its row to be committed."""

    sip_call_id: str
    remote_tag: str
    dialled: str
    caller: str | None

    def snapshot(self) -> LegSnapshot:
        """The leg as it stands, to be stored with the call before the answer."""
        ...

    async def accept(self, on_snapshot: OnSnapshot) -> Leg:
        """Answer with 200 once the call is committed. The leg's first event is `Answered`, or `Ended` when the caller gave up.

        Raises RingtrueError, after refusing, when there is no media port.
        """
        ...

    async def reject(self, sip_status: int) -> None:
        """Refuse with the status."""
        ...


class Carrier(Protocol):
    """Rings phones and hears of phones that ring us."""

    def intend(self, *, leg_id: LegId, to_number: str, from_number: str, ring: timedelta) -> DialIntent:
        """The intent of one ring, with fresh SIP identifiers. Sends nothing."""
        ...

    def dial(self, intent: DialIntent, on_snapshot: OnSnapshot) -> Leg:
        """Ring once, as intended; the intent is committed before.

        `on_snapshot` is called at each change that a successor must know. Raises RingtrueError when there is no media port;
        then nothing rang.
        """
        ...

    async def abandon(self, snapshot: LegSnapshot, disposition: Disposition) -> Cause | None:
        """End a leg whose worker died: CANCEL or BYE from the snapshot, repeated until answered or Timer F."""
        ...

    def arrivals(self) -> AsyncIterator[Arrival]:
        """Inbound calls in order of arrival."""
        ...

"""What the owner of a call is told by signalling."""

from __future__ import annotations

from dataclasses import dataclass

from ringtrue.conversation.leg import EndedBy
from ringtrue.domain.disposition import Disposition
from ringtrue.telephony.sip.sdp import Media


@dataclass(frozen=True, kw_only=True, slots=True)
class Rang:
    """A provisional response above 100 came."""

    status: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """What a successor must know of the call changed: see its `snapshot`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Connected:
    """The call is answered and this is the line."""

    media: Media


@dataclass(frozen=True, kw_only=True, slots=True)
class MediaChanged:
    """A new offer or answer laid the line down anew: hold, resume, another address."""

    media: Media


@dataclass(frozen=True, kw_only=True, slots=True)
class Over:
    """The call is over; told exactly once, and last."""

    by: EndedBy
    disposition: Disposition
    status: int | None = None
    q850: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """An INVITE of a new call waits for `accept` or `reject`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ignored:
    """A request of a source that may not call was dropped without a reply."""

    method: str
    host: str

"""A leg over SIP and RTP: what signalling tells and what the stream hears, as the events of one line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ringtrue.clock import Clock
from ringtrue.conversation import leg as legs
from ringtrue.conversation.leg import LegEvent, Pcm, Position, Tap
from ringtrue.domain import causes
from ringtrue.domain.disposition import Disposition
from ringtrue.ids import LegId
from ringtrue.telephony.rtp.stream import RtpStream
from ringtrue.telephony.sip import events as signals
from ringtrue.telephony.sip.incoming import IncomingCall
from ringtrue.telephony.sip.outgoing import OutgoingCall
from ringtrue.telephony.sip.sdp import Media
from ringtrue.worker.carrier import OnSnapshot

_LOOK_SECONDS = 0.25
_AFTER_DIGITS_SECONDS = 0.15  # the last packet of a digit must be heard before the BYE takes the line away


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """How long a far end may send nothing: since the answer, and later on."""

    no_audio: timedelta
    audio_lost: timedelta


class SipLeg:
    """One party on the line; see `ringtrue.conversation.leg.Leg`."""

    def __init__(
        self,
        leg_id: LegId,
        *,
        stream: RtpStream,
        clock: Clock,
        watch: Watch,
        on_snapshot: OnSnapshot,
        touch: Callable[[], None],
    ) -> None:
        self.id = leg_id
        self._stream = stream
        self._clock = clock
        self._watch = watch
        self._on_snapshot = on_snapshot
        self._touch = touch
        self._call: OutgoingCall | IncomingCall | None = None
        self._events: asyncio.Queue[LegEvent] = asyncio.Queue()
        self._media: Media | None = None
        self._is_held = False
        self._quiet_since = 0.0
        self._watching: asyncio.Task[None] | None = None
        self._is_over = False
        stream.on_digit = lambda at, digit: self._put(legs.Digit(at=at, digit=digit))

    def attach(self, call: OutgoingCall | IncomingCall) -> None:
        """The call that this leg speaks through."""
        self._call = call

    # --- the port ---------------------------------------------------------------------------------------------------

    @property
    def rate_hz(self) -> int:
        """Samples per second."""
        return self._stream.rate_hz

    @property
    def sent(self) -> Position:
        """The first position not yet handed to the network."""
        return self._stream.sent

    @property
    def queued_samples(self) -> int:
        """How many samples wait."""
        return self._stream.queued_samples

    async def events(self) -> AsyncIterator[LegEvent]:
        """Every event in order, closed by `Ended`."""
        while True:
            event = await self._events.get()
            yield event
            if isinstance(event, legs.Ended):
                return

    def add_tap(self, tap: Tap) -> None:
        """Let `tap` hear both channels from now on."""
        self._stream.add_tap(tap)

    def play(self, pcm: Pcm) -> Position:
        """Queue audio."""
        return self._stream.play(pcm)

    def flush(self) -> Position:
        """Drop what is queued."""
        return self._stream.flush()

    def send_digits(self, digits: Sequence[str]) -> None:
        """Queue keys."""
        self._stream.send_digits(digits)

    async def hang_up(self, disposition: Disposition) -> None:
        """End the leg; keys that wait are sent first."""
        if self._is_over or self._call is None:
            return
        if self._stream.digits_pending:
            await self._keys_sent()
        self._call.hang_up(disposition)
        self._touch()

    async def _keys_sent(self) -> None:
        """Return when the waiting keys were heard; at once when the line is held or gone, for then they never will be."""
        while self._stream.digits_pending:
            if self._is_held or self._is_over:
                return
            await self._clock.sleep(_AFTER_DIGITS_SECONDS / 5)
        await self._clock.sleep(_AFTER_DIGITS_SECONDS)

    # --- what signalling tells --------------------------------------------------------------------------------------

    def told(self, event: object) -> None:
        """An event of the call."""
        match event:
            case signals.Moved() if self._call is not None:
                self._on_snapshot(self._call.snapshot)
            case signals.Rang(status=status):
                self._put(legs.Ringing(sip_status=status))
            case signals.Connected(media=media):
                self._connected(media)
            case signals.MediaChanged(media=media):
                self._changed(media)
            case signals.Over():
                self._over(event)

    def _connected(self, media: Media) -> None:
        if self._is_over:
            return
        self._media = media
        self._is_held = not media.peer_receives
        self._quiet_since = self._clock.monotonic()
        self._stream.start(
            remote=(media.host, media.port),
            payload_type=media.payload_type,
            codec=media.codec,
            telephone_event=media.telephone_event,
            sending=media.peer_receives,
        )
        self._put(legs.Answered(at=self._clock.now()))
        if self._is_held:
            self._put(legs.Held(at=self.sent))
        self._watching = asyncio.get_running_loop().create_task(self._look_out())

    def _changed(self, media: Media) -> None:
        if self._is_over:
            return
        self._media = media
        self._quiet_since = self._clock.monotonic()
        self._stream.update(
            remote=(media.host, media.port),
            payload_type=media.payload_type,
            codec=media.codec,
            telephone_event=media.telephone_event,
            sending=media.peer_receives,
            receiving=True,
        )
        if self._is_held == media.peer_receives:
            self._is_held = not media.peer_receives
            self._put(legs.Held(at=self.sent) if self._is_held else legs.Resumed(at=self.sent))

    def _over(self, over: signals.Over) -> None:
        if self._is_over:
            return
        self.close()
        cause = causes.cause(sip_status=over.status, q850=over.q850)
        self._put(legs.Ended(at=self.sent, by=over.by, disposition=over.disposition, cause=cause))

    def _put(self, event: LegEvent) -> None:
        if not self._is_over or isinstance(event, legs.Ended):
            self._events.put_nowait(event)

    def close(self) -> None:
        """Close the media port; harmless when repeated."""
        self._is_over = True
        if self._watching is not None:
            self._watching.cancel()
        self._stream.close()

    # --- the watch --------------------------------------------------------------------------------------------------

    async def _look_out(self) -> None:
        """End a call that nobody is heard on: no packet after the answer, or none for long while nobody holds."""
        while not self._is_over:
            await self._clock.sleep(_LOOK_SECONDS)
            media = self._media
            if media is None or self._is_held or not media.peer_sends:
                self._quiet_since = self._clock.monotonic()
                continue
            last = self._stream.last_packet_at
            patience = self._watch.no_audio if last is None else self._watch.audio_lost
            quiet = self._clock.monotonic() - max(self._quiet_since, last or 0.0)
            if quiet >= patience.total_seconds() and self._call is not None:
                self._call.hang_up(Disposition.ERROR_NO_AUDIO_RECEIVED)
                self._touch()
                return

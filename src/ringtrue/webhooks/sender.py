"""One try of one delivery: what was answered, or a stable reason why nothing was. Never raises for what a receiver does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version

import httpx

from ringtrue.calls.deliveries import Claimed, Tried
from ringtrue.clock import Clock
from ringtrue.webhooks import signing
from ringtrue.webhooks.transport import NameUnknown, TargetRefused

TRY_SECONDS = 10.0  # name, connection, request and answer together
_MOST_BYTES = 4096  # of an answer, which nobody reads: enough that a short one ends in order


class Sender:
    """Sends deliveries over HTTP. No proxy, no redirect, no cookie, nothing of the environment."""

    def __init__(self, *, clock: Clock, transport: httpx.AsyncBaseTransport) -> None:
        self._clock = clock
        self._http = httpx.AsyncClient(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # noqa: S113 - `send` limits the whole
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # none: what one receiver sets is no other's business
            headers={
                "User-Agent": f"Ringtrue/{version('ringtrue')}",
                "Accept-Encoding": "identity",
                "Connection": "close",
            },
        )

    async def send(self, claimed: Claimed) -> Tried:
        """What came of it, after `TRY_SECONDS` at the latest."""
        posting = asyncio.create_task(self._post(claimed))
        timer = asyncio.create_task(self._clock.sleep(TRY_SECONDS))
        try:
            await asyncio.wait((posting, timer), return_when=asyncio.FIRST_COMPLETED)
            return posting.result() if posting.done() else Tried(reason="timed_out")
        finally:
            posting.cancel()
            timer.cancel()
            await asyncio.gather(posting, timer, return_exceptions=True)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def _post(self, claimed: Claimed) -> Tried:
        delivery, webhook = claimed.delivery, claimed.webhook
        body, now = delivery.body.encode(), self._clock.now()
        signed = signing.headers(webhook.secret, delivery.event_id, body, now)
        try:
            async with self._http.stream(
                "POST", webhook.url or "", content=body, headers={"Content-Type": "application/json", **signed}
            ) as answer:
                await _drain(answer)
                return Tried(status=answer.status_code, retry_after=_retry_after(answer, now))
        except TargetRefused:
            return Tried(reason="target_refused")
        except NameUnknown:
            return Tried(reason="name_unknown")
        except httpx.ConnectError:
            return Tried(reason="connection_failed")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            return Tried(reason="url_invalid")
        except httpx.HTTPError:
            return Tried(reason="no_answer")


async def _drain(answer: httpx.Response) -> None:
    n_bytes = 0
    async for piece in answer.aiter_raw():
        n_bytes += len(piece)
        if n_bytes >= _MOST_BYTES:
            return


def _retry_after(answer: httpx.Response, now: datetime) -> timedelta | None:
    """The wait that the receiver asks for, in seconds or as a date (RFC 9110 section 10.2.3); None where it asks for none."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)) - now

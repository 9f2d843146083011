"""The near end of signalling, under uvloop: `set_ups` rings and hangs up, `due` dials what comes due at one instant."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import uvloop

from ringtrue import ids, logs
from ringtrue.agents.files import YamlProjectFiles
from ringtrue.bootstrap import first_start
from ringtrue.calls.dial_policy import DialPolicy
from ringtrue.calls.place import PlaceCall, place
from ringtrue.clock import SystemClock
from ringtrue.conversation import leg as legs
from ringtrue.domain.call import Call
from ringtrue.domain.disposition import Disposition
from ringtrue.ids import WorkerId
from ringtrue.scripts import VersionScripts
from ringtrue.settings import Settings
from ringtrue.storage.database import SqliteStore
from ringtrue.storage.recordings import RecordingFiles
from ringtrue.telephony.rtp.pacer import Pacer
from ringtrue.telephony.sip_carrier import SipCarrier
from ringtrue.telephony.sip_config import SipConfig, Trunk
from ringtrue.testing.voice import FakeVoice
from ringtrue.worker.admission import Admission
from ringtrue.worker.calls_in_progress import CallsInProgress
from ringtrue.worker.dispatch import Dispatcher
from ringtrue.worker.doorbell import Doorbell
from ringtrue.worker.phone_call import Studio

_AT_ONCE = 50
_MINUTE = timedelta(minutes=1)
_SAID = {"first_name": "Anna", "appointment": "2027-03-04T10:30", "offers": ["2027-03-05T09:00"]}


async def _carrier(port: int, clock: SystemClock) -> tuple[SipCarrier, asyncio.Task[None]]:
    pacer = Pacer(clock)
    trunk = Trunk(host="127.0.0.1", port=port)
    carrier = SipCarrier(SipConfig(host="127.0.0.1", port=0, rtp_ports=(35000, 36999), trunk=trunk), clock=clock, pacer=pacer)
    await carrier.start()
    return carrier, asyncio.create_task(pacer.run())


async def set_ups(port: int, count: int) -> None:
    """Ring, be answered, hang up; fifty at once."""
    clock = SystemClock()
    carrier, pacing = await _carrier(port, clock)
    turn = asyncio.Semaphore(_AT_ONCE)
    failed = 0

    async def one() -> None:
        nonlocal failed
        async with turn:
            leg_id = ids.new_leg(clock.now())
            intent = carrier.intend(leg_id=leg_id, to_number="+14155550123", from_number="+14155550100", ring=_MINUTE)
            leg = carrier.dial(intent, lambda _snapshot: None)
            was_answered = False
            async for event in leg.events():
                if isinstance(event, legs.Answered):
                    was_answered = True
                    await leg.hang_up(Disposition.AGENT_HANGUP)
            failed += not was_answered

    cpu, began = time.process_time(), time.monotonic()
    await asyncio.gather(*(one() for _ in range(count)))
    passed, used = time.monotonic() - began, time.process_time() - cpu
    print(json.dumps({"per_second": count / passed, "failed": failed, "cpu_ms": used / count * 1000}), flush=True)
    pacing.cancel()
    await carrier.close()


async def due(port: int, count: int, folder: Path) -> None:
    """Calls of the real store, all due at one instant; says which."""
    settings, clock = Settings(data=folder, trunk=f"sip:127.0.0.1:{port}"), SystemClock()
    store = SqliteStore.open(folder / "ringtrue.db", clock)
    first_start.prepare(store, settings, clock, base_url="http://127.0.0.1")
    carrier, pacing = await _carrier(port, clock)
    (org,) = store.read_now(lambda tx: tx.orgs())
    policy = DialPolicy(has_trunk=True, simulated=False, home_country="US", countries=("US",))
    instant = clock.now() + timedelta(seconds=4)
    for number in range(count):
        request = PlaceCall(
            org_id=org.id,
            callee=f"+1415555{number + 1000:04d}",
            project=first_start.EXAMPLE,
            json_data=_SAID,
            scheduled_for=instant,
        )
        at = clock.now()
        store.run_now(lambda tx, request=request, at=at: place(tx, request, files=YamlProjectFiles(), policy=policy, at=at))
    admission = Admission(
        most_calls=count,
        lateness_ms=lambda: 0.0,
        voice_backlog_seconds=lambda: 0.0,
        hearing_backlog_seconds=lambda: 0.0,
        hearing_room=lambda: count,
    )

    async def close(call: Call) -> None:
        await dispatcher.close(call)

    calls = CallsInProgress(admission, close)
    studio = Studio(store=store, clock=clock, tts=FakeVoice(), recordings=RecordingFiles(folder / "recordings"))
    dispatcher = Dispatcher(
        worker_id=WorkerId("worker_bench"),
        carrier=carrier,
        scripts=VersionScripts("default", hears=False),
        studio=studio,
        admission=admission,
        calls=calls,
        doorbell=Doorbell(),
        refusal=lambda _tx, _call: None,
    )
    dispatching = asyncio.create_task(dispatcher.run())
    await clock.sleep((instant - clock.now()).total_seconds() + 4)
    print(json.dumps({"instant": instant.timestamp()}), flush=True)
    for task in (dispatching, pacing):
        task.cancel()
    await carrier.close()
    store.close()


def main() -> None:
    """Which, the trunk's port, how many."""
    logs.configure("text")
    logging.getLogger().setLevel(logging.ERROR)  # a line for each call would be measured too
    kind, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder:
        uvloop.run(set_ups(port, count) if kind == "set_ups" else due(port, count, Path(folder)))


if __name__ == "__main__":
    main()

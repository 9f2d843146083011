"""One phone call: its leg, conversation, recorder and journal in one task group, which ends with exactly one LegEnded.

Order matters in two places. The answer is put into the journal before the conversation begins, and the end is put behind
everything else, so that whoever reads a call that is over reads its whole record.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Protocol

from ringtrue import logs
from ringtrue.calls.store import Store, Tx
from ringtrue.clock import Clock
from ringtrue.conversation import leg as legs
from ringtrue.conversation import turns
from ringtrue.conversation.agent import Agent, Say
from ringtrue.conversation.leg import Leg, Position
from ringtrue.conversation.run import Conversation, ConversationEnd
from ringtrue.conversation.speech import SpeechToText, TextToSpeech
from ringtrue.domain import facts
from ringtrue.domain.call import Call
from ringtrue.domain.disposition import Disposition
from ringtrue.domain.lifecycle import Decision
from ringtrue.worker import snapshots
from ringtrue.worker.call_recording import CallRecording, RecordingFolder
from ringtrue.worker.carrier import LegSnapshot
from ringtrue.worker.journal import Journal
from ringtrue.worker.turn_keeper import TurnKeeper

_log = logs.get(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """What a call needs of its project's version: the agent bound to the call's data, its voice, whether to record.

    `message` is what it leaves on an answering machine, None where it hangs up on one.
    """

    agent: Agent
    voice: str
    recording: str
    total: timedelta
    language: str = "en-US"
    message: Say | None = None


class Scripts(Protocol):
    """Where calls get their agents from."""

    def script_for(self, tx: Tx, call: Call) -> Script:
        """The script of the call's pinned version. Raises RingtrueError when it cannot be spoken with this data."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Studio:
    """What every call of this worker shares. Without `stt` callees answer by keys only."""

    store: Store
    clock: Clock
    tts: TextToSpeech
    recordings: RecordingFolder
    stt: SpeechToText | None = None


class PhoneCall:
    """A call in progress in this process."""

    def __init__(self, call: Call, script: Script, studio: Studio) -> None:
        self.call = call
        self._script = script
        self._studio = studio
        self._leg: Leg | None = None
        self._conversation: Conversation | None = None
        self._turns: TurnKeeper | None = None
        self._ask_end: Disposition | None = None
        self._journal = Journal(
            studio.store, call.id, fence=call.fence, clock=studio.clock, on_fenced=lambda: self.end(Disposition.ERROR_WORKER_LOST)
        )
        self._recording = CallRecording(call, studio.recordings, script.recording)
        self._tasks: asyncio.TaskGroup | None = None

    # --- from outside -----------------------------------------------------------------------------------------------

    def keep_snapshot(self, snapshot: LegSnapshot) -> None:
        """Store what a successor must know of the leg."""
        row = snapshots.row(snapshot, self.call.id, self._studio.clock.now())
        self._journal.put(lambda tx: tx.put_leg(row), key=("leg", row.id))

    def end(self, disposition: Disposition) -> None:
        """End the leg for that reason; the first reason counts."""
        if self._ask_end is not None:
            return
        self._ask_end = disposition
        if self._leg is not None and self._tasks is not None:
            self._tasks.create_task(self._leg.hang_up(disposition))

    def voice_lost(self) -> None:
        """The speech process died."""
        if self._conversation is not None:
            self._conversation.voice_lost()

    # --- the call ---------------------------------------------------------------------------------------------------

    async def carry(self, leg: Leg) -> None:
        """Carry the call from here to its end; returns when its record is written."""
        self._leg = leg
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                tasks.create_task(self._journal.run())
                if self._ask_end is not None:
                    tasks.create_task(leg.hang_up(self._ask_end))
                try:
                    await self._follow(tasks, leg)
                finally:
                    self._journal.close()
                    self._tasks = None
        except Exception:
            # Whatever broke here, nobody is left on a line that no agent is at; the caller logs it and closes the call.
            await leg.hang_up(Disposition.ERROR_UNKNOWN)
            raise
        finally:
            await self._recording.finish(leg.sent)  # Closes the file where the call did not come to its own end.

    async def _follow(self, tasks: asyncio.TaskGroup, leg: Leg) -> None:
        talk: asyncio.Task[ConversationEnd] | None = None
        limit: asyncio.Task[None] | None = None
        async for event in leg.events():
            match event:
                case legs.Ringing():
                    self._rings(event)
                case legs.Answered():
                    self._answered(leg)
                    talk = tasks.create_task(self._talk(leg))
                    limit = tasks.create_task(self._limit())
                case legs.Digit() | legs.Held() | legs.Resumed():
                    if self._conversation is not None:
                        self._conversation.hear(event)
                case legs.Ended():
                    await self._ended(event, talk, limit)
                    return

    def _rings(self, ringing: legs.Ringing) -> None:
        self._journal.fact(lambda _tx: facts.Ringing(sip_status=ringing.sip_status))

    def _answered(self, leg: Leg) -> None:
        call, at, recording = self.call, self._studio.clock.now(), self._recording.start(leg)

        def fact(tx: Tx) -> facts.Answered:
            tx.put_recording(recording)
            number = tx.next_conversation(call.org_id, call.thread_id, call.id, at)
            return facts.Answered(conversation_id=number)

        self._journal.fact(fact, then=self._when_answer_committed)
        script, stt = self._script, self._studio.stt
        ear = None if stt is None else stt.listen(rate_hz=leg.rate_hz, language=script.language)
        if ear is not None:
            leg.add_tap(ear)
        self._turns = TurnKeeper(rate_hz=leg.rate_hz, keep=self._keep_turns)
        self._conversation = Conversation(
            leg,
            agent_=script.agent,
            tts=self._studio.tts,
            voice=script.voice,
            on_note=self._note,
            ear=ear,
            answered=turns.Answered(hears=ear is not None, greets_first=call.direction == "outbound", message=script.message),
            on_fed=self._turns.fed,
        )

    def _keep_turns(self, piece: int, data: bytes) -> None:
        self._journal.put(lambda tx: tx.put_turn_log(self.call.id, piece, data))

    async def _talk(self, leg: Leg) -> ConversationEnd:
        assert self._conversation is not None
        try:
            return await self._conversation.run()
        except Exception:
            # A bug of an agent ends its call as any other call ends: with its recording and what was said so far.
            _log.exception("conversation.broken", call_id=self.call.id)
            await leg.hang_up(Disposition.ERROR_UNKNOWN)
            return ConversationEnd(outcome=None)

    def _when_answer_committed(self, decision: Decision) -> None:
        if decision.ignored is not None and decision.call.cancel_asked:
            self.end(Disposition.CANCELLED)

    def _note(self, note: turns.Note) -> None:
        if note.utterance.role == "user" and self._leg is not None:
            self._recording.consented(self._leg.sent)
        self._journal.put(lambda tx: tx.put_utterance(self.call.id, note.index, note.utterance), key=("utterance", note.index))

    async def _limit(self) -> None:
        await self._studio.clock.sleep(self._script.total.total_seconds())
        self.end(Disposition.MAX_DURATION_REACHED)

    # --- the end ----------------------------------------------------------------------------------------------------

    async def _ended(
        self, ended: legs.Ended, talk: asyncio.Task[ConversationEnd] | None, limit: asyncio.Task[None] | None
    ) -> None:
        if limit is not None:
            limit.cancel()
        duration_ms: int | None = None
        if talk is not None and self._conversation is not None and self._leg is not None:
            self._conversation.gone(ended.at)
            end = await talk
            if self._turns is not None:
                self._turns.close()
            duration_ms = int(ended.at) * 1000 // self._leg.rate_hz
            await self._finish_recording(ended.at)
            self._keep_outcome(end)
        disposition = ended.disposition
        _log.info("leg.ended", call_id=self.call.id, disposition=disposition.value, by=ended.by)
        self._journal.fact(lambda _tx: facts.LegEnded(disposition=disposition, cause=ended.cause, duration_ms=duration_ms))

    async def _finish_recording(self, total: Position) -> None:
        recording = await self._recording.finish(total)
        if recording is not None:
            self._journal.put(lambda tx: tx.put_recording(recording))

    def _keep_outcome(self, end: ConversationEnd) -> None:
        outcome = end.outcome
        document = json.dumps(
            {
                "outcome": asdict(outcome) if outcome is not None else None,
                "evidence": {name: asdict(evidence) for name, evidence in end.evidence.items()},
                "in_voicemail": end.in_voicemail,
            },
            ensure_ascii=False,
        )
        call, at = self.call, self._studio.clock.now()
        party = call.to_number if call.direction == "outbound" else call.from_number

        def work(tx: Tx) -> None:
            tx.put_outcome(call.id, document)
            if outcome is not None and outcome.opt_out and party is not None:
                tx.suppress(call.org_id, party, "asked on a call", at)

        self._journal.put(work)

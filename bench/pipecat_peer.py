"""A plain Pipecat voice agent to compare with: N pipelines in one process with the engines and the script of Ringtrue.

    .cache/venv-pipecat/bin/python bench/pipecat_peer.py COUNT MODEL MODELS_DIR own|tuned

Says its RTP ports in one line, and ends with its input. It is built as Pipecat's documentation and its example of a voice
agent (`examples/getting-started/06-voice-agent.py`) build one: transport, speech to text, user aggregator with Silero as its
voice detector and the turn strategies that are its default (smart-turn v3 after 0.2 s of silence), language model, text to
speech by sentences, transport, assistant aggregator. The model that answers is the script agent, at once; it runs under uvloop,
writes no log and measures nothing. With `own` its Whisper and Piper services load the same model files, 8 bits a weight. With
`tuned` it is spared what these cost:

- The recogniser and the voice are Ringtrue's own classes. Pipecat's Whisper service pads every utterance to 30 s, which costs
  three to four times as much; this one does not.
- One model of each kind serves all pipelines, each in one thread of its own, as in Ringtrue; Pipecat's services load one each.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import uvloop
from loguru import logger
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import (
    Frame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair, LLMUserAggregatorParams
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.settings import STTSettings, TTSSettings
from pipecat.services.stt_service import SegmentedSTTService
from pipecat.services.tts_service import TTSService
from pipecat.transcriptions.language import Language
from pipecat.utils.time import time_now_iso8601
from pipecat.workers.runner import WorkerRunner
from pipecat_rtp import RATE_HZ, RtpInput, RtpOutput, Wire, params
from turn_script import DATA, project

from ringtrue.agents.files import agent_for
from ringtrue.conversation.agent import Began, Input, Say, Settled, State, Words
from ringtrue.speech.piper import Piper
from ringtrue.speech.whisper import Whisper

WHISPER_HZ = 16_000
VOICE = "en_US-joe-medium"


class Engines:
    """The recogniser and the voice, each with a thread."""

    def __init__(self, model: str, folder: Path) -> None:
        self.whisper = Whisper(folder / model)
        self.piper = Piper(folder / VOICE / f"{VOICE}.onnx")
        self.hearing = ThreadPoolExecutor(max_workers=1)
        self.speaking = ThreadPoolExecutor(max_workers=1)


class WhisperService(SegmentedSTTService):
    """Pipecat's Whisper service with our engine in it."""

    def __init__(self, engines: Engines) -> None:
        super().__init__(settings=STTSettings(model=None, language=Language.EN), ttfs_p99_latency=1.0)  # its Whisper's own
        self._engines = engines

    @property
    def wants_wav_segments(self) -> bool:
        """Samples, as Pipecat's Whisper service takes them."""
        return False

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame, None]:
        """The words of a segment."""
        pcm = np.frombuffer(audio, dtype=np.int16)
        written = await asyncio.get_running_loop().run_in_executor(
            self._engines.hearing,
            lambda: self._engines.whisper.decode(pcm, rate_hz=RATE_HZ, language="en", options=()),
        )
        if written.text:
            yield TranscriptionFrame(written.text, self._user_id, time_now_iso8601(), Language.EN)


class PiperService(TTSService):
    """Pipecat's Piper service with our engine in it."""

    def __init__(self, engines: Engines) -> None:
        super().__init__(
            push_start_frame=True, push_stop_frames=True, settings=TTSSettings(model=None, voice=None, language=None)
        )
        self._engines = engines

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame, None]:
        """The audio of a sentence."""
        clause = await asyncio.get_running_loop().run_in_executor(
            self._engines.speaking, lambda: self._engines.piper.render(text, RATE_HZ)
        )
        yield TTSAudioRawFrame(clause.pcm.astype(np.int16).tobytes(), RATE_HZ, 1, context_id=context_id)


def own_services(model: str, folder: Path) -> tuple[FrameProcessor, FrameProcessor]:
    """Pipecat's own, which load their models by themselves."""
    from pipecat.services.piper.tts import PiperTTSService
    from pipecat.services.whisper.stt import WhisperSTTService

    recogniser = WhisperSTTService(
        device="cpu", compute_type="int8", settings=WhisperSTTService.Settings(model=str(folder / model), language=Language.EN)
    )
    voice = PiperTTSService(download_dir=folder / VOICE, settings=PiperTTSService.Settings(voice=VOICE))
    return recogniser, voice


class ScriptModel(FrameProcessor):
    """Stands where the language model stands, and answers as the script does."""

    def __init__(self) -> None:
        super().__init__()
        self._agent = agent_for(project(), json.dumps(DATA), None, datetime.now(UTC), offer_keys="after_unclear")
        self._state: State | None = None

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """A context is answered, everything else passes."""
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
            return
        said = [message for message in frame.context.messages if message.get("role") == "user"]
        heard: Input = Began() if self._state is None else Words(text=str(said[-1]["content"]))
        acts = self._agent.reply(self._state, heard)
        self._state = next(act.state for act in acts if isinstance(act, Settled))
        await self.push_frame(LLMFullResponseStartFrame())
        await self.push_frame(LLMTextFrame(" ".join(act.spoken for act in acts if isinstance(act, Say))))
        await self.push_frame(LLMFullResponseEndFrame())


async def pipeline(runner: WorkerRunner, recogniser: FrameProcessor, voice: FrameProcessor, heard_hz: int) -> int:
    """One more agent; returns its port. It speaks when its caller has said hello."""
    loop = asyncio.get_running_loop()
    wire = Wire()
    transport, _ = await loop.create_datagram_endpoint(lambda: wire, local_addr=("127.0.0.1", 0))
    user, assistant = LLMContextAggregatorPair(
        LLMContext(), user_params=LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer())
    )
    steps = [
        RtpInput(wire, params(heard_hz)),
        recogniser,
        user,
        ScriptModel(),
        voice,
        RtpOutput(wire, params(heard_hz)),
        assistant,
    ]
    rates = PipelineParams(audio_in_sample_rate=heard_hz, audio_out_sample_rate=RATE_HZ)
    worker = PipelineWorker(Pipeline(steps), params=rates, idle_timeout_secs=None)
    await runner.add_workers(worker)
    return int(transport.get_extra_info("sockname")[1])


async def main() -> None:
    """From the command line."""
    count, model, folder, services = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4]
    runner = WorkerRunner(handle_sigint=False)
    engines = Engines(model, folder) if services == "tuned" else None
    ports = []
    for _ in range(count):
        both = own_services(model, folder) if engines is None else (WhisperService(engines), PiperService(engines))
        ports.append(await pipeline(runner, *both, WHISPER_HZ if engines is None else RATE_HZ))
    running = asyncio.create_task(runner.run())
    await asyncio.sleep(1 + 0.1 * count)
    print(json.dumps(ports), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    running.cancel()
    os._exit(0)  # nothing of it is needed any more, and its end would take longer than the rest


if __name__ == "__main__":
    logger.remove()
    if os.environ.get("PIPECAT_LOG"):
        logger.add(sys.stderr, level=os.environ["PIPECAT_LOG"])
    uvloop.run(main())

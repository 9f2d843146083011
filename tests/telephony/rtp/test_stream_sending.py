"""What goes out of a stream, as the far end receives it."""

from __future__ import annotations

from typing import Any

import pytest

from ringtrue.audio import g711
from ringtrue.audio.g711 import Codec
from ringtrue.conversation.leg import Pcm
from ringtrue.telephony.rtp.digits import DigitReceiver

BLOCK = 160


def codes(found: list[Any]) -> bytes:
    """The payloads, joined."""
    return b"".join(packet.payload for packet in found)


def test_silence_goes_out_while_nobody_speaks(on_line: Any) -> None:
    """One packet a tick; counters go on without a gap."""

    async def test(line: Any) -> None:
        line.start()
        line.tick(5)

        found = line.far.received()
        assert [packet.payload for packet in found] == [b"\xff" * BLOCK] * 5
        assert {(packet.sequence - found[0].sequence) & 0xFFFF for packet in found} == set(range(5))
        assert [(packet.timestamp - found[0].timestamp) & 0xFFFFFFFF for packet in found] == [n * BLOCK for n in range(5)]
        assert len({packet.ssrc for packet in found}) == 1
        assert not any(packet.marker for packet in found)

    on_line(test)


def test_nothing_goes_out_before_the_answer(on_line: Any) -> None:
    """A stream that was not started has nobody to send to."""

    async def test(line: Any) -> None:
        line.tick(3)

        assert line.far.received() == []

    on_line(test)


def test_what_is_played_arrives_whole(on_line: Any, ramp: Pcm) -> None:
    """In its place, a marker at the beginning of talk only, the last block filled with silence."""

    async def test(line: Any) -> None:
        line.start()
        line.tick(2)
        assert line.stream.play(ramp[:400]) == 2 * BLOCK
        assert line.stream.play(ramp[400:500]) == 2 * BLOCK + 400
        assert line.stream.queued_samples == 500
        line.tick(5)

        found = line.far.received()
        assert codes(found) == b"\xff" * 2 * BLOCK + g711.encode(ramp[:500], "PCMU") + b"\xff" * (5 * BLOCK - 500)
        assert [packet.marker for packet in found] == [False, False, True, False, False, False, False]
        assert (line.stream.sent, line.stream.queued_samples) == (7 * BLOCK, 0)

    on_line(test)


@pytest.mark.parametrize("played_ticks", [0, 1, 3])
def test_flush_names_the_first_sample_never_sent(on_line: Any, ramp: Pcm, played_ticks: int) -> None:
    """The far end has exactly the samples before it, and silence behind."""

    async def test(line: Any) -> None:
        line.start()
        line.tick(2)
        line.stream.play(ramp[:1600])
        line.tick(played_ticks)

        cut = line.stream.flush()

        line.tick(2)
        assert cut == (2 + played_ticks) * BLOCK
        assert line.stream.queued_samples == 0
        spoken = codes(line.far.received())[2 * BLOCK :]
        assert spoken == g711.encode(ramp[: played_ticks * BLOCK], "PCMU") + b"\xff" * 2 * BLOCK

    on_line(test)


def test_taps_get_what_the_far_end_decodes(on_line: Any, ramp: Pcm) -> None:
    """Sample for sample, at its position."""

    async def test(line: Any) -> None:
        line.start()
        line.stream.play(ramp[:200] + 3)  # off the levels of mu-law
        line.tick(3)

        heard = [g711.decode(packet.payload, "PCMU").tolist() for packet in line.far.received()]
        assert line.ear.agent == [(n * BLOCK, pcm) for n, pcm in enumerate(heard)]

    on_line(test)


def test_skipped_ticks_are_a_gap_in_time(on_line: Any, ramp: Pcm) -> None:
    """The timestamp passes over them, the sequence does not: nothing was lost, and nothing of the audio is dropped."""

    async def test(line: Any) -> None:
        line.start()
        line.tick()
        line.stream.play(ramp[: 2 * BLOCK])
        line.tick(skipped=10)
        line.tick()

        first, second, third = line.far.received()
        assert (second.sequence - first.sequence) & 0xFFFF == 1
        assert (second.timestamp - first.timestamp) & 0xFFFFFFFF == 11 * BLOCK
        assert second.payload + third.payload == g711.encode(ramp[: 2 * BLOCK], "PCMU")
        assert [at for at, _ in line.ear.agent] == [0, 11 * BLOCK, 12 * BLOCK]

    on_line(test)


def test_on_hold_nothing_is_sent_and_the_queue_waits(on_line: Any, ramp: Pcm) -> None:
    """Positions go on; what waited is spoken after the hold, as a new talk."""

    async def test(line: Any) -> None:
        line.start()
        line.stream.play(ramp[: 2 * BLOCK])
        line.tick()
        line.update(sending=False)
        line.tick(5)
        assert len(line.far.received()) == 1
        assert line.stream.sent == 6 * BLOCK

        line.update()
        line.tick()

        (resumed,) = line.far.received()
        assert (resumed.marker, resumed.payload) == (True, g711.encode(ramp[BLOCK : 2 * BLOCK], "PCMU"))
        assert [at for at, _ in line.ear.agent] == [0, 6 * BLOCK]

    on_line(test)


def test_a_leg_answered_on_hold_stays_quiet(on_line: Any) -> None:
    """The first agreement may say so."""

    async def test(line: Any) -> None:
        line.start(sending=False)
        line.tick(3)

        assert line.far.received() == []

    on_line(test)


@pytest.mark.parametrize(("before", "after"), [("PCMU", "PCMA"), ("PCMA", "PCMU")])
def test_a_change_of_codec_keeps_what_waits(on_line: Any, before: Codec, after: Codec) -> None:
    """It is spoken in the new law."""

    async def test(line: Any) -> None:
        pcm = g711.decode(bytes(range(10)) * 32, before)
        line.start(codec=before)
        line.stream.play(pcm)
        line.tick()
        line.update(codec=after)
        line.tick(2)

        old, new, silence = line.far.received()
        assert [packet.payload_type for packet in (old, new)] == [{"PCMU": 0, "PCMA": 8}[law] for law in (before, after)]
        assert old.payload == g711.encode(pcm[:BLOCK], before)
        assert new.payload == g711.encode(pcm[BLOCK:], after)
        assert silence.payload == g711.silence(after, BLOCK)
        assert line.ear.agent[-1][1] == g711.decode(silence.payload, after).tolist()

    on_line(test)


def test_another_destination_is_followed(on_line: Any) -> None:
    """A re-INVITE moved the far end's media."""

    async def test(line: Any) -> None:
        line.start()
        line.tick()
        line.update(remote=line.stranger.address)
        line.tick()

        assert (len(line.far.received()), len(line.stranger.received())) == (1, 1)

    on_line(test)


def test_a_name_is_never_looked_up(on_line: Any) -> None:
    """A resolver would hold the clock of all calls: nothing is sent until the far end was heard."""

    async def test(line: Any) -> None:
        line.start()
        line.update(remote=("localhost", line.far.address[1]))
        line.tick()
        assert line.far.received() == []

        line.far.send(line.stream.local_port, b"\xff" * BLOCK)
        await line.hear()
        line.tick()

        assert len(line.far.received()) == 1

    on_line(test)


def keys_of(found: list[Any]) -> str:
    """The keys that a phone would hear."""
    receiver = DigitReceiver()
    return "".join(receiver.take(one.payload, one.timestamp) or "" for one in found if one.payload_type == 101)


def test_keys_go_out_and_speech_waits_for_them(on_line: Any, ramp: Pcm) -> None:
    """A packet every tick all the same; then the queue is spoken as a new talk."""

    async def test(line: Any) -> None:
        line.start()
        line.stream.play(ramp[:BLOCK])
        line.stream.send_digits("1#")
        line.tick(16)
        assert not line.stream.digits_pending
        line.tick()

        found = line.far.received()
        assert len(found) == 17
        assert keys_of(found) == "1#"
        assert [packet.payload_type for packet in found[:8]] == [101] * 7 + [0]
        assert (found[-1].marker, found[-1].payload) == (True, g711.encode(ramp[:BLOCK], "PCMU"))
        assert {pcm for _, block in line.ear.agent[:16] for pcm in block} == {0}

    on_line(test)


def test_without_telephone_event_keys_are_not_sent(on_line: Any) -> None:
    """There is nothing to send them with; also when the agreement lost it while they waited."""

    async def test(line: Any) -> None:
        line.start(telephone_event=None)
        line.stream.send_digits("1")
        assert not line.stream.digits_pending
        line.update(telephone_event=101)
        line.stream.send_digits("12")
        line.tick(3)
        line.update(telephone_event=None)
        assert not line.stream.digits_pending
        line.tick(3)

        found = line.far.received()
        assert [packet.payload_type for packet in found] == [101] * 3 + [0] * 3
        assert [packet.payload for packet in found[3:]] == [b"\xff" * BLOCK] * 3

    on_line(test)


def test_a_closed_port_at_the_far_end_harms_nothing(on_line: Any) -> None:
    """ICMP errors come back to the socket; the stream goes on."""

    async def test(line: Any) -> None:
        line.start()
        line.update(remote=("127.0.0.1", 9))
        line.tick(3)
        await line.hear()
        line.update()
        line.tick(2)

        assert len(line.far.received()) == 2

    on_line(test)

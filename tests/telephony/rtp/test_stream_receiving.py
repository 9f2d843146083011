"""What a stream makes of what comes in."""

from __future__ import annotations

import asyncio
import socket
from datetime import timedelta
from typing import Any

import pytest

from ringtrue.audio import g711

BLOCK = 160
SPEECH = bytes(range(BLOCK))


def event(code: int, duration: int = 160, *, end: bool = False) -> bytes:
    """A telephone event."""
    return bytes([code, 0x8A if end else 0x0A]) + duration.to_bytes(2, "big")


def test_audio_lies_where_it_was_spoken(on_line: Any) -> None:
    """Decoded, at its position, whatever the delays."""

    async def test(line: Any) -> None:
        line.start()
        line.clock.advance(timedelta(milliseconds=100))
        line.far.send(line.stream.local_port, SPEECH)
        await line.hear()
        line.clock.advance(timedelta(milliseconds=95))
        line.far.send(line.stream.local_port, SPEECH[::-1])
        await line.hear()

        assert line.ear.caller == [
            (640, g711.decode(SPEECH, "PCMU").tolist()),
            (800, g711.decode(SPEECH[::-1], "PCMU").tolist()),
        ]

    on_line(test)


def test_before_the_answer_packets_only_count(on_line: Any) -> None:
    """Early media is in no recording; where it came from binds nobody."""

    async def test(line: Any) -> None:
        line.stranger.send(line.stream.local_port, SPEECH)
        await line.hear()
        line.start()
        line.tick()

        assert (line.stream.packets_received, line.ear.caller) == (1, [])
        assert (len(line.far.received()), len(line.stranger.received())) == (1, 0)

    on_line(test)


def test_media_goes_back_to_where_it_comes_from(on_line: Any) -> None:
    """Behind an address translator the description names an address that nobody can reach."""

    async def test(line: Any) -> None:
        line.start()
        line.tick()
        line.stranger.send(line.stream.local_port, SPEECH)
        await line.hear()
        line.tick(2)

        assert (len(line.far.received()), len(line.stranger.received())) == (1, 2)

    on_line(test)


def test_later_sources_divert_nothing(on_line: Any) -> None:
    """Media follows the first valid source; whoever guesses the port later is neither heard nor answered."""

    async def test(line: Any) -> None:
        line.start()
        line.far.send(line.stream.local_port, SPEECH)
        await line.hear()
        for _ in range(5):
            line.stranger.send(line.stream.local_port, SPEECH)
            await line.hear()
        line.tick()

        assert (line.stream.packets_received, len(line.ear.caller)) == (1, 1)
        assert (len(line.far.received()), line.stranger.received()) == (1, [])

    on_line(test)


@pytest.mark.parametrize("garbage", [b"", b"x", bytes(12), b"\x80" + bytes(5), b"\x80\x60" + bytes(200), b"\x00\x01\x00\x00" * 5])
def test_garbage_binds_nobody(on_line: Any, garbage: bytes) -> None:
    """Not RTP, or of a type that was not agreed: not heard, not counted, not answered."""

    async def test(line: Any) -> None:
        line.start()
        line.stranger.socket.sendto(garbage, ("127.0.0.1", line.stream.local_port))
        await line.hear()
        line.tick()

        assert (line.stream.packets_received, line.ear.caller) == (0, [])
        assert (len(line.far.received()), line.stranger.received()) == (1, [])

    on_line(test)


@pytest.mark.parametrize(("payload_type", "codec"), [(0, "PCMU"), (8, "PCMA")])
def test_either_law_is_understood(on_line: Any, payload_type: int, codec: Any) -> None:
    """A peer may send any law of the agreement at any time; its type says which."""

    async def test(line: Any) -> None:
        line.start()
        line.far.send(line.stream.local_port, SPEECH, payload_type=payload_type)
        await line.hear()

        assert line.ear.caller == [(0, g711.decode(SPEECH, codec).tolist())]

    on_line(test)


def test_a_dynamic_type_is_what_was_agreed(on_line: Any) -> None:
    """A law under a number of the peer's own."""

    async def test(line: Any) -> None:
        line.start()
        line.update(codec="PCMA", payload_type=97)
        line.far.send(line.stream.local_port, SPEECH, payload_type=97)
        await line.hear()

        assert line.ear.caller == [(0, g711.decode(SPEECH, "PCMA").tolist())]

    on_line(test)


def test_comfort_noise_is_a_sign_of_life_and_no_audio(on_line: Any) -> None:
    """Peers with silence suppression are not "no audio"."""

    async def test(line: Any) -> None:
        line.start()
        line.clock.advance(timedelta(seconds=3))
        line.far.send(line.stream.local_port, b"\x40", payload_type=13)
        await line.hear()

        assert (line.stream.packets_received, line.stream.last_packet_at, line.ear.caller) == (1, 3.0, [])

    on_line(test)


def test_an_empty_packet_is_no_audio(on_line: Any) -> None:
    """Keep-alives have no payload."""

    async def test(line: Any) -> None:
        line.start()
        line.far.send(line.stream.local_port, b"")
        await line.hear()

        assert (line.stream.packets_received, line.ear.caller) == (1, [])

    on_line(test)


def test_while_not_receiving_nothing_is_heard(on_line: Any) -> None:
    """Music on hold is not the caller; that packets come still shows."""

    async def test(line: Any) -> None:
        line.start()
        line.update(receiving=False)
        line.far.send(line.stream.local_port, SPEECH)
        await line.hear()

        assert (line.stream.packets_received, line.ear.caller) == (1, [])

    on_line(test)


def test_a_key_is_told_where_its_tone_began(on_line: Any) -> None:
    """By its timestamp on the channel of the audio, once for all its packets."""

    async def test(line: Any) -> None:
        told: list[tuple[int, str]] = []
        line.start()
        line.stream.on_digit = lambda at, digit: told.append((int(at), digit))
        for _ in range(3):
            line.clock.advance(timedelta(milliseconds=20))
            line.far.send(line.stream.local_port, SPEECH)
            await line.hear()
        began = line.far.timestamp
        for n in range(1, 6):
            line.clock.advance(timedelta(milliseconds=20))
            line.far.timestamp = began
            line.far.send(line.stream.local_port, event(5, 160 * n, end=n == 5), payload_type=101)
            await line.hear()

        assert told == [(3 * BLOCK, "5")]
        assert len(line.ear.caller) == 3

    on_line(test)


def test_a_key_from_a_peer_that_sends_no_audio_is_told(on_line: Any) -> None:
    """It lies where it came in."""

    async def test(line: Any) -> None:
        told: list[tuple[int, str]] = []
        line.start()
        line.stream.on_digit = lambda at, digit: told.append((int(at), digit))
        line.clock.advance(timedelta(seconds=1))
        line.far.send(line.stream.local_port, event(11), payload_type=101)
        await line.hear()

        assert told == [(8000, "#")]

    on_line(test)


def test_events_under_another_number_are_no_keys(on_line: Any) -> None:
    """Only the type of the agreement means keys."""

    async def test(line: Any) -> None:
        told: list[str] = []
        line.start(telephone_event=96)
        line.stream.on_digit = lambda _at, digit: told.append(digit)
        line.far.send(line.stream.local_port, event(1), payload_type=101)
        line.far.send(line.stream.local_port, event(2), payload_type=96)
        await line.hear()

        assert told == ["2"]

    on_line(test)


def test_a_flood_is_read_a_packet_at_a_time(on_line: Any) -> None:
    """One port cannot hold the loop: others have their turn between two of its packets."""

    async def test(line: Any) -> None:
        turns = 0
        line.start()
        for _ in range(100):
            line.far.send(line.stream.local_port, SPEECH)
        while line.stream.packets_received < 100 and turns < 500:
            turns += 1
            await asyncio.sleep(0)

        assert line.stream.packets_received == 100
        assert turns >= 100

    on_line(test)


def test_a_closed_stream_gives_its_port_back(on_line: Any) -> None:
    """Closing twice is harmless."""

    async def test(line: Any) -> None:
        port = line.stream.local_port
        line.start()
        line.stream.close()
        line.stream.close()

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
            again.bind(("127.0.0.1", port))

    on_line(test)

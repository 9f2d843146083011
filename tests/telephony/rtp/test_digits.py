"""RFC 4733 keys, both ways."""

from __future__ import annotations

import pytest

from ringtrue.telephony.rtp.digits import EVENTS, DigitReceiver, DigitSender, EventPacket

END = 0x80


def event(key: str, duration: int, *, end: bool = False) -> bytes:
    """The payload of one event packet."""
    return bytes([EVENTS.index(key), (END if end else 0) | 10]) + duration.to_bytes(2, "big")


def press(key: str, timestamp: int, *, updates: int = 4) -> list[tuple[bytes, int]]:
    """Every packet of one key as a phone sends them: updates, then the end three times."""
    running = [(event(key, 160 * n), timestamp) for n in range(1, updates + 1)]
    return running + [(event(key, 160 * (updates + 1), end=True), timestamp)] * 3


def received(packets: list[tuple[bytes, int]]) -> str:
    """The keys that come of the packets in that order."""
    receiver = DigitReceiver()
    return "".join(receiver.take(payload, timestamp) or "" for payload, timestamp in packets)


@pytest.mark.parametrize("key", EVENTS)
def test_every_key_is_heard_once(key: str) -> None:
    """However many packets it has."""
    assert received(press(key, 1000)) == key


def test_the_same_key_twice_is_two_keys() -> None:
    """Each press has a timestamp of its own."""
    assert received(press("7", 1000) + press("7", 3000)) == "77"


def test_the_same_key_twice_with_the_end_lost_is_two_keys() -> None:
    """All three end packets of the first press are gone."""
    assert received(press("7", 1000)[:4] + press("7", 3000)) == "77"


@pytest.mark.parametrize("arriving", range(7))
def test_any_one_packet_is_enough(arriving: int) -> None:
    """Six of seven packets are lost."""
    assert received([press("5", 1000)[arriving]]) == "5"


def test_retransmissions_after_the_next_key_are_no_new_key() -> None:
    """The end packets of a key overtaken by the key behind it."""
    first, second = press("1", 1000), press("2", 3000)

    assert received(first[:5] + second[:2] + first[5:] + second[2:]) == "12"


def test_updates_out_of_order_are_one_key() -> None:
    """The end comes before the beginning."""
    assert received(list(reversed(press("9", 1000)))) == "9"


def test_a_press_longer_than_eight_seconds_is_one_key() -> None:
    """Its next segment begins where the longest duration ends (RFC 4733 section 2.5.1.3)."""
    first = [(event("3", duration), 1000) for duration in (160, 0xFFFF)]
    second = [(event("3", 160), 1000 + 0xFFFF), (event("3", 320, end=True), 1000 + 0xFFFF)]

    assert received(first + second) == "3"


def test_a_long_press_may_cross_the_wrap() -> None:
    """The timestamp begins again while the key is held."""
    start = 0xFFFFFFFF - 1000
    segments = [start, (start + 0xFFFF) & 0xFFFFFFFF, (start + 2 * 0xFFFF) & 0xFFFFFFFF]

    assert received([(event("3", 0xFFFF), timestamp) for timestamp in segments]) == "3"


def test_a_new_press_after_an_ended_one_is_no_segment() -> None:
    """The same key exactly one longest duration later, but the first was let go."""
    assert received(press("3", 1000) + press("3", 1000 + 0xFFFF)) == "33"


def test_other_events_are_no_keys() -> None:
    """Flash, tones and what else is numbered above D."""
    assert received([(bytes([16, 10, 0, 160]), 1000), (bytes([255, 10, 0, 160]), 2000)]) == ""


@pytest.mark.parametrize("size", range(4))
def test_a_short_payload_is_no_key(size: int) -> None:
    """Four bytes are the least."""
    assert received([(event("1", 160)[:size], 1000)]) == ""


def sent(keys: str, *, blocks: int, start: int = 5000) -> list[EventPacket | None]:
    """What each block of the clock sends."""
    sender = DigitSender()
    sender.add(keys)
    return [sender.block((start + 160 * n) & 0xFFFFFFFF, 160) for n in range(blocks)]


def test_a_key_is_a_tone_of_five_blocks_and_three_ends() -> None:
    """Marker first, durations grow with the clock, the end is repeated at the pace of the updates, then there is a pause."""
    packets = sent("1", blocks=9)

    assert packets == [
        EventPacket(5000, True, event("1", 160)),
        EventPacket(5000, False, event("1", 320)),
        EventPacket(5000, False, event("1", 480)),
        EventPacket(5000, False, event("1", 640)),
        EventPacket(5000, False, event("1", 800, end=True)),
        EventPacket(5000, False, event("1", 800, end=True)),
        EventPacket(5000, False, event("1", 800, end=True)),
        None,
        None,
    ]


def test_keys_have_a_pause_between_them() -> None:
    """The second begins eight blocks after the first, with its own timestamp and marker."""
    packets = sent("12", blocks=16)

    starts = [(n, packet.timestamp) for n, packet in enumerate(packets) if packet is not None and packet.marker]
    assert starts == [(0, 5000), (8, 5000 + 8 * 160)]


def test_what_is_sent_is_heard() -> None:
    """Every key, the same twice in a row too, across a wrap of the timestamp."""
    packets = sent("0011*#ABCD99", blocks=12 * 8, start=0xFFFFFFFF - 3000)

    assert received([(packet.payload, packet.timestamp) for packet in packets if packet is not None]) == "0011*#ABCD99"


def test_skipped_blocks_lengthen_the_tone() -> None:
    """The duration tells the time that passed, not the packets that were sent."""
    sender = DigitSender()
    sender.add("1")

    sender.block(0, 160)
    packet = sender.block(1600, 160)

    assert packet == EventPacket(0, False, event("1", 1760))


def test_unknown_characters_are_passed_over() -> None:
    """Letters count whatever their case; spaces and dashes are not keys."""
    packets = sent("a- x", blocks=16)

    assert received([(packet.payload, packet.timestamp) for packet in packets if packet is not None]) == "A"


def test_pending_until_the_pause_is_over() -> None:
    """Whoever ends the leg behind the last key waits that long."""
    sender = DigitSender()
    sender.add("1")

    states = []
    for n in range(9):
        sender.block(160 * n, 160)
        states.append(sender.is_pending)

    assert states == [True] * 7 + [False] * 2


def test_cleared_keys_are_forgotten_whole() -> None:
    """The next key begins anew, with its marker."""
    sender = DigitSender()
    sender.add("12")
    sender.block(0, 160)

    sender.clear()
    sender.add("3")

    assert sender.block(160, 160) == EventPacket(160, True, event("3", 160))

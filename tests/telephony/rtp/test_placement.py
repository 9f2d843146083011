"""Received audio lies where its timestamp says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ringtrue.telephony.rtp.packet import RtpPacket
from ringtrue.telephony.rtp.placement import Placement

BLOCK = 160


class Sender:
    """Packets of one stream; `n` counts blocks from the first."""

    def __init__(self, *, sequence: int = 100, timestamp: int = 7000, ssrc: int = 1) -> None:
        self.sequence = sequence
        self.timestamp = timestamp
        self.ssrc = ssrc

    def packet(self, n: int, *, ahead: int = 0, marker: bool = False, sequence: int | None = None) -> RtpPacket:
        """The packet of block n, its timestamp `ahead` of the regular one."""
        number = self.sequence + n if sequence is None else sequence
        timestamp = self.timestamp + n * BLOCK + ahead
        return RtpPacket(0, marker, number & 0xFFFF, timestamp & 0xFFFFFFFF, self.ssrc, bytes(BLOCK))


def place(placement: Placement, packet: RtpPacket, arrived: int, *, silent: bool = False) -> int | None:
    """Where one block of speech (or silence) lies."""
    return placement.place(packet, arrived=arrived, samples=BLOCK, is_silent=lambda: silent)


def test_the_first_packet_lies_where_it_arrived() -> None:
    """It ended when it came in; before the answer there is nothing."""
    assert place(Placement(), Sender().packet(0), 1000) == 840
    assert place(Placement(), Sender().packet(0), 10) == 0


def test_jitter_moves_nothing() -> None:
    """However late packets come, they lie a block apart."""
    placement, sender = Placement(), Sender()

    found = [place(placement, sender.packet(n), 1000 + n * BLOCK + late) for n, late in enumerate([0, 90, 700, 30, 2000])]

    assert found == [840 + n * BLOCK for n in range(5)]


def test_a_lost_packet_leaves_a_gap() -> None:
    """What comes behind it stays in its place."""
    placement, sender = Placement(), Sender()
    place(placement, sender.packet(0), 160)

    assert place(placement, sender.packet(5), 160 + 5 * BLOCK) == 5 * BLOCK


@given(st.permutations(range(12)))
def test_order_of_arrival_does_not_matter(order: list[int]) -> None:
    """After the first, packets in any order lie in their own places."""
    placement, sender = Placement(), Sender()
    place(placement, sender.packet(0), 160)

    found = {n: place(placement, sender.packet(n + 1), 3000) for n in order}

    assert found == {n: (n + 1) * BLOCK for n in order}


def test_a_duplicate_is_not_placed_again() -> None:
    """The network may double packets."""
    placement, sender = Placement(), Sender()
    place(placement, sender.packet(0), 160)
    place(placement, sender.packet(1), 320)

    assert place(placement, sender.packet(0), 330) is None
    assert place(placement, sender.packet(1), 330) is None


def test_a_packet_of_before_the_answer_is_dropped() -> None:
    """It belongs before position 0."""
    placement, sender = Placement(), Sender()
    place(placement, sender.packet(3), 160)

    assert place(placement, sender.packet(2), 200) is None


def test_counters_wrap_within_the_call() -> None:
    """Sequence and timestamp begin again; positions go on."""
    placement, sender = Placement(), Sender(sequence=0xFFFE, timestamp=0xFFFFFFFF - 200)

    assert [place(placement, sender.packet(n), (n + 1) * BLOCK) for n in range(5)] == [n * BLOCK for n in range(5)]


def test_another_source_is_anchored_anew() -> None:
    """A transfer behind the far end's PBX: another SSRC, another timeline."""
    placement = Placement()
    place(placement, Sender().packet(0), 160)

    other = Sender(ssrc=2, timestamp=123456789, sequence=9)
    assert place(placement, other.packet(0), 9000) == 9000 - BLOCK
    assert place(placement, other.packet(1), 9500) == 9000


def test_another_source_with_the_same_numbers_is_no_duplicate() -> None:
    """Counters begin anywhere, so two sources may meet on the same ones."""
    placement = Placement()
    place(placement, Sender().packet(0), 160)

    assert place(placement, Sender(ssrc=2).packet(0), 9000) == 9000 - BLOCK


def test_a_jump_forward_is_anchored_anew() -> None:
    """Nothing can come a second before it was spoken."""
    placement, sender = Placement(), Sender()
    place(placement, sender.packet(0), 160)

    assert place(placement, sender.packet(1, ahead=1_000_000), 320) == 160
    assert place(placement, sender.packet(2, ahead=1_000_000), 480) == 320


def test_a_jump_back_is_anchored_anew() -> None:
    """The sequence goes on while the timestamp falls: another timeline, and nothing of it is lost."""
    placement, sender = Placement(), Sender()
    place(placement, sender.packet(0), 160)
    place(placement, sender.packet(1), 320)

    assert place(placement, sender.packet(2, ahead=-20_000), 480) == 320
    assert place(placement, sender.packet(3, ahead=-20_000), 640) == 480


def test_a_straggler_of_the_timeline_left_is_dropped() -> None:
    """It would land far away from everything."""
    placement, sender = Placement(), Sender()
    place(placement, sender.packet(0), 160)
    place(placement, sender.packet(2, ahead=1_000_000), 480)

    assert place(placement, sender.packet(1), 490) is None


def test_a_count_that_begins_again_is_followed() -> None:
    """The sender restarted its sequence, not its clock."""
    placement, sender = Placement(), Sender(sequence=40_000)
    place(placement, sender.packet(0), 160)

    found = [place(placement, sender.packet(n, sequence=n), (n + 1) * BLOCK) for n in (1, 2, 3)]

    assert found == [BLOCK, 2 * BLOCK, 3 * BLOCK]


def test_silence_that_is_not_sent_keeps_its_length() -> None:
    """A sender that falls silent and lets its clock run talks on where it should."""
    placement, sender = Placement(), Sender()
    place(placement, sender.packet(0), 160)

    assert place(placement, sender.packet(200, marker=True, sequence=101), 200 * BLOCK + 190) == 200 * BLOCK


def test_a_clock_that_stood_still_in_silence_is_put_right() -> None:
    """A sender that stops its timestamps while silent: the next talk lies where it arrived."""
    placement, sender = Placement(), Sender()
    place(placement, sender.packet(0), 160)

    assert place(placement, sender.packet(1, marker=True), 40_000) == 40_000 - BLOCK


def drifted(placement: Placement, *, silent: bool, slip: int = 2, blocks: int = 400) -> list[int]:
    """How far each block of a sender lies from where it arrived, its clock `slip` samples a block slow."""
    sender = Sender()
    found = []
    for n in range(blocks):
        natural = n * (BLOCK + slip)
        position = place(placement, sender.packet(n), natural + BLOCK, silent=silent)
        assert position is not None
        found.append(natural - position)
    return found


def test_drift_is_never_corrected_within_speech() -> None:
    """Half a block of words is never cut out or doubled."""
    assert drifted(Placement(), silent=False)[-1] == 399 * 2


def test_drift_is_corrected_in_silence() -> None:
    """It stays near 40 ms, whichever clock is slower."""
    assert max(drifted(Placement(), silent=True)) < 320 + 50 * 2 + 2
    assert min(drifted(Placement(), silent=True, slip=-2)) > -(320 + 50 * 2 + 2)


def test_one_late_packet_in_silence_is_no_drift() -> None:
    """The network's delays move nothing, however long they are."""
    placement, sender = Placement(), Sender()
    for n in range(100):
        place(placement, sender.packet(n), (n + 1) * BLOCK, silent=True)

    found = [place(placement, sender.packet(n), (n + 1) * BLOCK + 2400, silent=True) for n in range(100, 140)]

    assert found == [n * BLOCK for n in range(100, 140)]


def test_an_anchor_that_came_late_is_put_right_in_silence() -> None:
    """The first packet was delayed by 100 ms: afterwards everything seems to come too early."""
    placement, sender = Placement(), Sender()
    place(placement, sender.packet(0), 160 + 800)

    found = [place(placement, sender.packet(n), (n + 1) * BLOCK, silent=True) for n in range(1, 100)]

    assert found[0] == BLOCK + 800
    assert found[-1] == 99 * BLOCK


def test_drift_is_put_right_by_its_floor() -> None:
    """Not by the delay of the packet at which it happens to be done."""
    placement, sender = Placement(), Sender()
    place(placement, sender.packet(0), 160)
    for n in range(1, 60):
        place(placement, sender.packet(n), (n + 1) * BLOCK + 400)

    found = place(placement, sender.packet(60), 61 * BLOCK + 400 + 700, silent=True)

    assert found == 60 * BLOCK + 400


def test_keys_lie_by_their_timestamp_too() -> None:
    """Without laying an anchor; before any audio they lie where they arrived."""
    placement, sender = Placement(), Sender()
    assert placement.position_of(sender.packet(3), arrived=777) == 777
    place(placement, sender.packet(0), 160)

    assert placement.position_of(sender.packet(3), arrived=900) == 480
    assert placement.position_of(sender.packet(3, ahead=1_000_000), arrived=900) == 900


@given(
    st.lists(
        st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF), st.integers(0, 2), st.booleans(), st.booleans()),
        max_size=60,
    )
)
def test_no_packet_ever_lands_far_away(packets: list[tuple[int, int, int, bool, bool]]) -> None:
    """Whatever a peer sends: never before the answer, never a second ahead of the clock or five behind it."""
    placement = Placement()
    for n, (sequence, timestamp, ssrc, marker, silent) in enumerate(packets):
        arrived = (n + 1) * BLOCK
        packet = RtpPacket(0, marker, sequence, timestamp, ssrc, bytes(BLOCK))

        position = place(placement, packet, arrived, silent=silent)

        assert position is None or max(0, arrived - BLOCK - 40_000) <= position <= arrived + 8000

"""An ear on lines as they are: packets late, twice and missing, silence that is not sent, echo, and tones."""

from __future__ import annotations

import numpy as np

from ringtrue.conversation.speech import BeepHeard, SpeechStarted
from ringtrue.testing import sounds

from .line import BLOCK, RATE_HZ, Line, packets, said

MS = 8


def test_packets_out_of_order_twice_or_a_little_late_make_no_difference() -> None:
    """Each has its place."""
    orderly, line = Line(), Line()
    pcm = said(0.5, "half past ten", 0.5)
    orderly.hear(pcm)
    blocks = list(packets(pcm))
    for index in range(2, len(blocks) - 1, 2):
        blocks[index], blocks[index + 1] = blocks[index + 1], blocks[index]

    for at, block in [block for block in blocks for _ in range(2)]:
        line.take(line.ear.heard(at, block))

    assert line.events == orderly.events


def test_a_packet_that_never_came_is_silence() -> None:
    """The ear waits for it for 60 ms and goes on."""
    line = Line()
    blocks = [(at, block) for at, block in packets(said(0.5, "yes no", 0.5)) if at // BLOCK not in (40, 41)]

    for at, block in blocks:
        line.take(line.ear.heard(at, block))

    assert line.kinds()[-1] == "Heard"


def test_a_party_that_sends_nothing_in_silence_is_heard_out() -> None:
    """Its last word is told although no packet follows, by the time of what we send."""
    line = Line()
    pcm = said(0.5, "yes")
    line.hear(pcm)
    at = len(pcm)

    for _ in range(50):
        line.take(line.ear.sent(at, np.zeros(BLOCK, dtype=np.int16)))
        at += BLOCK

    assert line.texts() == ["yes"]


def test_an_ear_opened_late_looks_at_nothing_before() -> None:
    """The first block it gets is the first it looks at."""
    line = Line()
    line.at = 3600 * RATE_HZ

    line.hear(said(0.5, "yes", 0.5))

    assert line.texts() == ["yes"]
    assert line.ear.next > 3600 * RATE_HZ


def test_our_echo_is_no_voice_and_the_party_over_it_is() -> None:
    """20 dB down, 80 ms late, through G.711."""
    line = Line()
    ours = said(0.5, "hello this is the clinic will you come on monday", 0.5)
    echo = np.pad(ours, (80 * MS, 0))[: len(ours)] // 10
    reply = said(3.0, "yes")
    heard = sounds.telephone(sounds.together(echo, reply)[: len(ours)])

    for (at, sent), (_, back) in zip(packets(ours), packets(heard), strict=True):
        line.take(line.ear.sent(at, sent))
        line.take(line.ear.heard(at, back))

    started = [event.at for event in line.events if isinstance(event, SpeechStarted)]
    assert len(started) == 1
    assert abs(started[0] - 3 * RATE_HZ) <= 64 * MS


def test_a_beep_is_told_and_not_decoded_as_words_alone() -> None:
    """One event with its place, among those of the sound."""
    line = Line()

    line.hear(np.concatenate([sounds.silence(1), sounds.tone((1000,), 0.5, level=3000), sounds.silence(1)]))

    (beep,) = [event for event in line.events if isinstance(event, BeepHeard)]
    assert abs(beep.at - 12_000) <= 20 * MS

"""Descriptions: what real phones offer, what we answer (RFC 3264), and what is refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrue.telephony.sip.sdp import Agreed, Media, NotAcceptable, answer_offer, make_offer, parse_sdp, read_answer

HEAD = ("v=0", "o=- 20518 0 IN IP4 198.51.100.1", "s=-", "c=IN IP4 198.51.100.1", "t=0 0")
BARESIP = (
    *HEAD, "a=tool:baresip 1.1.0", "m=audio 21464 RTP/AVP 96 97 0 8 101", "b=AS:125", "a=rtpmap:96 opus/48000/2",
    "a=fmtp:96 stereo=1;sprop-stereo=1", "a=rtpmap:97 L16/16000/2", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000",
    "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=rtcp:21465", "a=rtcp-mux", "a=sendrecv", "a=label:1",
    "a=rtcp-rsize", "a=ssrc:1834627 cname:sip:a@b", "a=ptime:20",
)  # fmt: skip
SIPP = ("v=0", "o=user1 53655765 2353687637 IN IP4 127.0.1.1", "s=-", "c=IN IP4 127.0.1.1", "t=0 0", "m=audio 6000 RTP/AVP 0",
        "a=rtpmap:0 PCMU/8000")  # fmt: skip
ASTERISK = (
    "v=0", "o=root 1821 1821 IN IP4 203.0.113.9", "s=Asterisk PBX 18.10.0", "c=IN IP4 203.0.113.9", "b=CT:384", "t=0 0",
    "m=audio 13354 RTP/AVP 8 3 96", "a=rtpmap:8 PCMA/8000", "a=rtpmap:3 GSM/8000", "a=rtpmap:96 telephone-event/8000",
    "a=fmtp:96 0-16", "a=silenceSupp:off - - - -", "a=ptime:20", "a=maxptime:150", "a=ice-ufrag:5a2c", "a=ice-pwd:0f1e2d3c4b5a",
    "a=candidate:Hcb 1 UDP 2130706431 203.0.113.9 13354 typ host", "a=sendrecv",
    "m=video 17128 RTP/AVP 99", "a=rtpmap:99 H264/90000", "a=fmtp:99 profile-level-id=42801F",
)  # fmt: skip
DTLS = (
    *HEAD, "a=group:BUNDLE 0 1", "m=audio 9 UDP/TLS/RTP/SAVPF 111 0", "a=fingerprint:sha-256 AA:BB", "a=setup:actpass",
    "a=rtpmap:111 opus/48000/2", "m=audio 4002 RTP/AVP 0", "m=image 4004 udptl t38", "m=application 9 TCP/BFCP *",
)  # fmt: skip


def body(*lines: str) -> bytes:
    """The lines as a description."""
    return ("\r\n".join(lines) + "\r\n").encode()


def answered(*lines: str) -> Agreed:
    """Our answer to such an offer."""
    return answer_offer(body(*lines), address="192.0.2.7", port=40000, session_id=5, version=3)


def written(agreed: Agreed) -> list[str]:
    """The lines of an answer behind its head."""
    lines = agreed.body.decode().split("\r\n")
    assert lines[:5] == ["v=0", "o=- 5 3 IN IP4 192.0.2.7", "s=-", "c=IN IP4 192.0.2.7", "t=0 0"]
    assert lines[-1] == ""
    return lines[5:-1]


def media(**changes: object) -> Media:
    """The line of most offers here, with changes."""
    values: dict[str, object] = {
        "host": "198.51.100.1", "port": 4000, "codec": "PCMU", "payload_type": 0, "telephone_event": None,
        "peer_sends": True, "peer_receives": True,
    }  # fmt: skip
    return Media(**{**values, **changes})  # type: ignore[arg-type]  # the fields of Media


def test_baresip() -> None:
    """The first codec that we have, in the offerer's order, with its telephone-event; Opus is passed over."""
    agreed = answered(*BARESIP)

    assert agreed.media == media(port=21464, telephone_event=101)
    assert written(agreed) == [
        "m=audio 40000 RTP/AVP 0 101",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-16",
        "a=ptime:20",
        "a=sendrecv",
    ]


def test_sipp() -> None:
    """One codec and no keys."""
    agreed = answered(*SIPP)

    assert agreed.media == media(host="127.0.1.1", port=6000)
    assert written(agreed) == ["m=audio 40000 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "a=ptime:20", "a=sendrecv"]


def test_asterisk() -> None:
    """A-law first and telephone-event 96 are answered so; video gets port 0, and no ICE is answered."""
    agreed = answered(*ASTERISK)

    assert agreed.media == media(host="203.0.113.9", port=13354, codec="PCMA", payload_type=8, telephone_event=96)
    assert written(agreed) == [
        "m=audio 40000 RTP/AVP 8 96",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:96 telephone-event/8000",
        "a=fmtp:96 0-16",
        "a=ptime:20",
        "a=sendrecv",
        "m=video 0 RTP/AVP 99",
    ]


def test_every_line_has_its_answer_in_place() -> None:
    """Encrypted audio, fax and floor control are refused where they stand, with their protocol as it was written."""
    assert [line for line in written(answered(*DTLS)) if line.startswith("m=")] == [
        "m=audio 0 UDP/TLS/RTP/SAVPF 111 0",
        "m=audio 40000 RTP/AVP 0",
        "m=image 0 udptl t38",
        "m=application 0 TCP/BFCP *",
    ]


def test_only_one_audio_line_is_taken() -> None:
    """Of two usable lines the first, of one with foreign codecs and a usable one the usable."""
    two = answered(*HEAD, "m=audio 4000 RTP/AVP 0", "m=audio 4002 RTP/AVP 8")
    foreign = answered(*HEAD, "m=audio 4000 RTP/AVP 18", "m=audio 4002 RTP/AVP 8")

    assert (two.media.port, two.media.codec) == (4000, "PCMU")
    assert (foreign.media.port, foreign.media.codec) == (4002, "PCMA")
    assert written(foreign)[0] == "m=audio 0 RTP/AVP 18"


@pytest.mark.parametrize(
    ("line", "payload_type", "codec"),
    [
        ("a=rtpmap:107 PCMU/8000", 107, "PCMU"),
        ("a=rtpmap:107 pcma/8000/1", 107, "PCMA"),
        ("a=rtpmap:8 L16/44100", 0, "PCMU"),
        ("a=rtpmap:8 L16/8000/2", 0, "PCMU"),
    ],
)
def test_payload_numbers_of_the_offer(line: str, payload_type: int, codec: str) -> None:
    """A codec keeps the number that the offer gave it, and a static number may be given away."""
    agreed = answered(*HEAD, "m=audio 4000 RTP/AVP 107 8 0", line)

    assert (agreed.media.payload_type, agreed.media.codec) == (payload_type, codec)
    assert f"a=rtpmap:{payload_type} {codec}/8000" in written(agreed)


def test_telephone_event_of_another_clock() -> None:
    """Keys at 48 kHz belong to Opus; those at 8 kHz are taken."""
    maps = ("a=rtpmap:100 telephone-event/48000", "a=rtpmap:101 telephone-event/8000")

    assert answered(*HEAD, "m=audio 4000 RTP/AVP 0 100 101", *maps).media.telephone_event == 101
    assert answered(*HEAD, "m=audio 4000 RTP/AVP 0 100", *maps).media.telephone_event is None


@pytest.mark.parametrize(
    ("theirs", "ours", "peer_sends", "peer_receives"),
    [
        ("sendrecv", "sendrecv", True, True),
        ("sendonly", "recvonly", True, False),
        ("recvonly", "sendonly", False, True),
        ("inactive", "inactive", False, False),
    ],
)
def test_directions(theirs: str, ours: str, peer_sends: bool, peer_receives: bool) -> None:
    """Hold and its end, on the line or for the whole session: we mirror it (RFC 3264 section 6.1)."""
    line = ("m=audio 4000 RTP/AVP 0", "a=ptime:20")
    other = "sendrecv" if theirs == "inactive" else "inactive"
    for lines in ((*line, f"a={theirs}"), (f"a={theirs}", *line), (f"a={other}", *line, f"a={theirs}")):
        agreed = answered(*HEAD, *lines)

        assert agreed.media == media(peer_sends=peer_sends, peer_receives=peer_receives)
        assert written(agreed)[-1] == f"a={ours}"


@pytest.mark.parametrize(
    ("direction", "ours"),
    [("sendrecv", "recvonly"), ("sendonly", "recvonly"), ("recvonly", "inactive"), ("inactive", "inactive")],
)
def test_hold_by_address(direction: str, ours: str) -> None:
    """Nothing is sent to 0.0.0.0, whatever the direction says (RFC 3264 section 8.4)."""
    agreed = answered(*HEAD, "m=audio 4000 RTP/AVP 0", "c=IN IP4 0.0.0.0", f"a={direction}")

    assert not agreed.media.peer_receives
    assert written(agreed)[-1] == f"a={ours}"


def test_addresses_of_line_and_session() -> None:
    """A line's own address goes before the session's, and IP6 is as good."""
    own = answered(*HEAD, "m=audio 4000 RTP/AVP 0", "c=IN IP4 203.0.113.1/127")
    six = answer_offer(
        body("v=0", "c=IN IP6 2001:db8::1", "m=audio 4000/2 RTP/AVP 0"), address="2001:db8::2", port=6, session_id=1, version=1
    )

    assert own.media.host == "203.0.113.1"
    assert six.media == media(host="2001:db8::1")
    assert b"o=- 1 1 IN IP6 2001:db8::2\r\n" in six.body
    assert b"c=IN IP6 2001:db8::2\r\n" in six.body


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("v=0",),
        ("hello",),
        HEAD,
        (*HEAD[1:], "m=audio 4000 RTP/AVP 0"),
        (*HEAD[:3], "m=audio 4000 RTP/AVP 0"),
        (*HEAD, "c=IN IP4", "m=audio 4000 RTP/AVP 0"),
        (*HEAD, "m=audio 4000 RTP/AVP 18 3 96", "a=rtpmap:96 opus/48000/2"),
        (*HEAD, "m=audio 0 RTP/AVP 0"),
        (*HEAD, "m=audio 70000 RTP/AVP 0"),
        (*HEAD, "m=audio x RTP/AVP 0"),
        (*HEAD, "m=audio 4000 RTP/AVP"),
        (*HEAD, "m=audio 4000 RTP/SAVP 0"),
        (*HEAD, "m=video 4000 RTP/AVP 0"),
        (*HEAD, "m=audio 4000 RTP/AVP 200", "a=rtpmap:200 PCMU/8000"),
    ],
)
def test_not_acceptable(lines: tuple[str, ...]) -> None:
    """What is no description, or has no audio that we can speak, is refused as an offer and as an answer."""
    with pytest.raises(NotAcceptable):
        answered(*lines)
    with pytest.raises(NotAcceptable):
        read_answer(body(*lines))


def test_free_text_may_hold_any_character() -> None:
    """What Unicode calls a line separator ends no line; bare line feeds do."""
    lines = ("v=0", "s=one\u2028two\x0bthree", "c=IN IP4 198.51.100.1", "m=audio 4000 RTP/AVP 0")

    assert read_answer("\n".join(lines).encode()) == media()


def test_offer() -> None:
    """Our offer names both codecs and the keys, and a phone like us takes it."""
    offer = make_offer(address="192.0.2.7", port=40000, session_id=9, version=2, direction="sendrecv")

    assert offer.decode().split("\r\n") == [
        "v=0", "o=- 9 2 IN IP4 192.0.2.7", "s=-", "c=IN IP4 192.0.2.7", "t=0 0", "m=audio 40000 RTP/AVP 0 8 101",
        "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20",
        "a=sendrecv", "",
    ]  # fmt: skip
    agreed = answer_offer(offer, address="192.0.2.8", port=1, session_id=1, version=1)
    assert agreed.media == media(host="192.0.2.7", port=40000, telephone_event=101)
    assert read_answer(agreed.body) == media(host="192.0.2.8", port=1, telephone_event=101)


_LINES = st.tuples(
    st.sampled_from(["audio", "video", "image"]),
    st.sampled_from([0, 9, 4000, 65535]),
    st.sampled_from(["RTP/AVP", "RTP/SAVP", "udptl"]),
    st.lists(st.sampled_from(["0", "8", "3", "18", "96", "97"]), min_size=1, max_size=5, unique=True),
    st.lists(
        st.sampled_from(["a=rtpmap:96 telephone-event/8000", "a=rtpmap:97 PCMA/8000", "a=sendonly", "a=inactive"]), unique=True
    ),
)


@given(drawn=st.lists(_LINES, min_size=1, max_size=5))
def test_any_answer_fits_its_offer(drawn: list[tuple[str, int, str, list[str], list[str]]]) -> None:
    """As many lines in the same order and of the same kind, one of them open, with numbers of the offer only (section 6)."""
    offer = body(*HEAD, *(one for k, port, p, f, more in drawn for one in (f"m={k} {port} {p} {' '.join(f)}", *more)))
    try:
        agreed = answer_offer(offer, address="192.0.2.7", port=40000, session_id=1, version=1)
    except NotAcceptable:
        assert not any((k, p) == ("audio", "RTP/AVP") and port and {"0", "8"} & set(f) for k, port, p, f, _ in drawn)
        return

    lines = parse_sdp(agreed.body).lines
    assert [(line.kind, line.protocol) for line in lines] == [(kind, protocol) for kind, _, protocol, _, _ in drawn]
    assert all(set(line.formats) <= set(one[3]) for line, one in zip(lines, drawn, strict=True))
    opened = [at for at, line in enumerate(lines) if line.port]
    assert len(opened) == 1
    assert drawn[opened[0]][1] == agreed.media.port
    assert str(agreed.media.payload_type) == lines[opened[0]].formats[0]


@given(data=st.binary(max_size=80) | st.text(max_size=80).map(str.encode), damage=st.integers(0, 300))
def test_arbitrary_descriptions(data: bytes, damage: int) -> None:
    """Nothing in a description raises anything but NotAcceptable."""
    good = body(*ASTERISK)
    for offer in (data, good[:damage] + data + good[damage:], body(*HEAD) + b"m=" + data, body(*HEAD) + b"c=" + data):
        try:
            agreed = answer_offer(offer, address="192.0.2.7", port=40000, session_id=1, version=1)
        except NotAcceptable:
            continue
        assert re.match(rb"v=0\r\no=- 1 1 IN IP4 192\.0\.2\.7\r\n", agreed.body)
        read_answer(agreed.body)

"""Proof of who we are: the vectors of the RFCs, the choice among challenges, and when to give up."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrue.telephony.sip.auth import Credentials, Proofs, is_challenge
from ringtrue.telephony.sip.digest import Challenge, authorize, best, parse_challenge
from ringtrue.telephony.sip.message import Headers, Request, Response, make_response

RFC2617 = (
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
    'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)
RFC2069 = (
    'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)
RFC7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def challenge(value: str) -> Challenge:
    """The challenge, which can be read."""
    found = parse_challenge(value)
    assert found is not None
    return found


def fields(value: str) -> dict[str, str]:
    """The fields of a proof, quotes and all."""
    assert value.startswith("Digest ")
    return dict(re.findall(r'(\w+)=("(?:[^"\\]|\\.)*"|[^",\s]+)(?:, |$)', value[7:]))


@pytest.mark.parametrize(
    ("text", "cnonce", "password", "response"),
    [
        (RFC2617, "0a4f113b", "Circle Of Life", "6629fae49393a05397450978507c4ef1"),
        (RFC2069, "unused", "CircleOfLife", "1949323746fe6a43ef61f9606e7febea"),
        (RFC7616.format("MD5"), CNONCE, "Circle of Life", "8ca523f5e9506fed4657c9700eebdbec"),
        (
            RFC7616.format("SHA-256"),
            CNONCE,
            "Circle of Life",
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        ),
    ],
    ids=["RFC 2617 section 3.5", "RFC 2069 section 2.4, errata", "RFC 7616 section 3.9.1, MD5", "the same, SHA-256"],
)
def test_vectors(text: str, cnonce: str, password: str, response: str) -> None:
    """The examples of the RFCs come out as they stand there."""
    value = authorize(
        challenge(text), method="GET", uri="/dir/index.html", username="Mufasa", password=password, nc=1, cnonce=cnonce
    )

    assert fields(value)["response"] == f'"{response}"'


def test_proof_with_qop() -> None:
    """What is quoted and what is not (RFC 7616 section 3.4); opaque comes back, the counter has eight digits."""
    value = authorize(
        challenge(RFC7616.format("SHA-256")), method="GET", uri="/x", username="Mufasa", password="p", nc=10, cnonce=CNONCE
    )

    found = fields(value)
    assert re.fullmatch(r'"[0-9a-f]{64}"', found.pop("response"))
    assert found == {
        "username": '"Mufasa"',
        "realm": '"http-auth@example.org"',
        "nonce": '"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"',
        "uri": '"/x"',
        "algorithm": "SHA-256",
        "qop": "auth",
        "nc": "0000000a",
        "cnonce": f'"{CNONCE}"',
        "opaque": '"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
    }


def test_proof_without_qop() -> None:
    """A server that names no qop gets none of its fields (RFC 2617 section 3.2.2), and no opaque unasked."""
    value = authorize(
        challenge('Digest realm="r", nonce="n"'), method="BYE", uri="sip:a", username="u", password="p", nc=1, cnonce="c"
    )

    assert set(fields(value)) == {"username", "realm", "nonce", "uri", "response", "algorithm"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            'digest  NONCE = "n" ,realm="r",stale=TRUE , qop=auth,algorithm="sha-256"',
            Challenge(realm="r", nonce="n", algorithm="SHA-256", qop=("auth",), opaque=None, is_stale=True),
        ),
        (
            'Digest realm="a, \\"b\\" \\\\ c", nonce="", opaque="", stale="false", domain="sip:x", qop="auth-int , AUTH"',
            Challenge(realm='a, "b" \\ c', nonce="", algorithm="MD5", qop=("auth-int", "auth"), opaque="", is_stale=False),
        ),
    ],
)
def test_challenges(text: str, wanted: Challenge) -> None:
    """Names in any case, spaces, tokens and quoted strings with commas and escapes."""
    assert parse_challenge(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Digest",
        'Basic realm="r", nonce="n"',
        'Digest nonce="n"',
        'Digest realm="r"',
        "Digestrealm=r,nonce=n",
        'Digest realm="r',
    ],
)
def test_no_challenge(text: str) -> None:
    """Another scheme, and one without realm or nonce, is none that we can answer."""
    assert parse_challenge(text) is None


def test_escapes_come_back() -> None:
    """A realm with quotes in it is proven as it reads and sent back as it was written."""
    asked = challenge('Digest realm="a \\"b\\"", nonce="x\\\\y"')

    found = fields(authorize(asked, method="BYE", uri="sip:a", username='u"v', password="p", nc=1, cnonce="c"))

    assert (found["realm"], found["nonce"], found["username"]) == ('"a \\"b\\""', '"x\\\\y"', '"u\\"v"')


@given(text=st.text(max_size=60) | st.text('realm="non,ce\\ =', max_size=60))
def test_any_challenge(text: str) -> None:
    """Whatever stands in a challenge, it is read and answered, or passed over."""
    chosen = best([parse_challenge(f'Digest realm="r", nonce="n", {text}'), parse_challenge(text)])
    if chosen is not None:
        assert "response" in authorize(chosen, method="BYE", uri="sip:a", username="u", password="p", nc=1, cnonce="c")


def test_octets_that_are_no_utf8() -> None:
    """A realm in another encoding is no reason to fail."""
    asked = challenge(b'Digest realm="caf\xe9", nonce="n"'.decode("utf-8", "surrogateescape"))

    value = authorize(asked, method="BYE", uri="sip:a", username="u", password="p", nc=1, cnonce="c")

    assert b'realm="caf\xe9"' in value.encode("utf-8", "surrogateescape")


def option(algorithm: str, qop: str = "auth") -> str:
    """A challenge with that algorithm."""
    return f'Digest realm="r", nonce="{algorithm}", algorithm={algorithm}, qop="{qop}"'


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ([option("SHA-512-256"), option("SHA-256"), option("MD5")], "SHA-256"),
        ([option("MD5"), option("SHA-256")], "SHA-256"),
        ([option("MD5-sess"), option("MD5")], "MD5"),
        ([option("SHA-256", "auth-int"), option("MD5")], "MD5"),
        ([option("SHA-256", "auth-int,auth")], "SHA-256"),
        ([option("SHA-512-256"), option("MD5-sess"), 'Basic realm="r"'], None),
        ([], None),
    ],
)
def test_choice(options: list[str], chosen: str | None) -> None:
    """The strongest of those that we can answer, as RFC 8760 section 2.3 leaves to local policy; auth-int is none of them."""
    found = best([parse_challenge(one) for one in options])

    assert (found.algorithm if found is not None else None) == chosen


BYE = Request(
    method="BYE",
    uri="sip:bob@h",
    headers=Headers([("Via", "SIP/2.0/UDP h;branch=z9hG4bK1"), ("From", "<sip:a@h>;tag=1"), ("To", "<sip:b@h>;tag=2"),
                     ("Call-ID", "c"), ("CSeq", "1 BYE")]),
)  # fmt: skip
JOE = Credentials(username="joe", password="secret")


def asks(status: int, *challenges: str) -> Response:
    """A response that asks for proof."""
    header = "WWW-Authenticate" if status == 401 else "Proxy-Authenticate"
    return make_response(BYE, status, headers=[(header, one) for one in challenges])


def test_each_status_has_its_header() -> None:
    """401 is answered with Authorization, 407 with Proxy-Authorization; whoever refuses that is not answered again."""
    for status, header in ((401, "Authorization"), (407, "Proxy-Authorization")):
        proofs = Proofs(JOE)

        assert proofs.add(asks(status, option("MD5"), option("SHA-256")), BYE)
        [(name, value)] = proofs.headers
        assert (name, fields(value)["algorithm"], fields(value)["uri"]) == (header, "SHA-256", '"sip:bob@h"')
        assert not proofs.add(asks(status, option("MD5"), option("SHA-256")), BYE)


def test_proxy_and_callee_both_ask() -> None:
    """The proof for the one stays while the other is answered (section 22.3), its nonce counted on."""
    proofs = Proofs(JOE)

    assert proofs.add(asks(407, option("MD5")), BYE)
    assert proofs.add(asks(401, option("MD5")), BYE)
    assert [(name, fields(value)["nc"]) for name, value in proofs.headers] == [
        ("Proxy-Authorization", "00000002"),
        ("Authorization", "00000001"),
    ]
    assert not proofs.add(asks(407, option("MD5")), BYE)


def test_stale_nonce() -> None:
    """A stale nonce is answered once more with the new one, but not for ever."""
    proofs = Proofs(JOE)

    answers = [proofs.add(asks(401, f'Digest realm="r", nonce="{at}", stale=true'), BYE) for at in range(4)]

    assert answers == [True, True, False, False]
    assert [fields(value)["nonce"] for _, value in proofs.headers] == ['"1"']


def test_realms_without_end() -> None:
    """A server that asks in a new realm each time is not followed."""
    proofs = Proofs(JOE)

    assert sum(proofs.add(asks(407, f'Digest realm="{at}", nonce="n"'), BYE) for at in range(50)) == 4


def test_nothing_to_prove_with() -> None:
    """Without credentials, or with no challenge that can be answered, the refusal stands."""
    assert not Proofs(None).add(asks(401, option("MD5")), BYE)
    assert not Proofs(JOE).add(asks(401, option("MD5-sess")), BYE)
    assert not Proofs(JOE).add(make_response(BYE, 403), BYE)
    assert [is_challenge(make_response(BYE, status)) for status in (401, 403, 407)] == [True, False, True]


def test_password_is_not_shown() -> None:
    """Credentials print without their password."""
    assert repr(JOE) == "Credentials(username='joe')"

"""Draw tests/data/forbidden_numbers.txt from the world's numbering plans: what a server with `--country US` must never ring.

Run it again when the package phonenumbers has new plans; `python tools/draw_forbidden_numbers.py` writes the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

FILE = Path(__file__).parent.parent / "tests" / "data" / "forbidden_numbers.txt"
HOME = "US"
ABROAD = sorted(phonenumbers.SUPPORTED_REGIONS - {HOME})
SHARED_PREFIX = [region for region in ABROAD if phonenumbers.country_code_for_region(region) == 1]
RING = "+14155550123"  # may be rung; each change to it below makes it something else, or nothing

_HEAD = "# What a server of --country US never rings: a kind and a callee as JSON. From tools/draw_forbidden_numbers.py"

MALFORMED = [
    "", " ", "+", "++14155550123", "+ +14155550123", "1+4155550123", "+1+4155550123", "+14155550123+", "00", "011",
    "+0014155550123", "+1415", "+141555501", "+141555501234", "4155550", "555-0123", "(415)", "+1 (415", "+" + "1" * 26,
    "1" * 27, "9" * 400, "+14155550123 now", "call +14155550123", "+14155550123/+19005550123", "+14155550123,+19005550123",
    "+14155550123\n+19005550123", "+14155550123\r\nTo: <sip:911@x>", "+1415555\t0123x", "null", "undefined", "{}", "+NaN",
    "0x14155550123", "+1e10", "-14155550123", "*67911", "*674155550123", "#31#4155550123", "**21*4155550123#", "4155550123#",
    "+1415555012*", "w4155550123", "4155550123,,911",
]  # fmt: skip
HOMOGRAPHS = [
    "\uff0b\uff11\uff14\uff11\uff15\uff15\uff15\uff15\uff10\uff11\uff12\uff13", "\uff19\uff11\uff11",
    "+\u0661\u0664\u0661\u0665\u0665\u0665\u0665\u0660\u0661\u0662\u0663", "\u0969\u0967\u0967", "\u06f9\u06f1\u06f1",
    "\u0e59\u0e51\u0e51", "9\u200b11", "9\u00ad11", "\u202e110", "\u2066911\u2069", "+1415555\u200d0123",
    "+1415555\u00a00123", "+1\u2010415\u2010555\u20100123", "+14155550\u04cf23", "+1415555O123", "+l4155550123",
    "1-800-FLOWERS", "1-900-FLOWERS", "+1 415 JKL MNOP", "NINE11", "\u2460\u2461\u2462", "\u00b9\u00b2\u00b3",
    "\ud835\udfd7\ud835\udfcf\ud835\udfcf", "+1415555\u0301\u03010123", "\ufeff911", "9\u03011\u03011", "\u279514155550123",
    "\u207a14155550123",
]  # fmt: skip
WITH_MORE = [
    "+14155550123 ext 5", "+14155550123 ext. 911", "+14155550123x5", "+14155550123;ext=5", "+14155550123,,5",
    "+14155550123;5", "+14155550123 #5", "+14155550123~5", "+14155550123 extension 5", "+14155550123p5",
    "tel:+14155550123;ext=5", "tel:+14155550123;isub=5", "tel:911;phone-context=+1", "tel:5550123;phone-context=+1415",
    "tel:+14155550123;postd=pp22", "tel:+14155550123?x=y", "tel:911", "tel:+1-900-555-0123", "tel:", "TEL:+14155550123",
    "tel://+14155550123", "callto:+14155550123", "tel:tel:+14155550123",
]  # fmt: skip
ADDRESSES = [
    "sip:anna@example.com", "sip:203@127.0.0.1", "sip:911@127.0.0.1", "sip:+14155550123@127.0.0.1", "sips:anna@example.com",
    "sip:", "sip:anna@", "sip:@example.com", "sip:anna@example.com;transport=tcp", "sip:anna@example.com;maddr=127.0.0.1",
    "SIP:203@LOCALHOST", "sip:anna@example.com?Route=%3Csip:127.0.0.1%3E", "sip:anna@example.com\r\nRoute: <sip:127.0.0.1>",
    "sip:a:b@example.com", "sip:%39%31%31@example.com", "<sip:anna@example.com>", "sip:anna@[::1]", "anna@example.com",
    "203@127.0.0.1", "im:anna@example.com", "203", "2XX", "100", "12", "000000", "*", "sip:*@example.com", "urn:service:sos",
    "urn:service:sos.police", "http://127.0.0.1/", "0",
]  # fmt: skip
SATELLITES = [
    "870773111632", "881612345678", "8816234567890", "88213000000", "88234123456", "883510000000000", "883130000000",
    "888123456789", "979123456789", "979912345678", "878101234567890", "80012345678", "80812345678", "882161234567",
]  # fmt: skip


def emergency() -> Iterator[str]:
    """The home country's, however it is written, and others behind their country code."""
    yield from (
        "911",
        "112",
        "9-1-1",
        "(911)",
        " 911 ",
        "9 1 1",
        "9.1.1",
        "9/1/1",
        "+911",
        "+112",
        "1911",
        "0911",
        "+1911",
        "+1 911",
    )
    for region in ABROAD:
        known = PhoneMetadata.short_metadata_for_region(region)
        if known is not None and known.emergency is not None and known.emergency.example_number:
            yield f"+{phonenumbers.country_code_for_region(region)}{known.emergency.example_number}"


def short() -> Iterator[str]:
    """Information and service codes, alone at home, behind their country code elsewhere."""
    yield from ("211", "311", "411", "511", "611", "711", "811", "988", "+1411", "+1988", "22395", "123456")
    for region in ABROAD:
        known = PhoneMetadata.short_metadata_for_region(region)
        if known is not None and known.short_code is not None and known.short_code.example_number:
            yield f"+{phonenumbers.country_code_for_region(region)}{known.short_code.example_number}"


def of_kind(kind: int, regions: list[str]) -> Iterator[str]:
    """An example of that kind in each region that has any."""
    for region in regions:
        example = phonenumbers.example_number_for_type(region, kind)
        if example is not None:
            yield phonenumbers.format_number(example, PhoneNumberFormat.E164)


def international() -> Iterator[str]:
    """Networks that belong to no country."""
    yield from (f"+{digits}" for digits in SATELLITES)
    for code in sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        example = phonenumbers.example_number_for_non_geo_entity(code)
        if example is not None:
            yield phonenumbers.format_number(example, PhoneNumberFormat.E164)
            yield f"011{example.country_code}{phonenumbers.national_significant_number(example)}"


def thinned(numbers: Iterator[str], most: int) -> list[str]:
    """So many of them, spread over the whole."""
    every = list(dict.fromkeys(numbers))
    return every if len(every) <= most else [every[index * len(every) // most] for index in range(most)]


def main() -> None:
    """Write the file: a kind and the callee as JSON, one a line."""
    costly = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.PERSONAL_NUMBER)
    silent = (PhoneNumberType.UAN, PhoneNumberType.PAGER, PhoneNumberType.VOICEMAIL)
    us_premium = [f"+1900{exchange}{line:04d}" for exchange in ("234", "555", "976") for line in (123, 5678)]
    kinds = {
        "emergency": thinned(emergency(), 45),
        "short": thinned(short(), 30),
        "costly": [
            *us_premium,
            "+15005550123",
            "+15335550123",
            *thinned((n for kind in costly for n in of_kind(kind, ABROAD)), 35),
        ],
        "special": thinned((number for kind in silent for number in of_kind(kind, ABROAD)), 15),
        "international": thinned(international(), 30),
        "same_prefix": list(of_kind(PhoneNumberType.FIXED_LINE, SHARED_PREFIX)),
        "abroad": thinned(of_kind(PhoneNumberType.MOBILE, [region for region in ABROAD if region not in SHARED_PREFIX]), 40),
        "unassigned": ["+19995550123", "+15555550123", "+12115550123", "+14150550123", "+10005550123", "+12995550123"],
        "malformed": MALFORMED,
        "homograph": HOMOGRAPHS,
        "with_more": WITH_MORE,
        "address": ADDRESSES,
    }
    lines = [f"{kind} {json.dumps(callee)}" for kind, callees in kinds.items() for callee in callees if callee != RING]
    FILE.write_text("\n".join([_HEAD, *lines, ""]))


if __name__ == "__main__":
    main()

"""How a number stands in the Request-URI, by `--dial-format`."""

from __future__ import annotations

import pytest

from ringtrue.telephony.dial_format import written


@pytest.mark.parametrize(
    ("number", "dial_format", "home_country", "user"),
    [
        ("+14155550123", "+E164", "US", "+14155550123"),
        ("+14155550123", "E164", "US", "14155550123"),
        ("+14155550123", "national", "US", "4155550123"),
        ("+442071838750", "+E164", "GB", "+442071838750"),
        ("+442071838750", "E164", "GB", "442071838750"),
        ("+442071838750", "national", "GB", "02071838750"),  # with the trunk prefix 0
        ("+493012345678", "national", "DE", "03012345678"),
        ("+390612345678", "national", "IT", "0612345678"),  # a zero that is part of the number
    ],
)
def test_each_format(number: str, dial_format: str, home_country: str, user: str) -> None:
    """The plus stays, goes, or gives way to what one dials at home."""
    assert written(number, dial_format, home_country) == user


@pytest.mark.parametrize(
    ("number", "home_country", "user"),
    [
        ("+442071838750", "US", "011442071838750"),
        ("+14155550123", "DE", "0014155550123"),
        ("+12045550123", "US", "2045550123"),  # Canada shares the code: dialled as at home
    ],
)
def test_national_of_another_country_has_the_exit_code(number: str, home_country: str, user: str) -> None:
    """As one dials abroad from home."""
    assert written(number, "national", home_country) == user


@pytest.mark.parametrize(
    ("dial_format", "user"),
    [
        ("9:+E164", "9+14155550123"),
        ("9:E164", "914155550123"),
        ("9:national", "94155550123"),
        ("00:E164", "0014155550123"),
        ("*67:national", "*674155550123"),
    ],
)
def test_a_prefix_stands_in_front(dial_format: str, user: str) -> None:
    """What gets an outside line, before whichever format."""
    assert written("+14155550123", dial_format, "US") == user


@pytest.mark.parametrize(("dial_format", "user"), [("+E164", "200"), ("E164", "200"), ("national", "200"), ("9:national", "200")])
def test_an_extension_stays_as_it_is(dial_format: str, user: str) -> None:
    """What is not E.164 is not a number of any country, and needs no line to the outside."""
    assert written("200", dial_format, "US") == user

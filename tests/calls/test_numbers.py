"""Phone numbers: what they are, and whether they may be rung."""

from __future__ import annotations

import pytest

from ringtrue.calls import numbers
from ringtrue.errors import InvalidInput, NotAllowed


@pytest.mark.parametrize(
    ("text", "home", "e164"),
    [
        ("+14155550123", "US", "+14155550123"),
        (" (415) 555-0123 ", "US", "+14155550123"),
        ("tel:+1-415-555-0123", "US", "+14155550123"),
        ("+44 20 7946 0123", "US", "+442079460123"),
        ("020 7946 0123", "GB", "+442079460123"),
        ("011 44 20 7946 0123", "US", "+442079460123"),
        ("0049 30 123456", "DE", "+4930123456"),
    ],
)
def test_a_number_is_kept_as_e164(text: str, home: str, e164: str) -> None:
    """However it is written; national ones are read in the home country."""
    assert numbers.to_e164(text, home_country=home) == e164


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "anna",
        "sip:anna@example.com",
        "+1415",
        "+141555501234",
        "5550123",
        "+999123456789",
        "+" + "1" * 26,
        "1" * 27,
        "+" + "1 " * 27,
        "9" * 100_000,
        "+14155550123 ext 5",
        "Call +14155550123 now",
        "1-415-FLOWERS",
        "\uff0b\uff11\uff14\uff11\uff15\uff15\uff15\uff15\uff10\uff11\uff12\uff13",
        "+1\u0664\u0661\u0665\u0665\u0665\u0665\u0660\u0661\u0662\u0663",
        "+1415\u200b5550123",
        "++14155550123",
        "1+4155550123",
        "tel:+14155550123;ext=5",
        "tel:5550123;phone-context=+1415",
        "+14155550123,,5",
        "+14155550123#5",
        "+14155550123\r\nTo: x",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    """Naming the field and nothing of the input; 27 digits and more take no longer than others."""
    with pytest.raises(InvalidInput) as caught:
        numbers.to_e164(text, home_country="US", field="to")

    assert (caught.value.field, caught.value.detail_code) == (("to",), "number_invalid")
    assert text.strip() == "" or text not in caught.value.sentence


@pytest.mark.parametrize(
    ("text", "home", "reason"),
    [
        ("911", "US", "emergency_number"),
        ("9-1-1", "US", "emergency_number"),
        ("112", "US", "emergency_number"),
        ("112", "DE", "emergency_number"),
        ("999", "GB", "emergency_number"),
        ("611", "US", "short_number"),
        ("988", "US", "short_number"),
        ("+1911", "US", "emergency_number"),
        ("+49112", "US", "emergency_number"),
        ("+1611", "DE", "short_number"),
        ("+44999", "US", "emergency_number"),
    ],
)
def test_emergency_and_short_numbers_are_never_called(text: str, home: str, reason: str) -> None:
    """Whether or not a country code stands before them."""
    with pytest.raises(NotAllowed) as caught:
        numbers.to_e164(text, home_country=home)

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("e164", "countries", "reason"),
    [
        ("+19002345678", ("US",), "premium_rate_number"),
        ("+41848123456", ("CH",), "shared_cost_number"),
        ("+442079460123", ("US",), "country_not_allowed"),
        ("+18765550123", ("US",), "country_not_allowed"),
        ("+14165550123", ("US",), "country_not_allowed"),
        ("+88213000000", ("US", "001"), "international_network_number"),
        ("+870773111632", ("US",), "international_network_number"),
        ("+15005550123", ("US",), "special_number"),
        ("+447012345678", ("GB",), "special_number"),
        ("+18091110000", ("US",), "country_not_allowed"),
        ("+18761110000", ("US",), "country_not_allowed"),
        ("+11995550123", ("US",), "number_unassigned"),
        ("+14155550123", (), "country_not_allowed"),
    ],
)
def test_policy_refuses(e164: str, countries: tuple[str, ...], reason: str) -> None:
    """Jamaica and Canada share the dial prefix of the United States, not their region; no list lets satellites through."""
    with pytest.raises(NotAllowed) as caught:
        numbers.check_allowed(e164, countries=countries)

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("e164", "countries"),
    [("+14155550123", ("US",)), ("+18005550199", ("US",)), ("+18765550123", ("US", "JM")), ("+442079460123", ("GB",))],
)
def test_policy_allows(e164: str, countries: tuple[str, ...]) -> None:
    """A number of a country on the list."""
    numbers.check_allowed(e164, countries=countries)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+14155550123", "...23"),
        ("20", "internal"),
        ("sip:anna@pbx.example.com", "internal"),
        (None, "withheld"),
        ("", "withheld"),
    ],
)
def test_logs_show_two_digits_at_most(number: str | None, shown: str) -> None:
    """Never a whole number."""
    assert numbers.masked(number) == shown


@pytest.mark.parametrize(("e164", "country"), [("+15551234567", "US"), ("+447700900123", "GB"), ("+14155550123", "US")])
def test_numbers_of_films_and_ranges_newer_than_the_library_are_their_carriers_business(e164: str, country: str) -> None:
    """In the main country of their plan, and in no other."""
    numbers.check_allowed(e164, countries=(country,))

    with pytest.raises(NotAllowed, match="not allowed"):
        numbers.check_allowed(e164, countries=("CA",))

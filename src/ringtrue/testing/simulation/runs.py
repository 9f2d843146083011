"""Which calls a simulation places: one for each persona and seed, each to a number of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import phonenumbers

from ringtrue.testing.simulation.persona_files import CallerFile

SEEDS = 10_000
"""The seed of a run is the last four digits of the number that is rung."""
MOST_PERSONAS = 100
_OWN_DIGITS = 6  # two for the persona, four for the seed


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One call to place: who answers `number` does as `caller` with that seed."""

    caller: CallerFile
    seed: int
    number: str


def planned(
    callers: Sequence[CallerFile], *, runs: int, seed: int, country: str, only: Collection[str] = frozenset()
) -> list[Run]:
    """The runs in the order in which they are placed: every persona once, then every persona again with the next seed.

    They depend on nothing but these, and those of a persona on no other persona: `only` its own, with the seed of one run,
    places that one call again.
    """
    return [
        Run(caller=caller, seed=(seed + index) % SEEDS, number=number_for(country, place, (seed + index) % SEEDS))
        for index in range(runs)
        for place, caller in enumerate(callers)
        if not only or caller.name in only
    ]


def number_for(country: str, place: int, seed: int) -> str:
    """A number of that country in E.164 for the persona at that place; it is rung on this machine and nowhere else."""
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.FIXED_LINE)
    if example is None:
        raise ValueError(country)
    text = str(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164))
    return f"{text[:-_OWN_DIGITS]}{place:02d}{seed:04d}"

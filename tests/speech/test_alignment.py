"""Which word is which stretch of what was said."""

from __future__ import annotations

from ringtrue.speech.alignment import Group, align, sounds


def groups(*texts: str) -> list[Group]:
    """Groups of phonemes, ten samples each, a gap of ten between groups."""
    made, at = [], 0
    for text in texts:
        starts = tuple(range(at, at + 10 * len(text), 10))
        made.append(Group(phonemes=tuple(text), starts=starts, end=at + 10 * len(text)))
        at += 10 * len(text) + 10
    return made


def test_a_group_for_each_word_is_that_word() -> None:
    """Whatever their sounds: a vowel may change in company."""
    placed = align([["ðæt"], ["tuː"]], groups("ðət", "tə"))

    assert placed is not None
    assert (placed.bounds, placed.is_exact) == (((0, 30), (40, 60)), True)


def test_words_said_as_one_meet_where_their_sounds_do() -> None:
    """ "of the" is one group: the second word starts with its first sound."""
    placed = align([["wʌn"], ["ʌv"], ["ðə"], ["bɛst"]], groups("wˈʌn", "ʌvðə", "bˈɛst"))

    assert placed is not None
    assert placed.bounds == ((0, 40), (50, 70), (70, 90), (100, 150))
    assert placed.is_exact


def test_stress_belongs_to_the_sound_behind_it() -> None:
    """The cut lies before the stress mark."""
    placed = align([["ɪn"], ["ɪt"]], groups("ɪnˈɪt"))

    assert placed is not None
    assert placed.bounds == ((0, 20), (20, 50))


def test_one_word_may_be_several_groups() -> None:
    """ "10:30" is said as two."""
    placed = align([["æt"], ["tɛn", "θɜɾi"], ["naʊ"]], groups("æt", "tˈɛn", "θˈɜːɾi", "nˈaʊ"))

    assert placed is not None
    assert placed.bounds[1] == (30, 140)
    assert placed.is_exact


def test_as_many_groups_as_words_may_still_be_shifted() -> None:
    """One pair joined and one word divided: counting would place every word between them wrongly."""
    placed = align([["ʌv"], ["ðə"], ["klɑk"], ["tɛn", "θɜɾi"]], groups("ʌvðə", "klɑk", "tɛn", "θɜɾi"))

    assert placed is not None
    assert placed.bounds == ((0, 20), (20, 40), (50, 90), (100, 180))


def test_a_word_without_sound_takes_no_time() -> None:
    """A dash is written, not said."""
    placed = align([[], ["həloʊ"], []], groups("həloʊ"))

    assert placed is not None
    assert placed.bounds == ((0, 0), (0, 50), (50, 50))


def test_a_cut_by_guess_is_not_called_exact() -> None:
    """When joined words lost a sound, where they meet is an estimate."""
    placed = align([["aʊt"], ["ʌv"]], groups("aʊɾə"))

    assert placed is not None
    assert not placed.is_exact


def test_what_cannot_fit_is_not_placed() -> None:
    """More groups than the words could make."""
    assert align([["a"]], groups("a", "b", "c", "d")) is None


def test_neighbours_change_no_sounds() -> None:
    """Stress, length and punctuation are left out of the comparison."""
    assert sounds("ˈoʊ.kˌeɪː,") == "oʊkeɪ"

"""Whose clause comes next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ringtrue.speech.rota import Lane, Rota


def rota(*needed: int, begun: tuple[int, ...] = ()) -> Rota:
    """Texts that are waited for, and texts that may be needed, in that order."""
    made = Rota()
    for number in needed:
        made.add(number, is_needed=True)
    for number in begun:
        made.add(number, is_needed=False)
    return made


def render(texts: Rota, lane: Lane, now: float, *, seconds: float = 1.0, is_last: bool = False) -> int | None:
    """Take one clause and make it at once."""
    number = texts.take(lane, now)
    if number is not None:
        texts.made(number, now, seconds=seconds, is_last=is_last)
    return number


def test_first_clauses_are_urgent_in_their_order() -> None:
    """Then there is time."""
    texts = rota(1, 2)

    assert [render(texts, "urgent", 0.0) for _ in range(3)] == [1, 2, None]


def test_later_clauses_come_by_what_is_to_sound_soonest() -> None:
    """Of the second text less has been made."""
    texts = rota(1, 2)
    render(texts, "urgent", 0.0, seconds=3.0)
    render(texts, "urgent", 0.0, seconds=1.0)

    assert [render(texts, "later", 0.0, seconds=1.5) for _ in range(4)] == [2, 2, 1, 2]


def test_what_may_be_needed_comes_behind_all_that_is() -> None:
    """And of it one clause only."""
    texts = rota(1, begun=(2, 3))
    assert texts.take("urgent", 0.0) == 1

    assert [render(texts, "later", 0.0), render(texts, "later", 0.0), render(texts, "later", 0.0)] == [2, 3, None]


def test_a_clause_that_is_about_to_be_late_becomes_urgent() -> None:
    """Also while the other lane is at work, and it can be told when."""
    texts = rota(1, 2)
    render(texts, "urgent", 10.0, seconds=2.0)
    render(texts, "urgent", 10.0, seconds=5.0)
    texts.take("later", 10.0)  # the first
    texts.made(1, 10.0, seconds=1.0, is_last=True)

    wait = texts.until_urgent(10.0)

    assert wait is not None
    assert texts.take("urgent", 10.0 + wait - 0.01) is None
    assert texts.take("urgent", 10.0 + wait + 0.01) == 2
    assert 10.0 + wait < 15.0


def test_what_is_needed_at_last_has_the_time_of_what_was_made() -> None:
    """Its first clause begins to sound when it is needed."""
    texts = rota(begun=(1,))
    render(texts, "later", 0.0, seconds=2.0)
    assert texts.until_urgent(50.0) is None

    texts.need(1, 50.0)

    assert texts.take("urgent", 50.0) is None
    assert texts.take("later", 50.0) == 1


def test_what_is_needed_before_it_was_begun_is_urgent() -> None:
    """Somebody waits."""
    texts = rota(begun=(1,))
    texts.need(1, 0.0)

    assert texts.take("urgent", 0.0) == 1


def test_what_is_likely_is_urgent_behind_what_is_needed() -> None:
    """Its first clause only."""
    texts = rota(1)
    texts.add(2, is_needed=False, is_likely=True)

    assert [render(texts, "urgent", 0.0) for _ in range(3)] == [1, 2, None]


def test_one_that_is_being_rendered_is_given_to_nobody_else() -> None:
    """Its clauses come in order; dropped meanwhile, it is forgotten."""
    texts = rota(1)
    assert texts.take("urgent", 0.0) == 1
    assert texts.take("urgent", 0.0) is None
    assert texts.take("later", 0.0) is None
    texts.drop(1)
    texts.made(1, 0.0, seconds=1.0, is_last=False)
    assert texts.take("later", 0.0) is None


STEPS = st.tuples(st.sampled_from(["speak", "begin", "need", "drop", "urgent", "later"]), st.integers(1, 4))


@given(st.lists(STEPS, max_size=60))
def test_everything_needed_is_made_to_its_end(steps: list[tuple[str, int]]) -> None:
    """Whatever happens in whatever order: what is waited for is finished, what is not stops behind its first clause."""
    texts, needed, made = Rota(), set[int](), dict[int, int]()
    number, dropped = 0, set[int]()
    for step, which in steps:
        if step in ("speak", "begin"):
            number += 1
            texts.add(number, is_needed=step == "speak")
            needed |= {number} if step == "speak" else set()
        elif step == "need" and which <= number:
            texts.need(which, 0.0)
            needed.add(which)
        elif step == "drop" and which <= number:
            texts.drop(which)
            dropped.add(which)
        elif step == "urgent" or step == "later":
            _make(texts, step, made)
    lanes: tuple[Lane, Lane] = ("urgent", "later")
    while any(_make(texts, lane, made) for lane in lanes):
        pass

    assert all(made[one] == 3 for one in needed - dropped)
    assert all(made[one] == 1 for one in set(range(1, number + 1)) - needed - dropped)
    assert all(count <= 3 for count in made.values())


def _make(texts: Rota, lane: Lane, made: dict[int, int]) -> bool:
    number = texts.take(lane, 0.0)
    if number is None:
        return False
    made[number] = made.get(number, 0) + 1
    texts.made(number, 0.0, seconds=1.0, is_last=made[number] == 3)
    return True

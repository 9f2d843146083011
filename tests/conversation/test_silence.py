"""Counting silences."""

from __future__ import annotations

from ringtrue.conversation.policies.silence import LAST, MOST_TRIES, SilenceWatch


def counts(watch: SilenceWatch, ats: range, *, limit: int = 100, reserve: int = 0) -> list[tuple[int, int]]:
    """The counts that came up, each with its instant."""
    found = [(at, watch.quiet(at, limit=limit, reserve=reserve)) for at in ats]
    return [(at, count) for at, count in found if count is not None]


def test_each_full_stretch_counts_one_more() -> None:
    """Where prompts take no time, the third comes after three limits and a bit."""
    assert counts(SilenceWatch(), range(0, 400, 10)) == [(100, 1), (210, 2), (320, 3)]


def test_speech_of_the_agent_begins_the_stretch_anew() -> None:
    """But keeps the count."""
    watch = SilenceWatch()
    counts(watch, range(0, 110, 10))
    watch.disturbed()

    assert counts(watch, range(150, 260, 10)) == [(250, 2)]


def test_an_answer_of_the_party_sets_all_back() -> None:
    """The count is one again."""
    watch = SilenceWatch()
    counts(watch, range(0, 110, 10))
    watch.heard()

    assert counts(watch, range(500, 610, 10)) == [(600, 1)]


def test_who_believes_to_have_answered_gets_more_prompts_but_not_for_ever() -> None:
    """The count begins anew so many times, until something was an answer."""
    watch = SilenceWatch()
    found = []
    for round_ in range(MOST_TRIES + 2):
        found += [count for _, count in counts(watch, range(round_ * 500, round_ * 500 + 110, 10))]
        watch.held()
        watch.tried(None)
    assert found == [1] * (MOST_TRIES + 1) + [2]

    watch.heard()
    watch.tried(None)

    assert counts(watch, range(9_000, 9_110, 10)) == [(9_100, 1)]


def test_a_hold_keeps_the_count_and_costs_no_time() -> None:
    """However long it lasted, four limits are counted from its end."""
    watch = SilenceWatch()
    counts(watch, range(0, 110, 10))
    watch.held()

    assert counts(watch, range(5_000, 5_110, 10)) == [(5_100, 2)]


def test_all_is_over_after_four_limits_less_what_hanging_up_takes() -> None:
    """The last stretch is shortened: the prompts were long, so little of the time is left."""
    watch = SilenceWatch()
    assert counts(watch, range(0, 101, 10)) == [(100, 1)]
    assert counts(watch, range(150, 251, 10)) == [(250, 2)]
    assert counts(watch, range(310, 400, 10), reserve=20) == [(380, LAST)]


def test_a_prompt_that_would_not_fit_is_left_out() -> None:
    """The first took 130, and 70 are left."""
    watch = SilenceWatch()
    assert counts(watch, range(0, 101, 10)) == [(100, 1)]

    assert counts(watch, range(230, 340, 10)) == [(330, LAST)]


def test_time_is_spent_whoever_speaks() -> None:
    """Counted from the first quiet moment; before it there is nothing to spend."""
    watch = SilenceWatch()
    assert not watch.is_spent(10_000, limit=100, reserve=0)
    watch.quiet(10_000, limit=100, reserve=0)

    assert [watch.is_spent(at, limit=100, reserve=10) for at in (10_389, 10_390)] == [False, True]

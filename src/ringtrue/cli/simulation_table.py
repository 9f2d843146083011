"""The results of a simulation for people: a table of the personas, and what became of the calls that were not right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ringtrue.testing.simulation.result import STAGES, RunResult, Summary, Thresholds, summaries

_HEADS = ("persona", "runs", "right", "open", "wrong", "turns", "p50", "p95", "reasons")
_NUMBERS = _HEADS[1:-1]
_STAGE_HEADS = ("persona", "words", "turn over", "reply", "voice", "sent")  # as of one call's turns
_PIPE_WIDTH = 400  # a pipe gets every line whole
_MOST_NAMED = 20


def print_results(console: Console, results: Sequence[RunResult], thresholds: Thresholds, *, is_whole: bool = True) -> None:
    """The table, then each call that was not right with the seed that places it again; then the verdict, if these are all."""
    found = summaries(results)
    wide = console if console.is_terminal else Console(file=console.file, width=_PIPE_WIDTH)
    wide.print(table(found, thresholds))
    if any(one.stages for one in found):
        wide.print("\nWhere the wait for an answer to words went, in the mean, and its share of the whole:")
        wide.print(stages_table(found))
    for line in (*not_right(results), *([verdict(found, thresholds)] if is_whole else [])):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def table(found: Sequence[Summary], thresholds: Thresholds) -> Table:
    """One line for each persona; the latencies are from the end of a turn to the agent's voice."""
    built = Table(box=None)
    for head in _HEADS:
        built.add_column(head, justify="right" if head in _NUMBERS else "left", no_wrap=head in _NUMBERS)
    for one in found:
        built.add_row(
            Text(one.name),
            str(one.runs),
            Text(str(one.right), style="" if thresholds.allow_open(one) else "red"),
            str(one.open),
            Text(str(one.wrong), style="bold red" if one.wrong else ""),
            "-" if one.turns_median is None else f"{one.turns_median:g}",
            _ms(one.latency_p50_ms),
            _ms(one.latency_p95_ms),
            Text(_histogram(one.reasons)),
        )
    return built


def stages_table(found: Sequence[Summary]) -> Table:
    """One line for each persona that spoke; until the words were known is a part of until the turn was over."""
    built = Table(box=None)
    for head in _STAGE_HEADS:
        built.add_column(head, justify="left" if head == "persona" else "right", no_wrap=True)
    for one in (one for one in found if one.stages):
        cells = (f"{one.stages[name]:.0f} ms {one.share_of(name):4.0%}" for name in STAGES)
        built.add_row(Text(one.name), f"{one.stages['recognition']:.0f} ms", *cells)
    return built


def not_right(results: Sequence[RunResult]) -> Iterator[str]:
    """A line for each wrong or open call, the wrong ones first."""
    found = sorted((one for one in results if one.verdict != "right"), key=lambda one: one.verdict != "wrong")
    for one in found[:_MOST_NAMED]:
        yield f"{one.verdict}: {one.run.caller.name}, seed {one.run.seed}: {one.judgement.why}"
    if len(found) > _MOST_NAMED:
        yield f"... and {len(found) - _MOST_NAMED} more; --json names them all."
    if found:
        first = found[0].run
        yield f"To place such a call again: --only {first.caller.name} --seed {first.seed} --runs 1"


def verdict(found: Sequence[Summary], thresholds: Thresholds) -> str:
    """The whole in one sentence."""
    right, opened, wrong, runs = (sum(getattr(one, name) for one in found) for name in ("right", "open", "wrong", "runs"))
    total = f"{right} of {runs} right, {opened} open, {wrong} wrong"
    short = [one.name for one in found if not thresholds.allow_open(one)]
    if thresholds.are_kept(found):
        return f"{total}: within the thresholds."
    beyond = [f"at most {thresholds.max_wrong} may be wrong"] if not thresholds.allow_wrong(found) else []
    if short:
        beyond.append(f"{thresholds.min_right:.0%} must be right of {', '.join(short)}")
    return f"{total}: beyond the thresholds{' (' if beyond else ''}{'; '.join(beyond)}{')' if beyond else ''}."


def _ms(value: int | None) -> str:
    return "-" if value is None else f"{value} ms"


def _histogram(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in reasons.items())

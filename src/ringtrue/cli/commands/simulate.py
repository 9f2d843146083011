"""`ringtrue simulate`: simulated callers are rung for an agent's file over real SIP, and every record is judged."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ringtrue.cli import output, voice
from ringtrue.cli import simulation_inputs as inputs
from ringtrue.cli.commands.projects import check_file, read_file
from ringtrue.cli.demo_processes import Engines, ended_in_order
from ringtrue.cli.output import Exit, fail, plain_errors
from ringtrue.cli.simulating import Setup, simulate
from ringtrue.cli.simulation_table import print_results
from ringtrue.settings import Settings
from ringtrue.testing.simulation.judging import Verdict
from ringtrue.testing.simulation.junit import junit_xml
from ringtrue.testing.simulation.report import report
from ringtrue.testing.simulation.result import RunResult, Thresholds, summaries
from ringtrue.testing.simulation.runs import SEEDS, Run, planned

_D = Settings()
_T = Thresholds()


def simulate_file(
    file: Annotated[Path, typer.Argument(help="The project file (YAML).")],
    personas: Annotated[
        Path | None, typer.Option("--personas", help="Folder of persona files (*.yaml); default: those of a shipped example.")
    ] = None,
    runs: Annotated[int, typer.Option("--runs", min=1, max=1000, help="Calls for each persona.")] = 5,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=SEEDS - 1, help="Of the first run; each further one has the next.")
    ] = 1,
    only: Annotated[list[str] | None, typer.Option("--only", help="Only the persona of that name (repeatable).")] = None,
    data: Annotated[str | None, typer.Option("--data", help="A JSON object, or @FILE; default the file's examples.")] = None,
    parallel: Annotated[int, typer.Option("--parallel", min=1, max=50, help="Calls at once.")] = 1,
    min_right: Annotated[
        float, typer.Option("--min-right", min=0.0, max=1.0, help="The share of each persona's calls that must be right.")
    ] = _T.min_right,
    max_wrong: Annotated[
        int, typer.Option("--max-wrong", min=0, help="How many wrong records are allowed in all.")
    ] = _T.max_wrong,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML to this file.")] = None,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="Folder that keeps each call's record, turns, recording and callee's tapes.")
    ] = None,
    models: Annotated[Path, typer.Option("--models", envvar="RINGTRUE_MODELS", help="Voices and models.")] = Path("data/models"),
    tts: Annotated[str, typer.Option("--tts", envvar="RINGTRUE_TTS", help="The agent's voice, as for serve.")] = _D.tts,
    stt: Annotated[str, typer.Option("--stt", envvar="RINGTRUE_STT", help="The agent's ear, as for serve.")] = _D.stt,
    stt_model: Annotated[
        str, typer.Option("--stt-model", envvar="RINGTRUE_STT_MODEL", help="The recogniser, as for serve.")
    ] = _D.stt_model,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Ring simulated callers and judge each record: right, open (not settled) or wrong (states what was not given).

    Exit code 0 within --min-right and --max-wrong, 1 beyond.
    """
    project = check_file(file, as_json=as_json, code=Exit.USAGE)
    callers = inputs.callers(personas, project)
    thresholds = Thresholds(min_right=min_right, max_wrong=max_wrong)
    setup = Setup(
        project=project.name,
        yaml=read_file(file),
        country=inputs.country(project),
        data=inputs.data(project, data),
        engines=Engines(tts=tts, stt=stt, stt_model=stt_model),
        models=models,
        parallel=parallel,
        keep=keep,
    )
    plan = planned(callers, runs=runs, seed=seed, country=setup.country, only=inputs.chosen(only or [], callers))
    inputs.prepare(junit=junit, keep=keep)
    with plain_errors(), ended_in_order():
        for name in sorted({*setup.engines.models, *(name for run in plan for name in run.caller.models)}):
            voice.ensure(name, models)
        results, is_interrupted = _place(setup, plan)
    if as_json:
        output.document(report(project.name, results, thresholds, runs=runs, seed=seed, is_interrupted=is_interrupted))
    else:
        print_results(output.console, results, thresholds, is_whole=not is_interrupted)
    if is_interrupted:
        fail(f"Interrupted after {len(results)} of {len(plan)} calls.", Exit.INTERRUPTED)
    if junit is not None:
        with plain_errors():
            junit.write_bytes(junit_xml(project.name, results, thresholds))
    if not thresholds.are_kept(summaries(results)):
        raise typer.Exit(Exit.FAILED)


def _place(setup: Setup, plan: Sequence[Run]) -> tuple[list[RunResult], bool]:
    """The results in the order of the plan, as many as there were until somebody interrupted; and whether somebody did."""
    results: list[RunResult] = []
    is_interrupted = False
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=output.errors, disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("calls", total=len(plan))

        def done(result: RunResult) -> None:
            results.append(result)
            counts = Counter(one.verdict for one in results)
            shown = ", ".join(f"{counts[verdict]} {verdict}" for verdict in get_args(Verdict))
            progress.update(bar, completed=len(results), description=shown)

        try:
            simulate(setup, plan, done)
        except KeyboardInterrupt:
            is_interrupted = True
    order = {run.number: index for index, run in enumerate(plan)}
    return sorted(results, key=lambda one: order[one.run.number]), is_interrupted

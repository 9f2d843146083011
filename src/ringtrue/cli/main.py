"""The command `ringtrue`."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from ringtrue import logs
from ringtrue.cli.commands import (
    calls,
    demo,
    doctor,
    keys,
    listen,
    numbers,
    orgs,
    projects,
    simulate,
    speech,
    suppressions,
    threads,
    trial,
    webhooks,
)
from ringtrue.cli.commands.serve import serve
from ringtrue.cli.output import Exit
from ringtrue.cli.placing import place

# Newer releases of typer carry their own copy of click, older ones use the package: this is its UsageError in both.
UsageError: type[Exception] = typer.BadParameter.__bases__[0]

app = typer.Typer(
    name="ringtrue",
    help="AI phone calls on your own machine: every call ends with a reason, a recording and a transcript that agree.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("serve")(serve)
app.command("demo")(demo.demo)
app.command("call")(place)
app.add_typer(calls.app, name="calls")
app.command("listen")(listen.listen)
app.add_typer(projects.app, name="projects")
app.add_typer(threads.app, name="threads")
app.add_typer(numbers.app, name="numbers")
app.add_typer(suppressions.app, name="suppressions")
app.add_typer(webhooks.app, name="webhooks")
app.add_typer(keys.app, name="keys")
app.add_typer(orgs.app, name="orgs")
app.command("try")(trial.try_file)
app.command("simulate")(simulate.simulate_file)
app.add_typer(speech.app, name="speech")
app.command("doctor")(doctor.doctor)


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"ringtrue {version('ringtrue')}\n")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    logs.configure("text")  # to stderr, so that what a command prints stays whole


def run() -> None:
    """Run the command line and end the process with the command's exit code. A usage error is one sentence."""
    try:
        code = app(standalone_mode=False)
    except UsageError as exc:
        code = _say_usage(exc)
    except typer.Abort:
        code = Exit.FAILED
    except BrokenPipeError:
        # The reader of a pipe went away: nothing is left to say, and the interpreter must not say it at its end either.
        sys.stdout = None
        code = Exit.FAILED
    sys.exit(code if isinstance(code, int) else Exit.DONE)


def _say_usage(exc: Exception) -> int:
    context = getattr(exc, "ctx", None)
    sentence = exc.format_message() if hasattr(exc, "format_message") else str(exc)
    if not sentence or "\n" in sentence:  # a bare command, which gets its help; some releases have printed it by now
        sys.stderr.write(sentence)
    else:
        path = context.command_path if context is not None else "ringtrue"
        sys.stderr.write(f"{sentence.rstrip('.')}: see `{path} --help`.\n")
    return Exit.USAGE

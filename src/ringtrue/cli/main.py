"""The command `ringtrue`."""

from __future__ import annotations

import typer

from ringtrue.cli.commands import calls, demo, doctor, projects, speech, trial
from ringtrue.cli.commands.serve import serve

app = typer.Typer(
    name="ringtrue",
    help="AI phone calls on your own machine: every call ends with a reason, a recording and a transcript that agree.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("serve")(serve)
app.command("demo")(demo.demo)
app.command("call")(calls.place)
app.add_typer(calls.app, name="calls")
app.add_typer(projects.app, name="projects")
app.command("try")(trial.try_file)
app.add_typer(speech.app, name="speech")
app.command("doctor")(doctor.doctor)


def run() -> None:
    """Run the command line."""
    app()

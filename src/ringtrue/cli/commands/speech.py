"""`ringtrue speech`: voices and models, fetched by hash."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ringtrue.cli import output, voice
from ringtrue.cli.connection import data_folder
from ringtrue.cli.output import Exit, plain_errors
from ringtrue.speech import fetch as fetching
from ringtrue.speech.catalogue import CATALOGUE, DEFAULT_VOICE

app = typer.Typer(help="Voices and models: list, fetch, verify.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Models = Annotated[Path | None, typer.Option("--models", envvar="RINGTRUE_MODELS", help="Their folder; default DATA/models.")]


def models_folder(models: Path | None) -> Path:
    """Where voices and models are kept."""
    return models or data_folder() / "models"


@app.command("list")
def list_rows(models: Models = None, as_json: Json = False) -> None:
    """List what there is, and what is here."""
    folder = models_folder(models)
    rows = [
        {
            "name": row.name,
            "kind": row.kind,
            "language": row.language,
            "size_bytes": row.size_bytes,
            "installed": fetching.installed(row.name, folder),
        }
        for row in CATALOGUE.values()
    ]
    if as_json:
        output.document({"speech": rows})
        return
    for row in rows:
        state = "installed" if row["installed"] else "not fetched"
        size = CATALOGUE[str(row["name"])].size_bytes / 1e6
        output.say(f"{row['name']}  {row['kind']}  {row['language']}  {size:.0f} MB  {state}")


@app.command("fetch")
def fetch(name: Annotated[str, typer.Argument()] = DEFAULT_VOICE, models: Models = None, as_json: Json = False) -> None:
    """Fetch a voice or model and check it."""
    folder = models_folder(models)
    with plain_errors():
        was_there = fetching.installed(name, folder)
        path = voice.fetch(name, folder)
    if as_json:
        output.document({"name": name, "path": str(path), "fetched": not was_there})
    else:
        output.say(f"{name} is in {path}.")
        output.say(f"Notice: {fetching.row(name).notice}")


@app.command("verify")
def verify(models: Models = None, as_json: Json = False) -> None:
    """Check the hashes of everything that was fetched."""
    folder = models_folder(models)
    bad = {name: fetching.verify(name, folder) for name in CATALOGUE if fetching.is_there(name, folder)}
    if as_json:
        output.document(
            {"verified": [name for name, files in bad.items() if not files], "damaged": {n: f for n, f in bad.items() if f}}
        )
    for name, files in bad.items() if not as_json else ():
        state = f"damaged ({', '.join(files)}): ringtrue speech fetch {name}" if files else "as it should be"
        output.say(f"{name}: {state}")
    if not bad and not as_json:
        output.say("Nothing is fetched yet: ringtrue speech fetch.")
    if any(bad.values()):
        raise typer.Exit(Exit.FAILED)

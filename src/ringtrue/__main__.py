"""`python -m ringtrue` is the command `ringtrue`."""

from ringtrue.cli.main import run

if __name__ == "__main__":
    run()

"""The entry of a child process: `python -m ringtrue.child media`. Tiny, so that a start imports nothing it does not need."""

from __future__ import annotations

import sys


def main(arguments: list[str]) -> int:
    """Run the child named by the first argument; returns its exit code."""
    if arguments == ["media"]:
        from ringtrue.bootstrap.media import run

        return run()
    sys.stderr.write("ringtrue.child is started by `ringtrue serve`, not by hand.\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

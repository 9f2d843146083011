"""The processes of `ringtrue serve` on one machine: HTTP here, media and speech in children that never outlive it."""

from ringtrue.processes.server import serve

__all__ = ["serve"]

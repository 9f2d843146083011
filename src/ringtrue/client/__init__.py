"""A small client of the API, for the command line, scripts and tests."""

from ringtrue.client.http import RingtrueClient, ServerRefused, ServerUnreachable

__all__ = ["RingtrueClient", "ServerRefused", "ServerUnreachable"]

"""The asynchronous client, and the source of the other one: `tools/write_sync_client.py` writes `synchronous` from it."""

"""The synchronous client, written by `tools/write_sync_client.py` from the asynchronous one: change that."""

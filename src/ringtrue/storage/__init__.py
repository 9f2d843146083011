"""The database and the files that last."""

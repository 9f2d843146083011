"""The database and the recordings folder: the store port on SQLite, with hand-written SQL. No other room sees a driver."""

"""Agents tried by simulated callers: who calls what, what each record is worth, and what it all comes to."""

"""Wiring: which adapter stands behind which port, in each process. Nothing here decides anything about a call."""

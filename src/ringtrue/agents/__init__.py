"""Agents: what is said and understood."""

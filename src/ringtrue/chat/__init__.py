"""Conversations in writing: the agents of calls without audio."""

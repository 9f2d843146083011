"""Values and the one table that moves a call. Standard library only."""

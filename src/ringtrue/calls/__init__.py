"""Use cases of a call, one verb per file; plain sync functions of one transaction."""

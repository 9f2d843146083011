"""Post-call analysis."""

"""The public JSON shapes; imports nothing of ours."""

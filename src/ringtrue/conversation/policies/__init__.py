"""The rules of taking turns, one file each, pure."""

"""The HTTP client of our own API."""

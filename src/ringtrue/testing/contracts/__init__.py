"""One suite per port: each fake passes what the real thing passes."""

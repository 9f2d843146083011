"""The documents that the API answers with, as an application sees them."""

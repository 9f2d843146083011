"""The OpenAPI document: what the framework derives of the routes, with refusals, headers, examples and links added to it."""

from ringtrue.api.document.build import completed

__all__ = ["completed"]

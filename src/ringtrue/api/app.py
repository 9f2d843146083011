"""The HTTP application: routes, problems and the document that describes them."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Route

from ringtrue.api import auth, document, entrance, origins, problems
from ringtrue.api.deps import ApiDeps
from ringtrue.api.document.build import ABOUT
from ringtrue.api.envelope import Envelope
from ringtrue.api.routes import (
    api_keys,
    calls,
    chat,
    docs,
    health,
    listeners,
    messages,
    numbers,
    phone_calls,
    projects,
    recordings,
    socket,
    threads,
    tokens,
    turns,
    webhooks,
)
from ringtrue.errors import RingtrueError


class _App(FastAPI):
    """Describes what the framework cannot."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        if self.openapi_schema is None:
            document.completed(super().openapi(), self.state.routes)
        assert self.openapi_schema is not None
        return self.openapi_schema


def create_app(deps: ApiDeps | None) -> FastAPI:
    """The application over these dependencies; without them it can only be described."""
    app = _App(
        title="Ringtrue",
        version=version("ringtrue"),
        description=ABOUT,
        generate_unique_id_function=lambda route: route.name,
        docs_url=None,  # the framework's page loads scripts from elsewhere; see routes.docs
        redoc_url=None,
        responses={"4XX": problems.DESCRIBED},  # keeps the framework from describing a 422 of its own; see document
        openapi_url="/openapi.json",
        redirect_slashes=False,
        openapi_tags=[socket.DESCRIBED],
    )
    app.state.deps = deps
    app.state.sockets = socket.OpenSockets()
    routes = (
        *(phone_calls, calls, recordings, turns, threads, tokens, messages, chat, projects, numbers, api_keys),
        *(webhooks, listeners, health, docs, socket),
    )
    for router in (one.router for one in routes):
        app.include_router(router)
    app.state.routes = [route for one in routes for route in one.router.routes] + [
        route for route in app.routes if isinstance(route, Route)
    ]
    app.add_exception_handler(problems.Problem, problems.of_problem)
    app.add_exception_handler(RingtrueError, problems.of_error)
    app.add_exception_handler(RequestValidationError, problems.of_validation)
    app.add_exception_handler(HTTPException, problems.of_http)
    operations = [route for one in routes for route in one.router.routes]
    to_guests = origins.open_routes(operations, to_guests=auth.principal, to_clients=auth.client)
    app.add_middleware(origins.ThreadOrigins, routes=to_guests)
    app.add_middleware(Envelope, enter=entrance.enter)
    return app

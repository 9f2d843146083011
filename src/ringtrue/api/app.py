"""The HTTP application: routes, problems and the document that describes them."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ringtrue.api import auth, once, origins, problems
from ringtrue.api.deps import ApiDeps
from ringtrue.api.envelope import Envelope
from ringtrue.api.routes import (
    api_keys,
    calls,
    chat,
    docs,
    health,
    messages,
    numbers,
    phone_calls,
    projects,
    recordings,
    socket,
    threads,
    tokens,
    turns,
)
from ringtrue.errors import RingtrueError
from ringtrue.wire.problems import ProblemShape


class _App(FastAPI):
    """Describes problems under their own media type, which the framework cannot give a model."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        if self.openapi_schema is not None:
            return self.openapi_schema
        document = super().openapi()
        schema = ProblemShape.model_json_schema(ref_template=f"{problems.COMPONENTS}{{model}}")
        parts = schema.pop("$defs")
        document["components"]["schemas"].update(parts, **{ProblemShape.__name__: schema})
        for methods in document["paths"].values():
            for method in once.METHODS:
                if operation := methods.get(method.lower()):
                    operation.setdefault("parameters", []).append(once.DESCRIBED)
        return document


def create_app(deps: ApiDeps) -> FastAPI:
    """The application over these dependencies."""
    app = _App(
        title="Ringtrue",
        version=version("ringtrue"),
        description="AI phone calls on your own machine.",
        docs_url=None,  # the framework's page loads scripts from elsewhere; see routes.docs
        redoc_url=None,
        responses={"4XX": problems.DESCRIBED, "5XX": problems.DESCRIBED},
        openapi_url="/openapi.json",
        redirect_slashes=False,
        openapi_tags=[socket.DESCRIBED],
    )
    app.state.deps = deps
    app.state.sockets = socket.OpenSockets()
    routes = (
        phone_calls,
        calls,
        recordings,
        turns,
        threads,
        tokens,
        messages,
        chat,
        projects,
        numbers,
        api_keys,
        health,
        docs,
        socket,
    )
    for router in (one.router for one in routes):
        app.include_router(router)
    app.add_exception_handler(problems.Problem, problems.of_problem)
    app.add_exception_handler(RingtrueError, problems.of_error)
    app.add_exception_handler(RequestValidationError, problems.of_validation)
    app.add_exception_handler(HTTPException, problems.of_http)
    operations = [route for one in routes for route in one.router.routes]
    to_guests = origins.open_routes(operations, to_guests=auth.principal, to_clients=auth.client)
    app.add_middleware(origins.ThreadOrigins, routes=to_guests)
    app.add_middleware(Envelope)
    return app

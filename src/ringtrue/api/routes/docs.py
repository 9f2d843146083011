"""The API's documentation as a page, `/docs`: Swagger UI, served whole by us, so that it needs no network."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import fastapi_offline
from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse

from ringtrue.errors import NotFound

router = APIRouter(include_in_schema=False)

_FILES = Path(str(files(fastapi_offline) / "static"))
_SERVED = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
# Beside what the page itself brings it may load nothing and talk to nobody but this server.
_POLICY = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """The page."""
    page = get_swagger_ui_html(
        openapi_url=str(request.app.openapi_url),
        title=f"{request.app.title} API",
        swagger_js_url="/docs/swagger-ui-bundle.js",
        swagger_css_url="/docs/swagger-ui.css",
        swagger_favicon_url="data:,",
        swagger_ui_parameters={"persistAuthorization": False, "validatorUrl": None, "tryItOutEnabled": True},
    )
    page.headers["Content-Security-Policy"] = _POLICY
    return page


@router.get("/docs/{name}")
async def asset(name: str) -> FileResponse:
    """A file of the page."""
    if name not in _SERVED:
        raise NotFound("There is nothing at this address.")
    return FileResponse(_FILES / name, media_type=_SERVED[name], headers={"Cache-Control": "public, max-age=86400"})

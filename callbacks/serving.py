"""What the server does beside pages: compression, fonts from their package, a health check."""

import logging
from pathlib import Path

import fontpkg_be_vietnam_pro
from dash.exceptions import DependencyException
from flask import Flask, Request, Response, abort, jsonify, request
from flask_compress import Compress

from callbacks import briefing, plan_files, plotly_bundle, search
from callbacks.access.gate import Gate
from callbacks.access.setting_up import stand_before
from callbacks.answers import Answers
from callbacks.api.serve import blueprint
from callbacks.crowding import Crowding
from callbacks.monitor import metrics, requests
from callbacks.monitor.health import State, alive
from callbacks.monitor.health import ready as readiness
from callbacks.pages import PAGES
from callbacks.services import Services
from etl.intake.template.plan import Wish
from indices.errors import DataError
from layouts import shell
from layouts.pages import intake
from layouts.tabular import tabular
from layouts.text import LANGS

A_DAY = 86_400
NEVER_CHANGING = ("/_dash-component-suites/", "/fonts/")
TTF = "font/ttf"
GZIP_TIME = slice(4, 8)  # where a gzip body tells when it was packed
GATE = "gate"  # under this name the server holds what stands before it
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
logger = logging.getLogger(__name__)
TABULAR = ("regular", "semibold")
COMPRESSION = {
    "COMPRESS_ALGORITHM": ["br", "zstd", "gzip"],
    "COMPRESS_BR_LEVEL": 5,
    "COMPRESS_MIMETYPES": [
        "text/html", "text/css", "text/javascript", "application/javascript", "application/json", TTF,
    ],
    "COMPRESS_STREAMING_ENDPOINT_CONDITIONAL": ["static", "_dash_assets.static"],
}  # fmt: skip


class CompressedOnce:
    """Keeps compressed scripts and fonts: squeezing megabytes anew for every reader would cost seconds."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """The compressed body, if it is one that never changes and was made before."""
        return self._kept.get(key)

    def set(self, key: str, body: bytes) -> None:
        """Keep a body that never changes; others have an empty key after the algorithm."""
        if not key.endswith(";"):
            self._kept[key] = body


def lasting_key(request: Request) -> str:
    """The address of what never changes under that address; "" for everything else."""
    lasting = request.method == "GET" and request.path.startswith(NEVER_CHANGING)
    return request.full_path if lasting else ""


def new_server(name: str, most_upload_mb: int, services: Services, crowding: Crowding) -> Flask:
    """A Flask server that asks who comes, compresses what it sends, gives the same answer again, and refuses
    huge uploads and more people than it can answer. The gate comes first: a kept answer is given only to whom
    a new one would be.

    An upload comes as text (four letters for three bytes) inside a message: twice its size is room enough.
    """
    server = Flask(name)
    server.config.update(COMPRESSION, COMPRESS_CACHE_BACKEND=CompressedOnce, COMPRESS_CACHE_KEY=lasting_key)
    server.after_request(unchanged)  # the first one named is the last one asked
    server.config["MAX_CONTENT_LENGTH"] = 2 * most_upload_mb * 1024 * 1024
    requests.attach(server, GATE)
    crowding.attach(server)
    server.extensions[GATE] = stand_before(server, services)
    Answers(services).attach(server)
    Compress(server)
    server.register_error_handler(DependencyException, _no_such_script)
    return server


def unchanged(response: Response) -> Response:
    """The answer with a mark of what it holds (ETag); 304 without a body where the asker has it already.

    To come last, over the bytes as they are sent: the gate has said by then what nobody may keep. The frame
    of a page holds a token of its reader and is never the same.
    """
    kept = response.headers.get("Cache-Control", "no-cache")
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or "no-store" in kept:
        return response
    if response.is_streamed or response.mimetype == "text/html":
        return response
    if response.content_encoding == "gzip":
        response.set_data(_of_no_time(response.get_data()))
    if response.get_etag()[0]:
        return response
    response.headers["Cache-Control"] = kept
    response.add_etag()
    return response.make_conditional(request)


def _of_no_time(packed: bytes) -> bytes:
    """A gzip body that does not tell the second in which it was packed (RFC 1952: zero, no time): the mark of
    the same answer would be another a second later, and in another worker.
    """
    body = bytearray(packed)
    body[GZIP_TIME] = bytes(4)
    return bytes(body)


def _no_such_script(_: Exception) -> tuple[str, int]:
    """A script that no package has is not there: Dash takes it for a fault of the server."""
    return "", 404


def gate_of(server: Flask) -> Gate:
    """What stands before a server."""
    gate: Gate = server.extensions[GATE]
    return gate


def fonts() -> dict[str, bytes]:
    """The font files by style: "regular", "bold" ... of the package, and "regular-tabular" ... for tables."""
    files = Path(fontpkg_be_vietnam_pro.ROOT).rglob("*.ttf")
    held = {path.stem.partition("-")[2].lower(): path.read_bytes() for path in files}
    return held | {f"{style}-tabular": tabular(held[style]) for style in TABULAR}


def form(services: Services, index: str, year: int) -> Response:
    """A workbook to fill in for an index and year; 404 where no framework covers them."""
    if services.desk is None:
        abort(404)
    try:
        body = services.desk.looker.template(Wish(index, year))
    except DataError as error:
        logger.info("no template: %s", type(error).__name__)
        abort(404)
    response = Response(body, mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{index}_{year}.xlsx"'
    return response


def add_routes(server: Flask, services: Services) -> None:
    """Fonts (asked for once a day), the JSON interface, the entries of the search box, the state."""
    held = fonts()
    plotly_bundle.add_route(server)
    server.register_blueprint(blueprint(services))

    @server.get("/fonts/<style>.ttf")
    def font(style: str) -> Response:
        response = Response(held.get(style) or abort(404), mimetype=TTF)
        response.headers["Cache-Control"] = f"public, max-age={A_DAY}"
        return response

    @server.get(shell.SEARCH.format(lang="<lang>"))
    def entries(lang: str) -> Response:
        if lang not in LANGS:
            abort(404)
        return jsonify(services.kept(("search", lang), lambda: search.entries(services, PAGES, lang)))

    @server.get(intake.TEMPLATE.format(index="<index>", year="<int:year>"))
    def template(index: str, year: int) -> Response:
        return form(services, index, year)

    briefing.add_routes(server, services)
    plan_files.add_routes(server, services)

    _watched(server, services)


def _watched(server: Flask, services: Services) -> None:
    """What those who run the server look at. The workspace counts where people write or sign in."""
    gate = gate_of(server)
    needed = services.shelf is not None or gate.settings.on
    state = State(gate.shelf.workspace if needed else None)

    @server.get("/healthz")
    def health() -> tuple[Response, int]:
        return alive(services)

    @server.get("/readyz")
    def ready() -> tuple[Response, int]:
        return readiness(services, state)

    @server.get("/metrics")
    def measures() -> Response:
        return metrics.answer(services, state, gate.settings.proxies)

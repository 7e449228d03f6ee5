"""The web app: `create_app(settings)` gives a Dash app; `server` is what gunicorn or waitress serves."""

from logging.config import dictConfig
from pathlib import Path

from dash import Dash
from flask import Flask

from callbacks import pages, serving, shell, warming
from callbacks.access import setting_up
from callbacks.access.watch import watch
from callbacks.briefing_jobs import Jobs
from callbacks.crowding import Crowding
from callbacks.errors import on_error
from callbacks.intake import Desk
from callbacks.services import Services
from etl.settings import Settings as DataSettings
from etl.warehouse.queries import Warehouse
from layouts import shell as frame
from layouts.text import LANGS, t
from service import logs
from service.settings import Settings, check
from workspace.settings import shelf

ROOT = Path(__file__).parent


def create_app(settings: Settings | None = None) -> Dash:
    """The app over one folder of releases, warmed up: the first reader waits for nothing."""
    settings = settings or Settings()
    data = DataSettings(releases_dir=settings.releases_dir)
    warehouse = Warehouse(settings.releases_dir / "current.json", hold=True)
    shown = Desk(data, settings.most_upload_mb) if settings.imports else None
    held = (shown, Jobs(settings.releases_dir), shelf(watch), settings.responsibilities)
    services = Services(warehouse, settings.default_province, *held)
    services.metrics_token = settings.metrics_token.get_secret_value()
    crowding = Crowding(settings.at_once, settings.most_waiting)
    app = shell.App(
        __name__,
        server=serving.new_server(__name__, settings.most_upload_mb, services, crowding),
        assets_folder=str(ROOT / "layouts" / "assets"),
        title=t("app.name", LANGS[0]),
        update_title="",
        serve_locally=True,
        on_error=on_error,
        index_string=frame.INDEX_HTML,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        description=t("app.description", LANGS[0]),
    )
    app.layout = frame.layout()
    app.validation_layout = [app.layout, *(part for page in pages.PAGES for part in page.validation())]
    shell.register(app, services)
    serving.add_routes(app.server, services)
    if settings.warm:
        warming.Warming(services).attach(app.server)
    setting_up.allow_scripts(app)
    warming.before_readers(app, services)
    return app


def __getattr__(name: str) -> Flask:
    """`app:server`, made when first asked for: importing create_app needs no release."""
    if name != "server":
        raise AttributeError(name)
    check()
    settings = Settings()
    dictConfig(logs.config(settings.log_format, settings.log_level))
    globals()["server"] = create_app(settings).server
    return globals()["server"]

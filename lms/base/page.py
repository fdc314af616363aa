"""The page frame: templates of each room under its name, filters, and what every page may ask for."""

from datetime import date, datetime
from pathlib import Path

import jinja2
from flask import Flask, current_app, g, get_flashed_messages, render_template, request
from flask_login import current_user
from markupsafe import Markup

from . import clock, words
from .assets import asset_address
from .doors import links_for, menu
from .keys import form_key, steady_key
from .markup import inline

ROOMS_FOLDER = Path(__file__).parent.parent


def day(value: date | datetime | None) -> str:
    """05/02/2026, local."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return f"{value:%d/%m/%Y}"


def moment(value: datetime | None) -> str:
    """10:31 05/02/2026, local."""
    return f"{clock.local(value):%H:%M %d/%m/%Y}" if value else ""


def time_of_day(value: datetime | None) -> str:
    """10:31, local."""
    return f"{clock.local(value):%H:%M}" if value else ""


def size(octets: int) -> str:
    """File size for a person: 38 KB, 1,4 MB."""
    return f"{words.decimal(octets / 1_000_000)} MB" if octets >= 1_000_000 else f"{max(1, round(octets / 1000))} KB"


def percent(part: int, whole: int) -> str:
    """Share of the whole with one decimal at most: 73,7 %; a dash for nothing of nothing."""
    return f"{words.decimal(100 * part / whole)}\u202f%" if whole else "–"


def page(template: str, status: int = 200, **values: object) -> tuple[str, int]:
    """The page of a room: its template, and the status."""
    return render_template(template, **values), status


def _loader() -> jinja2.BaseLoader:
    folders = {path.parent.name: jinja2.FileSystemLoader(path) for path in ROOMS_FOLDER.glob("*/templates")}
    return jinja2.PrefixLoader(folders)


def help_contact() -> tuple[str, str]:
    """(name, telephone) of whom to call: the viewer's agency's, else the site's."""
    own = getattr(current_user, "help_contact", None)
    return own or (current_app.config["HELP_NAME"], current_app.config["HELP_PHONE"])


def here() -> str:
    """The address of this page, to come back to."""
    return words.accept_next(request.full_path.rstrip("?")) if request.method in ("GET", "HEAD") else "/"


def frame_pages(app: Flask) -> None:
    """Give every template its frame."""
    app.jinja_loader = _loader()
    environment = app.jinja_env
    environment.undefined = jinja2.StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    environment.add_extension("jinja2.ext.do")
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=False)  # type: ignore[attr-defined]
    environment.filters.update(
        day=day, moment=moment, time_of_day=time_of_day, size=size, decimal=words.decimal, words=words.in_language, inline=inline
    )
    environment.globals.update(
        asset=asset_address,
        form_key=form_key,
        steady_key=steady_key,
        menu=menu,
        links_for=links_for,
        language=words.language,
        percent=percent,
        highlight=words.highlight,
        flashed=lambda: get_flashed_messages(with_categories=True),
        help_contact=help_contact,
        here=here,
        site_name=lambda: current_app.config["SITE_NAME"],
        is_demo=lambda: current_app.config["MODE"] == "demo",
        today=clock.today,
        space=Markup("&nbsp;"),
        arrived=lambda: g.arrived_at,
    )

"""The rooms of the house, in order. A room imports only `base` and rooms before it, through their face."""

from importlib import import_module

from flask import Flask

import config
from lms import base

ROOMS = (
    "site",
    "agencies",
    "people",  # who we are
    "quizzes",
    "courses",
    "certificates",  # what can be learnt
    "study",  # learning that happens
    "reports",
    "home",  # how it is seen from outside
)


def create_app(**settings: object) -> Flask:
    """A ready application. Touches neither network nor database; `settings` override the environment."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config.update(config.from_environment())
    app.config.update(settings)
    base.lay_ground(app)
    for name in ROOMS:
        base.open_room(app, import_module(f"lms.{name}.routes").room)
    base.refuse_undeclared_routes(app)
    return app

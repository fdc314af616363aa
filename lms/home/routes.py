"""The front page, the start page of each role, the language switch, help, and health for machines."""

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import ADMINISTRATOR, ANYONE, MANAGER, TRAINER, Room, accept_next, page, remember_language, viewer

from .queries import database_answers

room = Room(__name__, prefix="")

STARTS = ((MANAGER, "reports.index"), (ADMINISTRATOR, "people.index"), (TRAINER, "courses.index"))


@room.route("/", to=ANYONE)
def index() -> ResponseReturnValue:
    """Nobody sees the front page; whoever is signed in starts where the first of their roles works."""
    if not viewer().is_authenticated:
        return page("home/index.html")
    return redirect(url_for(next((start for role, start in STARTS if viewer().holds(role)), "study.desk")))


@room.route("/language", to=ANYONE, once=False, methods=["POST"])
def set_language() -> ResponseReturnValue:
    """Remember the language, and back to where one came from."""
    remember_language(request.form.get("language", "vi"))
    return redirect(accept_next(request.form.get("next")))


@room.route("/help", to=ANYONE)
def help() -> ResponseReturnValue:
    """Short help in plain words, and whom to call."""
    return page("home/help.html")


@room.route("/health", to=ANYONE)
def health() -> ResponseReturnValue:
    """For machines: whether this process and its database answer. Says nothing private."""
    is_well = database_answers()
    answer = jsonify(status="ok" if is_well else "failing", database="ok" if is_well else "failing")
    answer.status_code = 200 if is_well else 503
    answer.headers["Cache-Control"] = "no-store"
    return answer

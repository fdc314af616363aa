"""One request, one transaction: only this file commits. Safe headers, ETag and compression on every answer."""

import gzip
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, g, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from . import clock
from .db import db
from .doors import stand_at_the_door
from .keys import check_key, claim_key, release_key, remember_answer

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
MOST_FIELDS = 2000  # a paper of a hundred questions has some 600
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_before_commit: list[Callable[[], None]] = []


def before_commit(act: Callable[[], None]) -> Callable[[], None]:
    """Register what must be written last in each transaction (the audit trail, whose order is the order of commits)."""
    _before_commit.append(act)
    return act


def commit() -> None:
    """End the transaction; what it wrote is on disk when this returns. Called by this file, by commands and by the worker."""
    for act in _before_commit:
        act()
    db.session.commit()


def begin_writing() -> None:
    """End the reading part of a `late` view: from here on one short transaction, with the form key claimed."""
    db.session.rollback()
    g.is_writing = True
    claim_key()


def keep_although_refused() -> None:
    """Commit this request's writes although the answer is an error (a wrong password counts)."""
    release_key()
    g.keeps = True


def look_again() -> None:
    """Read anew who looks: this very request signed somebody in, and goes on to show them a page."""
    g.pop("_login_user", None)


def _refuse_too_many_fields() -> None:
    """The limit on parts (MAX_FORM_PARTS) does not count the fields of a plain form."""
    if sum(len(values) for _name, values in request.form.lists()) > MOST_FIELDS:
        raise RequestEntityTooLarge


def _refuse_unreadable() -> None:
    """A NUL stands in no text of ours (PostgreSQL cannot keep one), and text without files is never longer than a long lesson."""
    if any("\0" in text for text in (request.path, *request.args.values())):
        raise NotFound
    if request.mimetype != "multipart/form-data":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    elif upload := getattr(current_app.view_functions.get(request.endpoint or ""), "upload", 0):
        request.max_content_length = upload


def _begin() -> ResponseReturnValue | None:
    g.arrived_at = clock.arrive()
    g.is_writing = False
    _refuse_unreadable()
    answer = stand_at_the_door()
    if answer is not None or request.method in SAFE_METHODS or request.endpoint is None:
        return answer
    _refuse_too_many_fields()
    g.session_before = dict(session)
    view: Any = current_app.view_functions[request.endpoint]
    check_key(once=view.is_once)
    if not view.is_late:
        begin_writing()
    return None


def _end(response: Response) -> Response:
    if g.get("is_writing"):
        if response.status_code < 400 or g.get("keeps"):
            if not g.get("keeps"):
                remember_answer(response)
            _commit_or_put_back()
        else:
            db.session.rollback()
    return response


def _commit_or_put_back() -> None:
    """What the cookie says (done; signed out) must not outlive a commit that failed."""
    try:
        commit()
    except Exception:
        session.clear()
        session.update(g.session_before)
        raise


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    if request.method in ("GET", "HEAD") and response.status_code == 200 and not response.is_streamed:
        if "ETag" not in response.headers:
            response.add_etag(weak=True)
        response.make_conditional(request)
    _compress(response)
    return response


def _compress(response: Response) -> None:
    is_text = (response.mimetype or "").startswith("text/") or response.mimetype == "application/json"
    if response.status_code == 304 or response.is_streamed or not is_text or "Content-Encoding" in response.headers:
        return
    response.vary.add("Accept-Encoding")
    response.vary.add("Cookie")
    body = response.get_data()
    if len(body) > 600 and "gzip" in list(request.accept_encodings.values()):
        response.set_data(gzip.compress(body, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"


def _leave(_error: BaseException | None) -> None:
    db.session.rollback()


def carry_requests(app: Flask) -> None:
    """Put every request of the application into one transaction."""
    app.before_request(_begin)
    app.after_request(_finish)  # runs last: Flask calls them in reverse
    app.after_request(_end)
    app.teardown_request(_leave)

"""What was typed into a form whose sign-in was over: carried through signing in again as one hidden field, and sent once more by its person.

Passwords, codes and files are never carried. It only ever leads to a form of ours that demands a sign-in, and that form still demands its own key,
which is bound to the person: nobody else's sign-in can send it.
"""

import json
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from flask import current_app, request, session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from lms.base import accept_next, door_of

FIELD, KEY = "carried", "_key"
NEVER = frozenset({"old", "new", "again", "password"})
CODES_AT = "/account/two-factor"  # there, `code` is one of an authenticator; elsewhere it is that of an agency
MOST_OCTETS, MOST_FIELDS = 800_000, 1900  # below the limits of a request, so that it can be sent again


class Carried(NamedTuple):
    """A form as it was sent: its address, the names and values, its key, the names of its files, and whether secrets were left out."""

    to: str
    fields: list[list[str]]
    key: str
    files: list[str]
    is_bare: bool

    @property
    def text(self) -> str:
        """What the hidden field holds."""
        return json.dumps(self, ensure_ascii=False)


def carried_of_post() -> Carried | None:
    """What the refused POST held; None when it did not come from a page of ours, or is too long to be carried."""
    pairs = [[name, value] for name, value in request.form.items(multi=True) if name != KEY]
    kept = [pair for pair in pairs if not _is_secret(pair[0], request.path)]
    files = sorted({name for name, file in request.files.items(multi=True) if file.filename})
    key = request.form.get(KEY, "")
    carried = Carried(request.full_path.rstrip("?"), kept, key, files, is_bare=len(kept) < len(pairs))
    fits = len(kept) <= MOST_FIELDS and len(quote_plus(carried.text)) <= MOST_OCTETS
    return carried if key and fits and is_from_our_page() and _is_ours(carried.to) else None


def carried_of_form() -> Carried | None:
    """What the sign-in form carries, if it is such a thing."""
    try:
        told: Any = json.loads(request.form.get(FIELD, ""))
        to, fields, key, files, is_bare = told
        carried = Carried(str(to), [[str(name), str(value)] for name, value in fields], str(key), [str(name) for name in files], bool(is_bare))
    except (ValueError, TypeError, RecursionError):
        return None
    is_clean = all(name != KEY and not _is_secret(name, carried.to) for name, _value in carried.fields)
    return carried if is_clean and _is_ours(carried.to) else None


def _is_secret(name: str, address: str) -> bool:
    return name in NEVER or (name == "code" and address.startswith(CODES_AT))


def is_from_our_page() -> bool:
    """Whether the form stood on a page of ours: the browser says so, or has sent our cookie (which other sites' forms do not)."""
    return request.headers.get("Origin") == request.host_url.rstrip("/") or bool(session)


def _is_ours(to: str) -> bool:
    """Whether this is the address of a form that demands a sign-in."""
    if accept_next(to) != to:
        return False
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, _values = adapter.match(to.partition("?")[0], method="POST")  # type: ignore[union-attr]
    except (HTTPException, RequestRedirect):
        return False
    return not door_of(endpoint).is_public

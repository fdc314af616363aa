"""One-time form keys: they prove that a form is ours, and a repeated POST gets the first answer again."""

import hmac
import json
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from flask import Response, abort, current_app, g, request, session
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .db import Base, db, insert_once
from .doors import viewer
from .errors import StaleForm

FIELD, HEADER = "_key", "X-Form-Key"
STEADY = "0.0"
LIFE = timedelta(days=2)
LARGEST_ANSWER = 64_000


class FormPost(Base):
    """A one-time key that was used (with the address and what was typed, hashed), and the answer that it got."""

    __tablename__ = "form_post"
    key: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    location: Mapped[str | None]
    content_type: Mapped[str | None]
    body: Mapped[str | None]


def _owners() -> list[str]:
    """Whom keys of this browser belong to, the first for new ones: the person; a visit, for what was opened before signing in."""
    if not viewer().is_authenticated:
        session.setdefault("visit", secrets.token_urlsafe(12))
    person = [f"person {viewer().person_id}"] if viewer().is_authenticated else []
    return [*person, *([f"visit {session['visit']}"] if "visit" in session else [])]


def _sign(nonce: str, owner: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"form {owner} {nonce}".encode(), sha256).hexdigest()[:32]


def form_key() -> str:
    """A new one-time key for a form of this page."""
    nonce = f"{secrets.token_urlsafe(9)}.{int(clock.now().timestamp()):x}"
    return f"{nonce}.{_sign(nonce, _owners()[0])}"


def steady_key() -> str:
    """A key for forms that may be sent any number of times (sign out, language): the page stays the same, so its ETag does."""
    return f"{STEADY}.{_sign(STEADY, _owners()[0])}"


def is_own_key(sent: str) -> bool:
    """Whether this is a key that was made for whoever looks, and not too long ago."""
    nonce, _, signature = sent.rpartition(".")
    if not nonce or not any(hmac.compare_digest(_sign(nonce, owner).encode(), signature.encode()) for owner in _owners()):
        return False
    return nonce == STEADY or clock.now().timestamp() - int(nonce.rpartition(".")[2], 16) <= LIFE.total_seconds()


def check_key(once: bool) -> None:
    """Raise StaleForm unless the request carries a key of ours; `once` demands one that can be used up."""
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not is_own_key(sent) or (once and sent.startswith(f"{STEADY}.")):
        raise StaleForm
    g.form_key = _used_up(sent) if once else None


def _used_up(sent: str) -> str:
    """What can be used once: this key at this address for what was typed. Back, another text and "send" again is not a repetition."""
    typed = [pair for pair in request.form.items(multi=True) if pair[0] != FIELD]
    return sha256(json.dumps([sent, request.path, typed]).encode()).hexdigest()


def claim_key() -> None:
    """Use the key up within this transaction; a key used before ends the request with its first answer."""
    key = g.get("form_key")
    if not key or insert_once(FormPost, key=key, used_at=clock.now()):
        return
    db.session.expire_all()
    first = db.session.get_one(FormPost, key)
    headers = {"Location": first.location} if first.location else {}
    g.form_key = None
    abort(Response(first.body or "", first.status or 204, headers, content_type=first.content_type))


def release_key() -> None:
    """Give the key back: what was kept is not an answer, and the same form may be sent again."""
    if key := g.get("form_key"):
        db.session.execute(sa.delete(FormPost).where(FormPost.key == key))
        g.form_key = None


def remember_answer(response: Response) -> None:
    """Keep the answer beside the key, in the same transaction."""
    key = g.get("form_key")
    if not key:
        return
    is_secret = response.cache_control.no_store  # a printed slip: not kept readable; who sends it again is led to what it is about
    body = "" if is_secret or response.is_streamed or response.status_code >= 300 else response.get_data(as_text=True)
    answer = {
        "status": 303 if is_secret else response.status_code,
        "location": response.headers.get("Content-Location" if is_secret else "Location"),
        "content_type": response.content_type,
        "body": body if len(body) <= LARGEST_ANSWER else "",
    }
    db.session.execute(sa.update(FormPost).where(FormPost.key == key).values(**answer))


def forget_old_keys() -> None:
    """Delete keys that are too old to be accepted again."""
    db.session.execute(sa.delete(FormPost).where(FormPost.used_at < clock.now() - LIFE - timedelta(days=1)))

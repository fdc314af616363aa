"""Secrets at rest: text sealed with a key that stands outside the database, and fingerprints to compare without opening."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app


def _key(purpose: str) -> bytes:
    """The data key (LMS_DATA_KEY, else LMS_SECRET_KEY), made different for each purpose."""
    secret = str(current_app.config["DATA_KEY"] or current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"seal {purpose}".encode(), sha256).digest()


def seal(text: str, purpose: str) -> str:
    """The text encrypted and authenticated; `purpose` must be the same when it is opened."""
    return Fernet(urlsafe_b64encode(_key(purpose))).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str) -> str | None:
    """The text again; None when it was sealed with another key or changed since."""
    try:
        return Fernet(urlsafe_b64encode(_key(purpose))).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def fingerprint(text: str, purpose: str) -> str:
    """The same for the same text, and of no use without the key: for unique columns and for looking up."""
    return hmac.new(_key(f"fingerprint {purpose}"), text.encode(), sha256).hexdigest()

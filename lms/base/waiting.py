"""What somebody sent and has not confirmed yet: kept beside the file store under a random name for a day; the database knows nothing of it."""

import os
import re
import secrets
import tempfile
from datetime import timedelta
from pathlib import Path

from flask import current_app

from . import clock

LIFE = timedelta(days=1)
TOKEN = re.compile("[a-z]+-[0-9a-f]{32}")
MOST = 3  # of one person; what was sent before is forgotten


def keep_waiting(person_id: int, content: bytes, kind: str) -> str:
    """Keep the content for this person; returns the token under which they, and nobody else, find it again.

    `kind`: what is waiting, in small letters ("archive"); under a token of one kind nothing of another is found.
    """
    folder, token = _folder(), f"{kind}-{secrets.token_hex(16)}"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(content)
    now = clock.now().timestamp()
    os.utime(file.name, (now, now))
    Path(file.name).replace(folder / f"{person_id}-{token}")
    for old in sorted(folder.glob(f"{person_id}-*"), key=_kept_at, reverse=True)[MOST:]:
        old.unlink(missing_ok=True)
    return token


def waiting(person_id: int, token: str, kind: str) -> bytes | None:
    """What the person left under the token; None when it was never there, is of another kind, was confirmed or dropped, or lay too long."""
    if not TOKEN.fullmatch(token) or not token.startswith(f"{kind}-"):
        return None
    path = _folder() / f"{person_id}-{token}"
    try:
        return path.read_bytes() if _is_young(path) else None
    except FileNotFoundError:
        return None


def drop_waiting(person_id: int, token: str) -> None:
    """Forget what lies under the token."""
    if TOKEN.fullmatch(token):
        (_folder() / f"{person_id}-{token}").unlink(missing_ok=True)


def forget_waiting() -> None:
    """Forget all that lay too long, half-written files too."""
    for path in _folder().glob("*"):
        if not _is_young(path):
            path.unlink(missing_ok=True)


def _folder() -> Path:
    folder: Path = current_app.config["FILES"]
    return folder / "waiting"


def _kept_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _is_young(path: Path) -> bool:
    return clock.now().timestamp() - _kept_at(path) <= LIFE.total_seconds()

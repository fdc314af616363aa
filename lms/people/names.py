"""Names and codes as they are kept."""

import re

from lms.base import fold, nfc

_LETTERS = re.compile(r"[^\W\d_]+")


def tidy_name(text: str) -> str:
    """A full name composed, with single spaces; written in capitals only ("NGUYỄN THỊ HÀ"), it gets its usual letters."""
    name = " ".join(nfc(text).split())
    return _LETTERS.sub(lambda found: found[0].capitalize(), name) if name.isupper() else name


def tidy_code(text: str | None) -> str | None:
    """A staff code as it is kept and compared: capitals, no spaces; None for nothing."""
    return "".join(nfc(text or "").upper().split()) or None


def tidy_username(text: str) -> str:
    """A user name as it is kept and compared: no accents, small letters, no spaces."""
    return "".join(fold(nfc(text)).split())


def search_text(full_name: str, staff_code: str | None) -> str:
    """What a search in staff lists looks through."""
    return fold(f"{full_name} {staff_code or ''}")

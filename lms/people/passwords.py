"""Passwords: the only file that knows Argon2id. It is slow on purpose, so it never runs inside a writing transaction."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms.base import Refused, fold, nfc
from lms.base import gettext as _

from .syllables import SYLLABLES

SHORTEST, LONGEST = 14, 200
FEWEST_CHARACTERS = 6
UNUSABLE = "!"
TOO_COMMON = (
    "12345678901234",
    "0123456789",
    "1234567890",
    "abcdefghijklmn",
    "qwertyuiop",
    "matkhaumatkhau",
    "matkhau123456",
    "matkhaucuatoi",
    "passwordpassword",
    "password123456",
    "quantrihethong",
    "hocmoingay2026",
    "canbocongchuc",
    "uybannhandan",
    "congvanden",
    "vietnamvietnam",
    "emyeuanhnhieulam",
    "iloveyouiloveyou",
)
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_password(text: str) -> str:
    """The Argon2id hash of a password, however the keyboard composed its accents. Takes about 50 ms: call it before `begin_writing()`."""
    return _hasher.hash(nfc(text))


@cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_urlsafe(24))


def is_right_password(password_hash: str | None, text: str) -> bool:
    """Whether the password is the hashed one. Takes the same time where there is no hash (None: nobody of that name)."""
    try:
        is_right = _hasher.verify(password_hash if password_hash and password_hash != UNUSABLE else _nobodys_hash(), nfc(text))
    except (VerificationError, InvalidHashError):
        return False
    return is_right and password_hash not in (None, UNUSABLE)


def new_slip_password() -> str:
    """A password to print: four short words without accents and two digits, easy to type (about 40 bits, for 14 days and with growing waits)."""
    words = [secrets.choice(SYLLABLES) for _word in range(4)]
    return "-".join([*words, secrets.choice("23456789") + secrets.choice("23456789")])


def refuse_weak(text: str, *own_words: str | None) -> None:
    """Raise Refused with the reason unless the new password is good; `own_words`: user name, staff code, full name."""
    if len(nfc(text)) < SHORTEST:
        raise Refused(_("Mật khẩu cần ít nhất %(n)s ký tự. Một câu ngắn chỉ mình biết là dễ nhớ nhất.", n=SHORTEST), "new")
    bare = "".join(fold(text).split())
    if len(set(bare)) < FEWEST_CHARACTERS:
        raise Refused(_("Mật khẩu lặp lại quá ít ký tự khác nhau. Anh/Chị chọn câu khác."), "new")
    if any(common in bare for common in TOO_COMMON):
        raise Refused(_("Mật khẩu này quá phổ biến nên dễ bị đoán. Anh/Chị chọn câu khác."), "new")
    for word in own_words:
        own = "".join(fold(word or "").split())
        if len(own) > 3 and (bare == own or (own in bare and len(bare) - len(own) < FEWEST_CHARACTERS)):
            raise Refused(_("Mật khẩu gần giống tên hoặc mã của Anh/Chị nên dễ bị đoán. Anh/Chị chọn câu khác."), "new")

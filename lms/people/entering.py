"""Trying a password: read and verified first (slow), counted and decided afterwards in one short transaction. And trying a code."""

from typing import NamedTuple

from lms.base import Refused, clock
from lms.base import gettext as _

from .passwords import LONGEST, hash_password, is_right_password, refuse_weak
from .queries import account_named, own_hash
from .sessions import is_in
from .two_factor import is_right_code
from .viewer import Viewer, Waiting
from .waits import account_key, address_key, claim_turn, code_key, count_failure, count_success, wait_of


class TooSoon(Refused):
    """After many wrong passwords (or codes) one must wait; `seconds` says how long."""

    def __init__(self, seconds: int, is_code: bool = False) -> None:
        wait = _("%(n)s giây", n=seconds) if seconds <= 90 else _("%(n)s phút", n=-(-seconds // 60))
        if is_code:
            super().__init__(_("Mã đã bị nhập sai nhiều lần. Anh/Chị đợi %(wait)s rồi thử lại.", wait=wait))
        else:
            super().__init__(_("Mật khẩu đã bị nhập sai nhiều lần. Anh/Chị đợi %(wait)s rồi thử lại.", wait=wait))
        self.seconds = seconds


class WrongPassword(Refused):
    """The password (or code) was wrong; it has been counted, so the transaction must be kept."""


class Try(NamedTuple):
    """A password that was tried: whose it would be, what is counted, and whether it was right."""

    person_id: int | None
    keys: tuple[str, ...]
    is_right: bool
    is_code: bool = False


def try_sign_in(typed: str, password: str, address: str) -> Try:
    """Try a user name or staff code with a password. Takes the same time whoever exists; raises TooSoon while one must wait."""
    account = account_named(typed)
    keys = (account_key(account.person_id if account else None, typed), address_key(address))
    if seconds := wait_of(*keys):
        raise TooSoon(seconds)
    is_right = len(password) <= LONGEST and is_right_password(account.password_hash if account else None, password)
    is_usable = account is not None and account.suspended_at is None and not _is_stale(account)
    return Try(account.person_id if account else None, keys, is_right and is_usable)


def _is_stale(account: object) -> bool:
    expires = getattr(account, "slip_expires_at", None)
    return expires is not None and bool(expires <= clock.now())


def try_own(viewer: Viewer, password: str) -> Try:
    """Try the viewer's own present password, before it is changed."""
    key = f"own {viewer.person_id}"
    if seconds := wait_of(key):
        raise TooSoon(seconds)
    return Try(viewer.person_id, (key,), len(password) <= LONGEST and is_right_password(own_hash(viewer.person_id), password))


def try_code(waiting: Waiting, typed: str, address: str) -> Try:
    """Try a code of the second factor, within the writing transaction: a right one is used up. Repeated by the same browser it stays right."""
    is_right = is_right_code(waiting.person_id, typed) or is_in(waiting.session_id)
    return Try(waiting.person_id, (code_key(waiting.person_id), address_key(address)), is_right, is_code=True)


def settle(attempt: Try, sentence: str, field: str | None = None) -> None:
    """Count the try, within the writing transaction: raises TooSoon or WrongPassword(sentence), or lets it pass."""
    if seconds := claim_turn(*attempt.keys):
        raise TooSoon(seconds, attempt.is_code)
    if not attempt.is_right:
        for key in attempt.keys:
            count_failure(key)
        raise WrongPassword(sentence, field)
    count_success(*attempt.keys)


class Chosen(NamedTuple):
    """The hash of a new password, and that of the one it replaces."""

    new_hash: str
    old_hash: str


def choose_password(viewer: Viewer, new: str, again: str) -> Chosen:
    """Look at a new password that was typed twice, and hash it (slow). Refused when it is weak, unequal, or the old one."""
    refuse_weak(new, viewer.username, viewer.staff_code, viewer.name)
    if new != again:
        raise Refused(_("Hai lần nhập chưa giống nhau. Anh/Chị nhập lại."), "again")
    old_hash = own_hash(viewer.person_id)
    if is_right_password(old_hash, new):
        raise Refused(_("Mật khẩu mới phải khác mật khẩu đang dùng."), "new")
    return Chosen(hash_password(new), old_hash)

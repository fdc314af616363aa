"""Changes of accounts. A hash is made before the transaction begins (it is slow) and handed in."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db
from lms.base import gettext as _
from lms.site import record

from .models import Account, Membership
from .queries import has_left, is_administered
from .roles import refuse_last_administrator
from .sessions import end_sessions
from .waits import account_key, forget_failures

SLIP_LIFE = timedelta(days=14)


def set_password(actor: Any, person_id: int, password_hash: str, *, old_hash: str | None = None, keep_session: int | None = None) -> None:
    """A password that the person chose; ends all their sessions but one. With `old_hash`: only while that one still holds."""
    values = {"password_hash": password_hash, "password_at": clock.now(), "must_change": False, "slip_expires_at": None}
    theirs = sa.update(Account).where(Account.person_id == person_id)
    if old_hash is not None:
        theirs = theirs.where(Account.password_hash == old_hash)
    if not db.session.execute(theirs.values(**values)).rowcount:  # type: ignore[attr-defined]
        raise Refused(_("Mật khẩu vừa được đổi ở nơi khác. Anh/Chị đăng nhập lại."))
    end_sessions(person_id, but=keep_session)
    record(actor, "change-password", "person", person_id, agency_id=main_agency_id(person_id))


def issue_slip(actor: Any, person_id: int, password_hash: str) -> None:
    """An issued password, valid for 14 days and to be changed at the first sign-in; ends all sessions and all waiting."""
    refuse_unadministered(actor, person_id)
    now = clock.now()
    values = {"password_hash": password_hash, "password_at": now, "must_change": True, "slip_expires_at": now + SLIP_LIFE}
    active = sa.update(Account).where(Account.person_id == person_id, Account.suspended_at.is_(None))
    if not db.session.execute(active.values(**values)).rowcount:  # type: ignore[attr-defined]
        raise Refused(_("Tài khoản đang bị khóa. Anh/Chị mở khóa trước khi đặt lại mật khẩu."))
    end_sessions(person_id)
    forget_failures(account_key(person_id, ""))
    record(actor, "reset-password", "person", person_id, agency_id=main_agency_id(person_id))


def suspend_account(actor: Any, person_id: int, why: str | None = None) -> None:
    """The person cannot sign in until restored; what they are signed in to ends at the next request. `why`: a sentence, kept and shown."""
    if actor is not None and actor.person_id == person_id:
        raise Refused(_("Anh/Chị không thể tự khóa tài khoản của mình. Nếu cần, nhờ quản trị khác khóa giúp."))
    refuse_unadministered(actor, person_id)
    refuse_last_administrator(person_id)
    active = sa.update(Account).where(Account.person_id == person_id, Account.suspended_at.is_(None))
    if db.session.execute(active.values(suspended_at=clock.now(), suspended_why=why)).rowcount:  # type: ignore[attr-defined]
        end_sessions(person_id)
        record(actor, "suspend", "person", person_id, agency_id=main_agency_id(person_id), **({"why": why} if why else {}))


def restore_account(actor: Any, person_id: int) -> None:
    """The person may sign in again, with the password of before. Refused for whoever has left service: first they return to work."""
    refuse_unadministered(actor, person_id)
    if has_left(person_id, clock.today()):
        raise Refused(_("Người này đã thôi công tác. Anh/Chị ghi trở lại làm việc trước khi mở khóa tài khoản."))
    suspended = sa.update(Account).where(Account.person_id == person_id, Account.suspended_at.is_not(None))
    if db.session.execute(suspended.values(suspended_at=None, suspended_why=None)).rowcount:  # type: ignore[attr-defined]
        record(actor, "restore", "person", person_id, agency_id=main_agency_id(person_id))


def refuse_unadministered(actor: Any, person_id: int) -> None:
    """Raise Refused unless the actor (None: the system) may change this person's account."""
    if actor is not None and not is_administered(actor, person_id):
        raise Refused(_("Người này thuộc đơn vị khác hoặc giữ vai trò ở cấp trên, nên quản trị cấp trên mới đổi được."))


def main_agency_id(person_id: int) -> int | None:
    """The agency of the latest main membership, for the audit trail."""
    theirs = sa.select(Membership.agency_id).where(Membership.person_id == person_id, Membership.is_main)
    return db.session.scalar(theirs.order_by(Membership.from_on.desc()).limit(1))

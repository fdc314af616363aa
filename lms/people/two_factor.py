"""The second factor: an authenticator app (TOTP, RFC 6238: 6 digits, a new code every 30 seconds) and recovery codes for when it is lost.

The only file that knows pyotp. A code counts once: its time step is kept, and one conditional UPDATE decides between two who show it at once.
"""

import hmac
import re
import secrets
from typing import Any, NamedTuple
from urllib.parse import quote

import pyotp
import sqlalchemy as sa
from flask import current_app

from lms.base import ADMINISTRATOR, Refused, clock, db, fingerprint, insert_once, qr_svg, seal, unseal
from lms.base import gettext as _
from lms.site import record

from .accounts import main_agency_id, refuse_unadministered
from .models import RecoveryCode, SecondFactor
from .sessions import end_sessions, pass_second
from .waits import code_key, forget_failures

PURPOSE = "second factor"
DIGITS, STEP_SECONDS, WINDOW = 6, 30, 1
CODES, CODE_LETTERS, CODE_LENGTH = 10, "23456789abcdefghjkmnpqrstuvwxyz", 10  # about 50 bits each; no letter looks like another


class Factor(NamedTuple):
    """What a page may show of somebody's second factor: nothing secret."""

    is_begun: bool
    confirmed_at: Any
    codes_left: int


class Setup(NamedTuple):
    """What the set-up page shows: the QR code as the address of a picture, and the secret in groups of four for typing."""

    picture: str
    secret: str


def factor_of(person_id: int) -> Factor:
    """The state of the person's second factor."""
    unused = sa.select(sa.func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)).scalar_subquery()
    row = db.session.execute(sa.select(SecondFactor.confirmed_at, unused.label("codes_left")).where(SecondFactor.person_id == person_id)).first()
    return Factor(row is not None, row.confirmed_at if row else None, row.codes_left if row else 0)


def has_factor(person_id: int) -> bool:
    """Whether the person signs in with a second factor."""
    confirmed = sa.select(SecondFactor.person_id).where(SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None))
    return db.session.scalar(confirmed) is not None


def begin_factor(actor: Any) -> None:
    """Make a secret for the actor's app. One that waits for its first code stays as it is: it may have been scanned already."""
    secret = seal(pyotp.random_base32(), PURPOSE)
    insert_once(SecondFactor, person_id=actor.person_id, secret_sealed=secret, created_at=clock.now(), confirmed_at=None, last_step=0)
    if not _secret_of(actor.person_id):  # sealed with a key that is no longer ours
        waiting = sa.and_(SecondFactor.person_id == actor.person_id, SecondFactor.confirmed_at.is_(None))
        db.session.execute(sa.update(SecondFactor).where(waiting).values(secret_sealed=secret))


def setup_of(actor: Any) -> Setup | None:
    """What the actor scans or types into the app; None before `begin_factor` and after the first code."""
    row = db.session.execute(
        sa.select(SecondFactor.secret_sealed, SecondFactor.confirmed_at).where(SecondFactor.person_id == actor.person_id)
    ).first()
    secret = unseal(row.secret_sealed, PURPOSE) if row and row.confirmed_at is None else None
    if not secret:
        return None
    address = pyotp.TOTP(secret).provisioning_uri(name=actor.username, issuer_name=str(current_app.config["SITE_NAME"]))
    return Setup(f"data:image/svg+xml,{quote(qr_svg(address))}", " ".join(re.findall("....", secret)))


def confirm_factor(actor: Any, typed: str) -> list[str]:
    """The first code: from now on the actor signs in with codes. Answers the recovery codes, to be shown once."""
    waiting = sa.and_(SecondFactor.person_id == actor.person_id, SecondFactor.confirmed_at.is_(None))
    if not _hold(actor.person_id, waiting):
        raise Refused(_("Xác thực hai lớp đã được bật rồi, hoặc chưa được bắt đầu. Anh/Chị tải lại trang."))
    step = _step_of(actor.person_id, typed, after=0)
    if step is None:
        raise Refused(_("Mã chưa đúng. Anh/Chị đợi mã mới trên điện thoại rồi nhập lại; nếu vẫn sai, kiểm tra giờ của điện thoại."), "code")
    db.session.execute(sa.update(SecondFactor).where(waiting).values(confirmed_at=clock.now(), last_step=step))
    pass_second(actor.person_id, actor.session_id)
    record(actor, "set-up-second-factor", "person", actor.person_id, agency_id=actor.agency_id)
    return _new_codes(actor.person_id)


def _hold(person_id: int, condition: Any) -> bool:
    """Whether there is a row of this person that fulfils the condition; holds it until the end of the transaction."""
    row = sa.select(SecondFactor.person_id).where(SecondFactor.person_id == person_id, condition).with_for_update()
    return db.session.scalar(row) is not None


def is_right_code(person_id: int, typed: str) -> bool:
    """Whether this is a code of the person's app or a recovery code that has not been used; it is used up by the question."""
    tidy = _tidy(typed)
    if len(tidy) == DIGITS and tidy.isdigit():
        return _use_app_code(person_id, tidy)
    mine = sa.and_(RecoveryCode.person_id == person_id, RecoveryCode.code_hash == _code_hash(person_id, tidy), RecoveryCode.used_at.is_(None))
    used = db.session.execute(sa.update(RecoveryCode).where(mine).values(used_at=clock.now())).rowcount  # type: ignore[attr-defined]
    if used:
        record(None, "use-recovery-code", "person", person_id, agency_id=main_agency_id(person_id))
    return bool(used)


def _use_app_code(person_id: int, typed: str) -> bool:
    step = _step_of(person_id, typed)
    if step is None:
        return False
    fresh = sa.and_(SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None), SecondFactor.last_step < step)
    return bool(db.session.execute(sa.update(SecondFactor).where(fresh).values(last_step=step)).rowcount)  # type: ignore[attr-defined]


def _step_of(person_id: int, typed: str, after: int | None = None) -> int | None:
    """The time step whose code this is: now, the one before or the one after, and later than any used (`after`)."""
    last = db.session.scalar(sa.select(SecondFactor.last_step).where(SecondFactor.person_id == person_id)) if after is None else after
    secret, now = _secret_of(person_id), int(clock.now().timestamp()) // STEP_SECONDS
    if not secret:
        return None
    app, tidy = pyotp.TOTP(secret), _tidy(typed)
    steps = [step for step in range(now - WINDOW, now + WINDOW + 1) if step > (last or 0)]
    return next((step for step in steps if hmac.compare_digest(app.generate_otp(step).encode(), tidy.encode())), None)


def _secret_of(person_id: int) -> str | None:
    sealed = db.session.scalar(sa.select(SecondFactor.secret_sealed).where(SecondFactor.person_id == person_id))
    return unseal(sealed, PURPOSE) if sealed else None


def _tidy(typed: str) -> str:
    return re.sub(r"[^0-9a-z]", "", typed.casefold())


def _code_hash(person_id: int, tidy: str) -> str:
    return fingerprint(f"{person_id} {tidy}", "recovery code")


def make_codes(actor: Any) -> list[str]:
    """New recovery codes instead of the old ones, to be shown once."""
    if not has_factor(actor.person_id):
        raise Refused(_("Anh/Chị bật xác thực hai lớp trước khi tạo mã khôi phục."))
    record(actor, "make-recovery-codes", "person", actor.person_id, agency_id=actor.agency_id)
    return _new_codes(actor.person_id)


def _new_codes(person_id: int) -> list[str]:
    _hold(person_id, sa.true())
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = ["".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH)) for _code in range(CODES)]
    db.session.execute(sa.insert(RecoveryCode), [{"person_id": person_id, "code_hash": _code_hash(person_id, code)} for code in codes])
    return [f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}" for code in codes]


def must_keep_factor(actor: Any) -> bool:
    """Whether the actor holds a role that may not sign in without a second factor."""
    return actor.holds(ADMINISTRATOR) and current_app.config["TWO_FACTOR"] == "required"


def remove_factor(actor: Any) -> None:
    """The actor signs in with the password alone from now on."""
    if must_keep_factor(actor):
        raise Refused(_("Người quản trị phải dùng xác thực hai lớp, nên không tắt được."))
    if _forget(actor.person_id):
        record(actor, "remove-second-factor", "person", actor.person_id, agency_id=actor.agency_id)


def reset_factor(actor: Any, person_id: int) -> None:
    """At the desk, for somebody who has lost phone and codes: removes the factor and ends their sessions. Actor None: the operator."""
    if actor is not None and actor.person_id == person_id:
        raise Refused(_("Xác thực hai lớp của chính mình thì Anh/Chị đổi ở trang Tài khoản của tôi."))
    refuse_unadministered(actor, person_id)
    if not _forget(person_id):
        raise Refused(_("Người này chưa bật xác thực hai lớp."))
    end_sessions(person_id)
    forget_failures(code_key(person_id))
    record(actor, "reset-second-factor", "person", person_id, agency_id=main_agency_id(person_id))


def _forget(person_id: int) -> bool:
    """Delete factor and codes; says whether there was a confirmed one."""
    _hold(person_id, sa.true())
    was_on = has_factor(person_id)
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    db.session.execute(sa.delete(SecondFactor).where(SecondFactor.person_id == person_id))
    return was_on

"""Sign-in and sign-out, the first visit, and one's own account."""

import secrets

from flask import Response, current_app, flash, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from lms.base import ANYONE, SIGNED_IN, Refused, accept_next, begin_writing, keep_although_refused, page, viewer, wants_json
from lms.base import gettext as _

from .. import accounts, entering, privacy, queries
from ..forms.entry import PasswordForm, SignInForm, WelcomeForm
from .room import room

FIRST_VISIT = ("people.welcome", "people.sign_out")


@room.before_app_request
def first_things_first() -> ResponseReturnValue | None:
    """Whoever has an issued password, or has not read the privacy notice, is led there before any page that is not public."""
    if request.endpoint is None or request.endpoint in FIRST_VISIT or getattr(current_app.view_functions[request.endpoint], "door").is_public:
        return None
    if not (viewer().must_change or viewer().needs_privacy):
        return None
    if wants_json():
        raise Forbidden
    return redirect(url_for("people.welcome", next=request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None))


@room.route("/sign-in", to=ANYONE, once=False, late=True, methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    target = accept_next(request.values.get("next"))
    if viewer().is_authenticated:
        return redirect(target)
    form, status = SignInForm.of_request(), 422 if request.method == "POST" else 200
    if form.is_sent():
        try:
            return _enter(form, target)
        except entering.TooSoon as refused:
            form.refuse(refused)
            return *page("people/sign-in.html", 429, form=form, target=target), {"Retry-After": str(refused.seconds)}
        except entering.WrongPassword as refused:
            form.refuse(refused)
            keep_although_refused()
    return page("people/sign-in.html", status, form=form, target=target)


def _enter(form: SignInForm, target: str) -> Response:
    attempt = entering.try_sign_in(form.username.data, form.password.data, request.remote_addr or "")
    begin_writing()
    entering.settle(attempt, _("Tên đăng nhập hoặc mật khẩu không đúng. Nếu quên mật khẩu, Anh/Chị gọi người hỗ trợ."))
    assert attempt.person_id is not None
    _start_visit(accounts.open_session(attempt.person_id))
    return make_response(redirect(target))


def _start_visit(cookie: str | None) -> None:
    """A new visit keeps nothing of the one before but the language."""
    language = session.get("language")
    is_permanent = session.permanent
    session.clear()
    session["visit"] = secrets.token_urlsafe(12)
    if language:
        session["language"] = language
        session.permanent = is_permanent
    if cookie:
        session["_user_id"] = cookie


@room.route("/sign-out", to=SIGNED_IN, once=False, methods=["POST"])
def sign_out() -> ResponseReturnValue:
    accounts.end_session(viewer(), viewer().session_id)
    _start_visit(None)
    return redirect("/")


@room.route("/welcome", to=SIGNED_IN, late=True, methods=["GET", "POST"])
def welcome() -> ResponseReturnValue:
    """What is recorded and who sees it; and a password of one's own instead of the issued one."""
    who, target = viewer(), accept_next(request.values.get("next"))
    if not (who.must_change or who.needs_privacy):
        return redirect(target)
    form = WelcomeForm.of_request()
    if form.is_sent():
        try:
            chosen = entering.choose_password(who, form.new.data or "", form.again.data or "") if who.must_change else None
            begin_writing()
            privacy.agree_to_privacy(who.person_id)
            if chosen:
                accounts.set_password(who, who.person_id, chosen.new_hash, old_hash=chosen.old_hash, keep_session=who.session_id)
            return redirect(target)
        except Refused as refused:
            form.refuse(refused)
    return page("people/welcome.html", 422 if request.method == "POST" else 200, form=form, who=who, target=target)


@room.route("/account", to=SIGNED_IN)
def account() -> ResponseReturnValue:
    return _account_page(PasswordForm.of_request(), 200)


def _account_page(form: PasswordForm, status: int) -> tuple[str, int]:
    who = viewer()
    words = {"kinds": queries.staff_kind_words(), "states": queries.state_words(), "role_names": queries.role_words()}
    facts = {"me": queries.my_data(who), "memberships": queries.memberships_of(who.person_id), "places": queries.my_sessions(who)}
    roles = sorted({role for role, _agency_id in who.roles} | {"learner"})
    return page("people/account.html", status, form=form, roles=roles, **words, **facts)


@room.route("/account/password", to=SIGNED_IN, late=True, methods=["POST"])
def change_password() -> ResponseReturnValue:
    form, status = PasswordForm.of_request(), 422
    if form.is_sent():
        try:
            return _change_password(form)
        except Refused as refused:
            form.refuse(refused)
            if isinstance(refused, entering.WrongPassword):
                keep_although_refused()
            status = 429 if isinstance(refused, entering.TooSoon) else 422
    return _account_page(form, status)


def _change_password(form: PasswordForm) -> ResponseReturnValue:
    who = viewer()
    attempt = entering.try_own(who, form.old.data)
    chosen = entering.choose_password(who, form.new.data or "", form.again.data or "") if attempt.is_right else None
    begin_writing()
    entering.settle(attempt, _("Mật khẩu đang dùng chưa đúng."), "old")
    assert chosen is not None
    accounts.set_password(who, who.person_id, chosen.new_hash, old_hash=chosen.old_hash, keep_session=who.session_id)
    flash(_("Đã đổi mật khẩu. Những nơi khác đang đăng nhập bằng tài khoản này đã được đăng xuất."))
    return redirect(url_for("people.account"))


@room.route("/account/sign-out-everywhere", to=SIGNED_IN, methods=["POST"])
def sign_out_everywhere() -> ResponseReturnValue:
    accounts.sign_out_everywhere(viewer())
    _start_visit(None)
    return redirect(url_for("people.sign_in"))

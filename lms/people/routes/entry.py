"""Sign-in with password and second factor, sign-out, and the first visit."""

import secrets

from flask import Response, current_app, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response as Answer
from werkzeug.exceptions import Forbidden, HTTPException, Unauthorized

from lms.base import (
    ANYONE,
    SIGNED_IN,
    Refused,
    StaleForm,
    accept_next,
    begin_writing,
    error_answer,
    is_own_key,
    keep_although_refused,
    look_again,
    page,
    viewer,
    wants_json,
)
from lms.base import gettext as _

from .. import accounts, entering, lasting, privacy, sessions, two_factor
from ..forms.entry import CodeForm, SignInForm, WelcomeForm
from ..viewer import Waiting, waiting_person
from .carrying import Carried, carried_of_form, carried_of_post
from .room import room

FIRST_VISIT = ("people.welcome",)
SETTING_UP = ("people.second_factor", "people.begin_factor", "people.confirm_factor")
COOKIE = "_user_id"


@room.before_app_request
def first_things_first() -> ResponseReturnValue | None:
    """Whoever has an issued password, has not read the privacy notice or lacks a second factor is led there before any page that is not public."""
    if request.endpoint is None or getattr(current_app.view_functions[request.endpoint], "door").is_public or not viewer().is_led:
        return None
    is_first = viewer().must_change or viewer().needs_privacy
    if request.endpoint in (FIRST_VISIT if is_first else SETTING_UP):
        return None
    if wants_json():
        raise Forbidden
    target = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
    return redirect(url_for("people.welcome" if is_first else "people.second_factor", next=target))


@room.after_app_request
def note_use(answer: Answer) -> Answer:
    """Whoever is signed in is at work: the cookie says so, changed once a minute at most."""
    if lasting.is_in_use() and COOKIE in session:
        lasting.mark_used()
    return answer


@room.app_errorhandler(Unauthorized)
def ask_to_sign_in(error: Unauthorized) -> ResponseReturnValue:
    """The sign-in of whoever sent a form is over: they sign in here, and what was typed waits for them."""
    if wants_json() or request.method != "POST":
        return error_answer(error)
    try:
        carried = carried_of_post()
    except HTTPException as refused:
        return error_answer(refused)
    return _sign_in_page(SignInForm(None), "/", carried, 401) if carried else error_answer(error)


@room.app_errorhandler(StaleForm)
def already_in(error: StaleForm) -> ResponseReturnValue:
    """A sign-in form that was sent after signing in elsewhere in this browser: what it carries is shown all the same."""
    is_entry = request.endpoint in ("people.sign_in", "people.code")
    carried = carried_of_form() if is_entry and viewer().is_authenticated else None
    return _resend_page(carried) if carried else error_answer(error)


@room.route("/sign-in", to=ANYONE, once=False, late=True, methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    target, carried = accept_next(request.values.get("next")), carried_of_form()
    if viewer().is_authenticated:
        return _arrive(target, carried)
    if request.method != "POST" and waiting_person():
        return redirect(url_for("people.code", next=target))
    form = SignInForm.of_request()
    if form.is_sent():
        try:
            return _enter(form, target, carried)
        except entering.TooSoon as refused:
            form.refuse(refused)
            answer = _sign_in_page(form, target, carried, 429)
            answer.headers["Retry-After"] = str(refused.seconds)
            return answer
        except entering.WrongPassword as refused:
            form.refuse(refused)
            keep_although_refused()
    return _sign_in_page(form, target, carried, 422 if request.method == "POST" else 200)


def _sign_in_page(form: SignInForm, target: str, carried: Carried | None, status: int) -> Response:
    return _with(carried, page("people/sign-in.html", status, form=form, target=target, carried=carried))


def _with(carried: Carried | None, answer: ResponseReturnValue) -> Response:
    """The page as an answer; one that holds what somebody typed is not kept by the browser."""
    response: Response = make_response(answer)
    if carried:
        response.headers["Cache-Control"] = "no-store"
    return response


def _enter(form: SignInForm, target: str, carried: Carried | None) -> ResponseReturnValue:
    attempt = entering.try_sign_in(form.username.data, form.password.data, request.remote_addr or "")
    begin_writing()
    entering.settle(attempt, _("Tên đăng nhập hoặc mật khẩu không đúng. Nếu quên mật khẩu, Anh/Chị gọi người hỗ trợ."))
    assert attempt.person_id is not None
    sessions.leave_session(session.get(COOKIE))
    needs_code = two_factor.has_factor(attempt.person_id)
    start_visit(sessions.open_session(attempt.person_id, is_in=not needs_code))
    if not needs_code:
        return _arrive(target, carried)
    if carried:
        return _code_page(CodeForm(None), target, carried, 200)
    return redirect(url_for("people.code", next=target if target != "/" else None))


def start_visit(cookie: str | None) -> None:
    """A new visit keeps nothing of the one before but the language; `cookie`: the sign-in that begins with it."""
    language = session.get("language")
    is_permanent = session.permanent
    session.clear()
    session["visit"] = secrets.token_urlsafe(12)
    if language:
        session["language"] = language
        session.permanent = is_permanent
    if cookie:
        session[COOKIE] = cookie
        lasting.mark_used()


def _arrive(target: str, carried: Carried | None) -> ResponseReturnValue:
    """Where somebody who has just signed in goes."""
    if carried is None:
        return redirect(target)
    look_again()
    return _resend_page(carried)


def _resend_page(carried: Carried) -> Response:
    return _with(carried, page("people/resend.html", carried=carried, is_own=is_own_key(carried.key)))


@room.route("/sign-in/code", to=ANYONE, once=False, late=True, methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """The second factor, after the right password."""
    target, carried = accept_next(request.values.get("next")), carried_of_form()
    if viewer().is_authenticated:
        return _arrive(target, carried)
    waiting = waiting_person()
    if waiting is None:
        return _sign_in_page(SignInForm(None), target, carried, 401) if carried else redirect(url_for("people.sign_in", next=target))
    form = CodeForm.of_request()
    if form.is_sent():
        try:
            return _pass(waiting, form, target, carried)
        except entering.TooSoon as refused:
            form.refuse(refused)
            answer = _code_page(form, target, carried, 429)
            answer.headers["Retry-After"] = str(refused.seconds)
            return answer
        except entering.WrongPassword as refused:
            form.refuse(refused)
            keep_although_refused()
    return _code_page(form, target, carried, 422 if request.method == "POST" else 200)


def _code_page(form: CodeForm, target: str, carried: Carried | None, status: int) -> Response:
    return _with(carried, page("people/code.html", status, form=form, target=target, carried=carried))


def _pass(waiting: Waiting, form: CodeForm, target: str, carried: Carried | None) -> ResponseReturnValue:
    begin_writing()
    attempt = entering.try_code(waiting, form.typed, request.remote_addr or "")
    entering.settle(attempt, _("Mã không đúng, đã dùng rồi hoặc đã hết hạn. Anh/Chị đợi mã mới trên điện thoại rồi nhập lại."))
    sessions.pass_second(waiting.person_id, waiting.session_id)
    lasting.mark_used()
    return _arrive(target, carried)


@room.route("/sign-out", to=ANYONE, once=False, methods=["POST"])
def sign_out() -> ResponseReturnValue:
    """Whoever is signed in, or waits for the code, leaves."""
    sessions.leave_session(session.get(COOKIE))
    start_visit(None)
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

"""One's own account: what is known of me, my password, where I am signed in, and my second factor."""

from collections.abc import Callable

from flask import Response, abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import SIGNED_IN, Refused, accept_next, begin_writing, keep_although_refused, page, viewer
from lms.base import gettext as _

from .. import accounts, entering, queries, sessions, two_factor
from ..forms.entry import FirstCodeForm, OwnPasswordForm, PasswordForm
from ..powers import allowed_words, powers_of
from .entry import start_visit
from .room import room


@room.route("/account", to=SIGNED_IN)
def account() -> ResponseReturnValue:
    return _account_page(PasswordForm.of_request(), 200)


def _account_page(form: PasswordForm, status: int) -> tuple[str, int]:
    who = viewer()
    words = {"kinds": queries.staff_kind_words(), "states": queries.state_words()}
    facts = {"me": queries.my_data(who), "memberships": queries.memberships_of(who.person_id), "places": sessions.my_places(who)}
    held = {"powers": powers_of(who, who.person_id), "learner": allowed_words()["learner"], "reasons": queries.reason_words()}
    return page("people/account.html", status, form=form, **words, **facts, **held)


@room.route("/account/password", to=SIGNED_IN, late=True, methods=["POST"])
def change_password() -> ResponseReturnValue:
    form = PasswordForm.of_request()
    return _with_own_password(form, lambda: _change_password(form), lambda status: _account_page(form, status))


def _with_own_password(form: PasswordForm | OwnPasswordForm, act: Callable[[], Response], again: Callable[[int], ResponseReturnValue]) -> Response:
    """Act, or show the page again (with this status) with the sentence that says why not."""
    status = 422
    if form.is_sent():
        try:
            return act()
        except Refused as refused:
            form.refuse(refused)
            if isinstance(refused, entering.WrongPassword):
                keep_although_refused()
            status = 429 if isinstance(refused, entering.TooSoon) else 422
    return make_response(again(status))


def _change_password(form: PasswordForm) -> Response:
    who = viewer()
    attempt = entering.try_own(who, form.old.data)
    chosen = entering.choose_password(who, form.new.data or "", form.again.data or "") if attempt.is_right else None
    begin_writing()
    entering.settle(attempt, _("Mật khẩu đang dùng chưa đúng."), "old")
    assert chosen is not None
    accounts.set_password(who, who.person_id, chosen.new_hash, old_hash=chosen.old_hash, keep_session=who.session_id)
    flash(_("Đã đổi mật khẩu. Những nơi khác đang đăng nhập bằng tài khoản này đã được đăng xuất."))
    return make_response(redirect(url_for("people.account")))


@room.route("/account/sessions/<int:id>/end", to=SIGNED_IN, methods=["POST"])
def end_session(id: int) -> ResponseReturnValue:
    if not sessions.end_session(viewer(), id):
        abort(404)
    if id == viewer().session_id:
        start_visit(None)
        return redirect(url_for("people.sign_in"))
    flash(_("Đã đăng xuất ở nơi đó."))
    return redirect(url_for("people.account"))


@room.route("/account/sign-out-everywhere", to=SIGNED_IN, methods=["POST"])
def sign_out_everywhere() -> ResponseReturnValue:
    sessions.sign_out_everywhere(viewer())
    start_visit(None)
    return redirect(url_for("people.sign_in"))


@room.route("/account/two-factor", to=SIGNED_IN)
def second_factor() -> ResponseReturnValue:
    """The second factor: what it is, setting it up, and what can be changed afterwards."""
    return _factor_page(FirstCodeForm.of_request(), OwnPasswordForm.of_request(), 200)


def _factor_page(code_form: FirstCodeForm, form: OwnPasswordForm, status: int) -> ResponseReturnValue:
    who, target = viewer(), accept_next(request.values.get("next"))
    factor = two_factor.factor_of(who.person_id)
    setup = two_factor.setup_of(who) if factor.is_begun and not factor.confirmed_at else None
    facts = {"factor": factor, "setup": setup, "must_keep": two_factor.must_keep_factor(who), "who": who, "target": target}
    answer = make_response(page("people/second-factor.html", status, code_form=code_form, form=form, **facts))
    answer.headers["Cache-Control"] = "no-store"  # the secret stands on it
    return answer


@room.route("/account/two-factor/begin", to=SIGNED_IN, methods=["POST"])
def begin_factor() -> ResponseReturnValue:
    two_factor.begin_factor(viewer())
    target = accept_next(request.form.get("next"))
    return redirect(url_for("people.second_factor", next=target if target != "/" else None))


@room.route("/account/two-factor/confirm", to=SIGNED_IN, methods=["POST"])
def confirm_factor() -> ResponseReturnValue:
    form = FirstCodeForm.of_request()
    if form.is_sent():
        try:
            return _codes_page(two_factor.confirm_factor(viewer(), form.code.data), accept_next(request.form.get("next")))
        except Refused as refused:
            form.refuse(refused)
    return _factor_page(form, OwnPasswordForm(None), 422)


@room.route("/account/two-factor/codes", to=SIGNED_IN, late=True, methods=["POST"])
def make_codes() -> ResponseReturnValue:
    form = OwnPasswordForm.of_request()

    def act() -> Response:
        _settle_own_password(form)
        return _codes_page(two_factor.make_codes(viewer()), url_for("people.second_factor"))

    return _with_own_password(form, act, lambda status: _factor_page(FirstCodeForm(None), form, status))


@room.route("/account/two-factor/remove", to=SIGNED_IN, late=True, methods=["POST"])
def remove_factor() -> ResponseReturnValue:
    form = OwnPasswordForm.of_request()

    def act() -> Response:
        _settle_own_password(form)
        two_factor.remove_factor(viewer())
        flash(_("Đã tắt xác thực hai lớp."))
        return make_response(redirect(url_for("people.second_factor")))

    return _with_own_password(form, act, lambda status: _factor_page(FirstCodeForm(None), form, status))


def _settle_own_password(form: OwnPasswordForm) -> None:
    """Begin writing, if the present password was right; else it is counted and refused."""
    attempt = entering.try_own(viewer(), form.old.data)
    begin_writing()
    entering.settle(attempt, _("Mật khẩu đang dùng chưa đúng."), "old")


def _codes_page(codes: list[str], target: str) -> Response:
    """The recovery codes, once: they are kept nowhere readable, so neither browser nor one-time key may remember this answer."""
    answer = make_response(page("people/recovery-codes.html", codes=codes, target=target, who=viewer()))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Location"] = url_for("people.second_factor")
    return answer

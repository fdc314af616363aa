"""Pages of certificates: mine, the register, and the public check at /c."""

from flask import Response, abort, current_app, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import ADMINISTRATORS, ANYONE, PDF, SIGNED_IN, STAFF_LISTS, Entry, Refused, Room, clock, nfc, page, send_made, viewer
from lms.base import gettext as _

from . import actions, queries
from .codes import LONGEST_TYPED, grouped
from .commands import COMMANDS
from .forms import RevokeForm
from .keeping import kept_of_certificates
from .models import Certificate
from .paper import certificate_pdf

room = Room(__name__, prefix="")
room.names["certificate"] = queries.names_of_certificates
room.effects["agency"] = queries.effects_of_agencies
room.ties["agency"] = queries.ties_to_agencies
room.keeps.append(kept_of_certificates)
for command in COMMANDS:
    room.cli.add_command(command)
room.menu.append(Entry("Giấy chứng nhận", "certificates.index", SIGNED_IN, 30))
room.links["person"] = [Entry("Giấy chứng nhận", "certificates.of_person", STAFF_LISTS, 30)]


@room.route("/certificates", to=SIGNED_IN)
def index() -> tuple[str, int]:
    certificates = queries.certificates_of(viewer().person_id)
    has_register = ADMINISTRATORS.lets_in(viewer())
    return page("certificates/index.html", certificates=certificates, standings=queries.standings(certificates), has_register=has_register)


@room.route("/certificates/people/<int:id>", to=STAFF_LISTS)
def of_person(id: int) -> tuple[str, int]:
    name, certificates = queries.person_certificates(viewer(), id) or abort(404)
    return page("certificates/person.html", name=name, certificates=certificates, standings=queries.standings(certificates))


@room.route("/certificates/register", to=ADMINISTRATORS)
def register() -> tuple[str, int]:
    query = request.args.get("q", "").strip()[:100]
    found = queries.register_page(viewer(), query, request.args.get("page", 1, type=int))
    return page("certificates/register.html", found=found, query=query, standings=queries.standings(found.rows))


@room.route("/certificates/<int:id>", to=SIGNED_IN)
def show(id: int) -> tuple[str, int]:
    certificate = queries.certificate_for(viewer(), id) or abort(404)
    is_revocable = certificate.state == "valid" and queries.revocable_for(viewer(), id) is not None
    return _show(certificate, RevokeForm() if is_revocable else None)


def _show(certificate: Certificate, form: RevokeForm | None, status: int = 200) -> tuple[str, int]:
    standing, code = certificate.standing(clock.today()), grouped(certificate.code)
    return page("certificates/show.html", status, certificate=certificate, standing=standing, code=code, form=form)


@room.route("/certificates/<int:id>.pdf", to=SIGNED_IN)
def pdf(id: int) -> Response:
    certificate = queries.certificate_for(viewer(), id) or abort(404)
    name = f"giay-chung-nhan-{certificate.number:04d}-{certificate.year}.pdf"
    return send_made(certificate_pdf(certificate, _address(), _address(certificate.code)), name, PDF)


@room.route("/certificates/<int:id>/revoke", to=ADMINISTRATORS, methods=["POST"])
def revoke(id: int) -> ResponseReturnValue:
    certificate = queries.revocable_for(viewer(), id) or abort(404)
    form = RevokeForm.of_request()
    if form.is_sent():
        try:
            actions.revoke(viewer(), id, form.why.data)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã thu hồi giấy chứng nhận số %(number)s.", number=certificate.number_text))
            return redirect(url_for("certificates.show", id=id))
    return _show(certificate, form, 422)


def _address(code: str | None = None) -> str:
    """The full public address of the check form, or of the check of one code."""
    home = current_app.config["PUBLIC_URL"] or request.host_url
    return f"{home.rstrip('/')}{url_for('certificates.check', code=code)}"


@room.route("/c", to=ANYONE)
@room.route("/c/<path:code>", to=ANYONE)
def check(code: str = "") -> Response:
    """The public check. Whatever is no certificate gets one same page, so that nothing helps guessing."""
    typed = nfc(code or request.args.get("code", "")).strip()[:LONGEST_TYPED]
    certificate = queries.certificate_by_code(typed) if typed else None
    standing = certificate.standing(clock.today()) if certificate else None
    status = 404 if typed and not certificate else 200
    answer = make_response(page("certificates/check.html", status, typed=typed, certificate=certificate, standing=standing))
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer

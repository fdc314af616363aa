"""The audit trail on screen and as a file."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import ADMINISTRATORS, XLSX, Entry, Room, clock, page, send_made, viewer
from lms.base import gettext as _

from . import queries, settings, tasks
from .commands import COMMANDS
from .numbers_form import numbers_form
from .trail import TrailForm, trail_sheet

room = Room(__name__)
room.cli_group = None
for command in COMMANDS:
    room.cli.add_command(command)
room.menu.append(Entry("Nhật ký hệ thống", "site.audit", ADMINISTRATORS, 90))
room.menu.append(Entry("Thiết lập", "site.numbers", ADMINISTRATORS, 95, is_for=lambda viewer: viewer.looks_after_site))
room.links["person"] = [Entry("Nhật ký", "site.audit_of_person", ADMINISTRATORS, 90)]
TIMERS = (tasks.sweep,)


@room.route("/audit", to=ADMINISTRATORS)
def audit() -> tuple[str, int]:
    """What was done within the viewer's reach; the filter stands in the address."""
    form = TrailForm(request.args).offer()
    return _trail_page(form)


def _trail_page(form: TrailForm, sentence: str = "") -> tuple[str, int]:
    is_good = form.validate()
    wanted = form.wanted() if is_good else queries.Wanted()
    rows, number, last = queries.audit_page(viewer(), request.args.get("page", 1, type=int), wanted)
    asked = {name: text for name, text in request.args.items() if text and name != "page"} if is_good else {}
    status = 422 if sentence or not is_good else 200
    return page("site/audit.html", status, form=form, rows=rows, number=number, last=last, asked=asked, sentence=sentence, wanted=wanted)


@room.route("/audit.xlsx", to=ADMINISTRATORS)
def audit_file() -> ResponseReturnValue:
    """The filtered trail as .xlsx; a filter that does not hold, or finds too much for a file, comes back as the page."""
    form = TrailForm(request.args).offer()
    if not form.validate():
        return _trail_page(form)
    lines = queries.audit_lines(viewer(), form.wanted())
    if lines is None:
        most = f"{queries.MOST_EXPORTED:,}".replace(",", ".")
        return _trail_page(form, _("Có hơn %(most)s dòng, quá nhiều cho một tệp. Anh/Chị thu hẹp khoảng ngày rồi tải lại.", most=most))
    return send_made(trail_sheet(lines), f"nhat-ky-{clock.today():%Y-%m-%d}.xlsx", XLSX)


@room.route("/audit/people/<int:id>", to=ADMINISTRATORS)
def audit_of_person(id: int) -> ResponseReturnValue:
    """From a person's page: what was done to them, within the viewer's reach."""
    return redirect(url_for("site.audit", thing="person", thing_id=id))


@room.route("/settings", to=ADMINISTRATORS, methods=["GET", "POST"])
def numbers() -> ResponseReturnValue:
    """The numbers that an administrator of the whole site may change."""
    if not viewer().looks_after_site:
        abort(404)
    form = numbers_form()
    if form.is_sent():
        settings.change_numbers(viewer(), form.changes)
        flash(_("Đã lưu thiết lập."))
        return redirect(url_for("site.numbers"))
    return page("site/settings.html", 422 if request.method == "POST" else 200, form=form)

"""A course as one file: taking it along, bringing one in, and copying a course."""

from hashlib import sha256
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.agencies import agency_tree
from lms.base import TRAINER, TRAINERS, Entry, Refused, begin_writing, drop_waiting, in_language, keep_waiting, page, send_made, viewer, waiting
from lms.base import gettext as _

from .. import archives, copying, taking_in, teaching
from ..archive_forms import ArchiveForm, CopyCourseForm
from ..comparing import Item
from ..exporting import archived_parts
from ..folder import CourseFolder, Parts, parts_of_folder
from .room import room

room.links.setdefault("course", []).append(Entry("Xuất, nhập, sao chép", "courses.archive", TRAINERS, 60))
LARGEST_BODY = archives.HEAVIEST + (500 << 10)
MOST_PROBLEMS = 200


@room.route("/<int:id>/archive", to=TRAINERS)
def archive(id: int) -> ResponseReturnValue:
    """The course as a .zip when asked for it (published or drafted), else the page that offers it. The .zip holds the bank with its keys."""
    wanted = request.args.get("state")
    if wanted in ("published", "drafted"):
        return _download(_course(id, to_edit=True), wanted == "drafted")
    course = _course(id)
    return page("courses/archive.html", course=course, can_edit=course.part in teaching.EDITORS, sentence="")


def _download(course: Any, is_drafted: bool) -> ResponseReturnValue:
    try:
        content = archives.packed(archived_parts(course.id, is_drafted))
    except Refused as refused:
        return page("courses/archive.html", 422, course=course, can_edit=True, sentence=refused.sentence)
    ending = "-nhap" if is_drafted else ""
    answer: Response = send_made(content, f"{course.key}{ending}.zip", "application/zip")
    return answer


@room.route("/import", to=TRAINERS, late=True, upload=LARGEST_BODY, methods=["GET", "POST"])
def import_course() -> ResponseReturnValue:
    """A new course from a .zip. Reading comes before the transaction, which only writes."""
    return _import(None)


@room.route("/<int:id>/import", to=TRAINERS, late=True, upload=LARGEST_BODY, methods=["GET", "POST"])
def import_into(id: int) -> ResponseReturnValue:
    """Parts of a .zip into a course, as drafts. Between the steps the file waits outside the database."""
    return _import(_course(id, to_edit=True))


def _import(course: Any) -> ResponseReturnValue:
    form = ArchiveForm.of_request().offer([] if course else agency_tree(viewer().agencies_of(TRAINER)))
    step = request.form.get("step", "read") if request.method == "POST" else ""
    try:
        if step == "confirm":
            return _confirmed(course, form)
        return _read(course, form) if step else _form_page(course, form)
    except Refused as refused:
        form.refuse(refused)
        return _form_page(course and _course(course.id, to_edit=True), form)


def _read(course: Any, form: ArchiveForm) -> ResponseReturnValue:
    content = form.content()
    folder = archives.read_archive(content)
    if folder.problems:
        return _form_page(course, form, folder)
    parts = parts_of_folder(folder)
    form.key.data = form.key.data or parts.key
    form.token.data = keep_waiting(viewer().person_id, content, "archive")
    return _preview(course, form, *_compared(course, parts))


def _confirmed(course: Any, form: ArchiveForm) -> ResponseReturnValue:
    """A form that was confirmed already gets its first answer again, though the file is gone."""
    folder = _waiting_folder(form.token.data or "")
    if folder is None or folder.problems:
        begin_writing()
        raise Refused(_("Bản xem trước này đã được nhập hoặc đã quá một ngày. Anh/Chị chọn lại tệp."), "file")
    parts = parts_of_folder(folder)
    state = taking_in.state_of(course.id) if course else []
    theirs, items = _compared(course, parts)
    begin_writing()
    try:
        course_id = _take(course, form, theirs, items, state)
    except Refused as refused:
        begin_writing()  # what was written until then is taken back, and does not show in the comparison
        form.refuse(refused)
        return _preview(course and _course(course.id, to_edit=True), form, *_compared(course, parts))
    drop_waiting(viewer().person_id, form.token.data or "")
    flash(_("Đã nhập thành bản nháp. Học viên chưa thấy cho đến khi Anh/Chị công bố."))
    return redirect(url_for(".outline", id=course_id), 303)


def _waiting_folder(token: str) -> CourseFolder | None:
    """What waits under the token; None when there is nothing, or it is damaged."""
    content = waiting(viewer().person_id, token, "archive")
    try:
        return archives.read_archive(content) if content else None
    except Refused:
        return None


def _take(course: Any, form: ArchiveForm, theirs: Parts, items: list[Item], state: list[Any]) -> int:
    """The comparison was made before the write; it holds when nobody changed anything since it was shown."""
    if course is None:
        if not form.validate():
            raise Refused(_("Anh/Chị chọn một đơn vị trong danh sách."), "agency_id")
        return taking_in.course_from(viewer(), form.agency_id.data, theirs, form.key.data or theirs.key).id
    _course(course.id, to_edit=True)
    held = taking_in.held_course(course.id)
    if _seen(items) != form.seen.data or taking_in.state_of(course.id) != state:
        raise Refused(_("Khóa học vừa có người sửa. Anh/Chị xem lại các mục dưới đây rồi nhập."))
    taken = taking_in.taken_by(items, form.choices_made(), form.rest.data or "")
    taking_in.take_parts(viewer(), held, theirs, taken)
    return course.id


def _compared(course: Any, parts: Parts) -> tuple[Parts, list[Item]]:
    return taking_in.compared(taking_in.course_row(course.id) if course else None, parts)


def _seen(items: list[Item]) -> str:
    return sha256("".join(item.seen for item in items).encode()).hexdigest()[:32]


def _preview(course: Any, form: ArchiveForm, parts: Parts, items: list[Item]) -> ResponseReturnValue:
    form.seen.data = _seen(items)
    status = 422 if form.sentence or form.errors else 200
    return page("courses/archive-preview.html", status, course=course, form=form, parts=parts, items=items, made=form.choices_made())


def _form_page(course: Any, form: ArchiveForm, folder: CourseFolder | None = None) -> ResponseReturnValue:
    status = 422 if form.sentence or form.errors or folder else 200
    problems = [str(problem) for problem in folder.problems] if folder else []
    facts = {"shown": problems[:MOST_PROBLEMS], "total": len(problems), "most": archives.HEAVIEST // 1_000_000}
    return page("courses/archive-import.html", status, course=course, form=form, **facts)


@room.route("/<int:id>/copy", to=TRAINERS, late=True, methods=["GET", "POST"])
def copy(id: int) -> ResponseReturnValue:
    """A new course with all of this one, its bank with the keys too."""
    course = _course(id, to_edit=True)
    proposed = _("%(title)s (bản sao)", title=in_language(course.title))[:200]
    form = CopyCourseForm.of_request(title=proposed).offer(agency_tree(viewer().agencies_of(TRAINER)))
    if form.is_sent():
        parts = copying.parts_to_copy(id)
        begin_writing()
        course = _course(id, to_edit=True)
        try:
            made = copying.copy_course(viewer(), id, parts, form.agency_id.data, form.title.data, form.key.data or "")
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã sao chép khóa học thành bản nháp. Anh/Chị là người phụ trách duy nhất của bản mới."))
            return redirect(url_for(".outline", id=made.id), 303)
    return page("courses/archive-copy.html", 422 if form.errors or form.sentence else 200, course=course, form=form)


def _course(course_id: int, to_edit: bool = False) -> Any:
    return teaching.taught_course(viewer(), course_id, to_edit) or abort(404)

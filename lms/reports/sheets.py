"""The reports as .xlsx: the detailed list and the table by agency, ready to paste into the form of the superior."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lms.base import Cell, clock, in_language, workbook
from lms.base import gettext as _
from lms.people import staff_kind_words

from .choosing import Chosen
from .figures import Figures, standing_word, state_word, total
from .queries import AgencyFigures


def place_name(chosen: Chosen) -> str:
    """The chosen agency as it is printed above a report."""
    if chosen.agency_id is None:
        return _("Toàn bộ phạm vi quản lý")
    return chosen.agency_name


def scope_line(chosen: Chosen, state: str = "") -> str:
    """The filters in words: which course, which state, with or without the agencies below."""
    course = in_language(chosen.course_title) if chosen.course_id else _("tất cả khóa học được giao")
    reach = _("chỉ người trực thuộc trực tiếp") if chosen.is_direct else _("toàn bộ cấp dưới")
    parts = [_("Khóa học: %(course)s. Phạm vi: %(reach)s.", course=course, reach=reach)]
    if state:
        parts.append(_("Trạng thái: %(state)s.", state=state_word(state).lower()))
    return " ".join(parts)


def _heading(chosen: Chosen, title: str, state: str = "") -> list[str]:
    unit = _("Đơn vị tính: người.") if chosen.course_id else _("Đơn vị tính: lượt người.")
    return [place_name(chosen), title, chosen.as_of.words, f"{scope_line(chosen, state)} {unit}", *chosen.notes]


def detail_sheet(chosen: Chosen, state: str, rows: Iterable[Any]) -> bytes:
    """The detailed list, a line an assignment; `rows` from assignment_list."""
    columns = [
        *((_("STT"), 6), (_("Mã cán bộ"), 13), (_("Họ và tên đệm"), 22), (_("Tên"), 10), (_("Ngày sinh"), 12), (_("Giới tính"), 9)),
        *((_("Đơn vị"), 32), (_("Chức vụ"), 20), (_("Đối tượng"), 18), (_("Khóa học"), 36), (_("Ngày giao"), 12), (_("Hạn"), 12)),
        *((_("Ngày hoàn thành"), 12), (_("Điểm"), 8), (_("Kết quả"), 14), (_("Số GCN"), 24)),
    ]
    return workbook(_("Danh sách"), _heading(chosen, _("Danh sách kết quả học tập"), state), columns, _detail_lines(rows))


def _detail_lines(rows: Iterable[Any]) -> Iterator[Sequence[Cell]]:
    kinds, genders = staff_kind_words(), {"female": _("Nữ"), "male": _("Nam"), None: ""}
    for number, row in enumerate(rows, 1):
        rest, _space, given = row.full_name.rpartition(" ")
        yield [
            *(number, row.staff_code, rest, given, row.birth_on, genders[row.gender]),
            *(row.agency_name, row.position, kinds[row.staff_kind], in_language(row.title)),
            *(clock.local(row.enrolled_at).date(), row.due_on, row.completed_on, row.percent, standing_word(row.state, row.reason), row.number_text),
        ]


def summary_sheet(chosen: Chosen, lines: Sequence[AgencyFigures]) -> bytes:
    """The table by agency with its total row; `lines` from figures_by_agency."""
    columns = [
        *((_("STT"), 6), (_("Đơn vị"), 44), (_("Được giao"), 11), (_("Hoàn thành"), 11), (_("Đang học"), 11)),
        *((_("Chưa bắt đầu"), 11), (_("Quá hạn"), 11), (_("Tỷ lệ hoàn thành (%)"), 14), (_("Đang nghỉ (không tính)"), 14)),
    ]
    rows: list[Sequence[Cell]] = []
    for number, line in enumerate(lines, 1):
        name = _("Trực thuộc trực tiếp %(agency)s", agency=line.name) if line.is_direct else line.name
        rows.append([number, name, *_cells(line.figures)])
    rows.append(["", _("Tổng cộng"), *_cells(total(line.figures for line in lines))])
    return workbook(_("Tổng hợp"), _heading(chosen, _("Tổng hợp kết quả học tập theo đơn vị")), columns, rows)


def _cells(figures: Figures) -> list[Cell]:
    counts = (figures.assigned, figures.completed, figures.in_progress, figures.not_started, figures.overdue)
    return [*counts, figures.percent, figures.on_leave]

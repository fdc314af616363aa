"""The outline of a course as trainers see it: rows of sections and steps, and what each change makes of them. Pure data."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lms.base import Refused, fold
from lms.base import gettext as _

from .folder import OutlineStep

MOST_STEPS = 300
Texts = dict[str, str]


@dataclass(frozen=True)
class Header:
    """The row of a section: its number from 1 and its title."""

    number: int
    title: Texts

    @property
    def name(self) -> str:
        """How forms call this row."""
        return f"section:{self.number}"


Row = Header | OutlineStep


def name_of(row: Row) -> str:
    """How forms call a row: "section:2", "lesson:01-dai", "quiz:cuoi-khoa"."""
    return row.name if isinstance(row, Header) else f"{row.kind}:{row.key}"


def rows_of(outline: Sequence[OutlineStep]) -> list[Row]:
    """Sections and steps in order, each section before its steps."""
    rows: list[Row] = []
    section: Texts | None = None
    for step in outline:
        if step.section is not None and step.section != section:
            rows.append(Header(1 + sum(isinstance(row, Header) for row in rows), step.section))
        section = step.section
        rows.append(step)
    return rows


def outline_of_rows(rows: Sequence[Row]) -> list[OutlineStep]:
    """The steps, each in the section whose row stands above it; a section without steps is gone."""
    section: Texts | None = None
    outline: list[OutlineStep] = []
    for row in rows:
        if isinstance(row, Header):
            section = row.title
        else:
            outline.append(replace(row, section=section))
    return outline


def place_of(rows: Sequence[Row], name: str) -> int:
    """Where the row of this name stands. Refused when there is none."""
    found = [at for at, row in enumerate(rows) if name_of(row) == name]
    if not found:
        raise Refused(_("Mục này không còn trong cấu trúc. Anh/Chị xem lại cấu trúc đang lưu."))
    return found[0]


def shifted(outline: Sequence[OutlineStep], name: str, by: int) -> list[OutlineStep]:
    """A step one row up (-1) or down (+1), into the next section where one begins; a section one section up or down. At the end nothing happens."""
    rows = rows_of(outline)
    at = place_of(rows, name)
    if isinstance(rows[at], Header):
        before, *blocks = _blocks(rows)
        order = rows[at].number - 1  # type: ignore[union-attr]
        if 0 <= order + by < len(blocks):
            blocks[order], blocks[order + by] = blocks[order + by], blocks[order]
        rows = [row for block in (before, *blocks) for row in block]
    elif 0 <= at + by < len(rows):
        rows[at], rows[at + by] = rows[at + by], rows[at]
    return outline_of_rows(rows)


def _blocks(rows: Sequence[Row]) -> list[list[Row]]:
    """What stands before the first section, then each section with its steps."""
    blocks: list[list[Row]] = [[]]
    for row in rows:
        if isinstance(row, Header):
            blocks.append([])
        blocks[-1].append(row)
    return blocks


def placed(outline: Sequence[OutlineStep], name: str, before: str) -> list[OutlineStep]:
    """A step before another row, or a section with its steps before another section ("": at the end)."""
    rows = rows_of(outline)
    at = place_of(rows, name)
    if name == before:
        return list(outline)
    end = at + len(_blocks(rows)[rows[at].number]) if isinstance(rows[at], Header) else at + 1  # type: ignore[union-attr]
    moved, left = rows[at:end], [*rows[:at], *rows[end:]]
    to = place_of(left, before) if before else len(left)
    if isinstance(rows[at], Header) and before and not isinstance(left[to], Header):
        raise Refused(_("Một phần chỉ chuyển được đến trước một phần khác hoặc xuống cuối."))
    return outline_of_rows([*left[:to], *moved, *left[to:]])


def with_section(outline: Sequence[OutlineStep], name: str, title: Texts) -> list[OutlineStep]:
    """A new section that begins with this step and takes what stands below it, up to the next section."""
    rows = rows_of(outline)
    at = place_of(rows, name)
    _refuse_twin(rows, title)
    if at and isinstance(rows[at - 1], Header):
        above = rows[at - 1].title["vi"]  # type: ignore[union-attr]
        raise Refused(_("Bước này đã là bước đầu của phần “%(name)s”. Anh/Chị đổi tên phần đó.", name=above), "title_vi")
    return outline_of_rows([*rows[:at], Header(0, title), *rows[at:]])


def renamed(outline: Sequence[OutlineStep], number: int, title: Texts) -> list[OutlineStep]:
    """A section with another title."""
    rows = rows_of(outline)
    at = place_of(rows, f"section:{number}")
    _refuse_twin([row for row in rows if row is not rows[at]], title)
    return outline_of_rows([*rows[:at], Header(number, title), *rows[at + 1 :]])


def _refuse_twin(rows: Sequence[Row], title: Texts) -> None:
    if any(isinstance(row, Header) and fold(row.title.get("vi", "")) == fold(title["vi"]) for row in rows):
        raise Refused(_("Khóa học đã có phần tên này. Anh/Chị đặt tên khác."), "title_vi")


def without(outline: Sequence[OutlineStep], name: str) -> list[OutlineStep]:
    """Without a step; or without the heading of a section, whose steps go to the section above."""
    rows = rows_of(outline)
    at = place_of(rows, name)
    return outline_of_rows([*rows[:at], *rows[at + 1 :]])


def put(outline: Sequence[OutlineStep], step: OutlineStep, section: Texts | None = None) -> list[OutlineStep]:
    """With a step more: at the end of that section (a new one at the end where there is none of this title), else at the very end."""
    if len(outline) >= MOST_STEPS:
        raise Refused(_("Khóa học đã có %(n)s bước, là nhiều nhất. Anh/Chị chia thành hai khóa học.", n=MOST_STEPS))
    if (step.kind, step.key) in [(one.kind, one.key) for one in outline]:
        raise Refused(_("Bước này đã có trong cấu trúc."))
    if section is None:
        return [*outline, replace(step, section=outline[-1].section if outline else None)]
    beside = [at for at, one in enumerate(outline) if one.section == section]
    to = beside[-1] + 1 if beside else len(outline)
    return [*outline[:to], replace(step, section=section), *outline[to:]]


def changed(outline: Sequence[OutlineStep], step: OutlineStep) -> list[OutlineStep]:
    """With this step in place of the one of its kind and key. Refused when it is gone."""
    place_of(outline, name_of(step))
    return [replace(step, section=one.section) if name_of(one) == name_of(step) else one for one in outline]


def sections_gone(before: Sequence[OutlineStep], after: Sequence[OutlineStep]) -> list[str]:
    """The Vietnamese titles of the sections that a change emptied."""
    left = [row.title for row in rows_of(after) if isinstance(row, Header)]
    return [row.title["vi"] for row in rows_of(before) if isinstance(row, Header) and row.title not in left]


def name_after(before: Sequence[OutlineStep], after: Sequence[OutlineStep], name: str) -> str:
    """What the row of this name is called after the change: sections are counted anew, steps keep their names."""
    title = next((row.title for row in rows_of(before) if isinstance(row, Header) and row.name == name), None)
    return next((row.name for row in rows_of(after) if isinstance(row, Header) and row.title == title), name)

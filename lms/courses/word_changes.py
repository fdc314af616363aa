"""What was changed between two texts, in one column: line by line, and word by word within a line. Pure data."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from lms.base import gettext as _
from lms.base import in_language

from .folder import CourseSource, OutlineStep
from .structure import Item, release_words

AROUND = 2  # lines shown before and after a change
MOST_LINES, LONGEST_LINE = 5_000, 4_000
Pieces = list[tuple[str, str]]


@dataclass(frozen=True)
class Row:
    """A line of the comparison. kind: same, added, removed, changed (pieces of both), or gap (`left_out` lines that are the same)."""

    kind: str
    pieces: Pieces
    left_out: int = 0


def compared(old: Sequence[str], new: Sequence[str]) -> list[Row]:
    """The lines of both texts in order. Pieces are ("same"|"ins"|"del", text); long parts that are the same are left out."""
    old, new = old[:MOST_LINES], new[:MOST_LINES]
    rows: list[Row] = []
    parts = SequenceMatcher(None, old, new).get_opcodes()
    for number, (kind, a, b, c, d) in enumerate(parts):
        if kind == "equal":
            rows += _same(old[a:b], is_first=number == 0, is_last=number == len(parts) - 1)
        else:
            rows += [_differing(*both) for both in zip_longest(old[a:b], new[c:d])]
    return rows


def _same(lines: Sequence[str], *, is_first: bool, is_last: bool) -> list[Row]:
    before, after = (0 if is_first else AROUND), (0 if is_last else AROUND)
    left_out = len(lines) - before - after
    if left_out < 2:
        return [Row("same", [("same", line)]) for line in lines]
    kept = [Row("same", [("same", line)]) for line in [*lines[:before], *lines[len(lines) - after :]]]
    return [*kept[:before], Row("gap", [], left_out), *kept[before:]]


def _differing(old: str | None, new: str | None) -> Row:
    if old is None:
        return Row("added", [("ins", new or "")])
    if new is None:
        return Row("removed", [("del", old)])
    return Row("changed", list(_pieces(old, new)))


def _pieces(old: str, new: str) -> Iterator[tuple[str, str]]:
    if max(len(old), len(new)) > LONGEST_LINE:
        yield from (("del", old), ("ins", new))
        return
    before, after = (re.findall(r"\S+\s*|\s+", line) for line in (old, new))
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(before[a:b])
            continue
        yield from ((what, text) for what, text in (("del", "".join(before[a:b])), ("ins", "".join(after[c:d]))) if text)


def course_lines(said: CourseSource, items: Mapping[str, Item]) -> list[str]:
    """All that a course says beside its lessons, as lines for a person. `items`: lessons and quizzes by the name of their step."""
    languages = (("vi", ""), ("en", f" ({_('tiếng Anh')})"))
    named = ((_("Tên khóa học"), said.title), (_("Tóm tắt"), said.summary), (_("Dành cho"), said.audience))
    lines = [f"{label}{mark}: {text[language]}" for label, text in named for language, mark in languages if text.get(language)]
    lines += [_("Số phút học: %(n)s", n=said.minutes), _("Số tiết: %(n)s", n=said.hours), _("Ngưỡng đạt: %(n)s%%", n=said.pass_percent)]
    lines.append(_("Giấy chứng nhận: có") if said.gives_certificate else _("Giấy chứng nhận: không"))
    if said.valid_months:
        lines.append(_("Hiệu lực: %(n)s tháng", n=said.valid_months))
    lines += [_("Chuẩn: %(name)s", name=name) for name in said.standards]
    lines += [_("Khóa học phải hoàn thành trước: %(key)s", key=key) for key in said.prerequisites]
    for term in said.glossary:
        lines.append(_("Thuật ngữ %(term)s: %(meaning)s", term=in_language(term["term"]), meaning=in_language(term["meaning"])))
    return lines + list(_outline_lines(said.outline, items))


def _outline_lines(outline: Sequence[OutlineStep], items: Mapping[str, Item]) -> Iterator[str]:
    section = None
    for step in outline:
        if step.section != section:
            section = step.section
            if section:
                yield _("Phần: %(title)s", title=in_language(section))
        item = items.get(f"{step.kind}:{step.key}")
        title = in_language(item.title) if item else step.key
        line = _("Bài học: %(title)s", title=title) if step.kind == "lesson" else _("Bài kiểm tra: %(title)s", title=title)
        more = [*([_("không bắt buộc")] if step.is_optional else []), *release_words(step.release, dict(items))]
        yield f"{line} ({'; '.join(more)})" if more else line

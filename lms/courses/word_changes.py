"""What was changed between two texts, in one column: line by line, and word by word within a line. Pure data."""

import re
from bisect import bisect_left
from collections import Counter
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
MOST_AT_ONCE, MOST_IN_ALL = 40_000, 500_000  # pairs of lines or words that are compared with each other
Pieces = list[tuple[str, str]]
Part = tuple[str, int, int, int, int]
Run = tuple[int, int, int]  # start in old, start in new, length


class Patience:
    """How many pairs of lines and of words may still be compared with each other; shared by a whole comparison, which so ends within a second."""

    def __init__(self) -> None:
        self.left = MOST_IN_ALL

    def allows(self, pairs: int) -> bool:
        """Whether so many may be compared; then they are counted."""
        if pairs > min(MOST_AT_ONCE, self.left):
            return False
        self.left -= pairs
        return True


@dataclass(frozen=True)
class Row:
    """A line of the comparison. kind: same, added, removed, changed (pieces of both), or gap (`left_out` lines that are the same)."""

    kind: str
    pieces: Pieces
    left_out: int = 0


def words_of(line: str) -> list[str]:
    """The words of a line, each with the spaces behind it."""
    return re.findall(r"\S+\s*|\s+", line)


def changes(old: Sequence[str], new: Sequence[str], patience: Patience) -> list[Part]:
    """How to come from one sequence to the other, as difflib's opcodes: (kind, start and end in old, start and end in new)."""
    parts: list[Part] = []
    at_old = at_new = 0
    for a, b, size in [*_same_runs(old, new, patience), (len(old), len(new), 0)]:
        if a > at_old or b > at_new:
            parts.append(("replace" if a > at_old and b > at_new else "delete" if a > at_old else "insert", at_old, a, at_new, b))
        at_old, at_new = a + size, b + size
        if size:
            parts.append(("equal", a, at_old, b, at_new))
    return parts


def _same_runs(old: Sequence[str], new: Sequence[str], patience: Patience) -> list[Run]:
    """What both say, in order; runs that touch each other are one."""
    runs: list[Run] = []
    for a, b, size in _found(old, new, patience, by_landmarks=True):
        if runs and runs[-1][0] + runs[-1][2] == a and runs[-1][1] + runs[-1][2] == b:
            a, b, size = runs[-1][0], runs[-1][1], runs.pop()[2] + size
        runs += [(a, b, size)] if size else []
    return runs


def _found(old: Sequence[str], new: Sequence[str], patience: Patience, *, by_landmarks: bool) -> Iterator[Run]:
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tail = next((at for at in range(shorter - head) if old[-1 - at] != new[-1 - at]), shorter - head)
    end_old, end_new = len(old) - tail, len(new) - tail
    yield 0, 0, head
    mine, theirs = old[head:end_old], new[head:end_new]
    if patience.allows(len(mine) * len(theirs)):
        for a, b, size in SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks():
            yield head + a, head + b, size
    elif by_landmarks:
        at_old = at_new = 0
        for mark_old, mark_new in [*_landmarks(mine, theirs), (len(mine), len(theirs))]:
            for a, b, size in _found(mine[at_old:mark_old], theirs[at_new:mark_new], patience, by_landmarks=False):
                yield head + at_old + a, head + at_new + b, size
            at_old, at_new = mark_old, mark_new
    yield end_old, end_new, tail


def _landmarks(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Where the things stand that each of both has exactly once: the longest row of them that is in the same order in both."""
    times_old, times_new = Counter(old), Counter(new)
    places = {one: at for at, one in enumerate(new) if times_new[one] == 1}
    once = [(at, places[one]) for at, one in enumerate(old) if times_old[one] == 1 and one in places]
    ends: list[int] = []  # of the rows of each length, the smallest place in new with which one ends
    last: list[int] = []  # and where in `once` that is
    before: list[int] = []
    for number, (_at, place) in enumerate(once):
        length = bisect_left(ends, place)
        ends[length : length + 1], last[length : length + 1] = [place], [number]
        before.append(last[length - 1] if length else -1)
    row, number = [], last[-1] if last else -1
    while number >= 0:
        row.append(once[number])
        number = before[number]
    return row[::-1]


def compared(old: Sequence[str], new: Sequence[str]) -> list[Row]:
    """The lines of both texts in order. Pieces are ("same"|"ins"|"del", text); long parts that are the same are left out."""
    old, new = old[:MOST_LINES], new[:MOST_LINES]
    rows: list[Row] = []
    patience = Patience()
    parts = changes(old, new, patience)
    for number, (kind, a, b, c, d) in enumerate(parts):
        if kind == "equal":
            rows += _same(old[a:b], is_first=number == 0, is_last=number == len(parts) - 1)
        else:
            rows += [_differing(*both, patience) for both in zip_longest(old[a:b], new[c:d])]
    return rows


def _same(lines: Sequence[str], *, is_first: bool, is_last: bool) -> list[Row]:
    before, after = (0 if is_first else AROUND), (0 if is_last else AROUND)
    left_out = len(lines) - before - after
    if left_out < 2:
        return [Row("same", [("same", line)]) for line in lines]
    kept = [Row("same", [("same", line)]) for line in [*lines[:before], *lines[len(lines) - after :]]]
    return [*kept[:before], Row("gap", [], left_out), *kept[before:]]


def _differing(old: str | None, new: str | None, patience: Patience) -> Row:
    if old is None:
        return Row("added", [("ins", new or "")])
    if new is None:
        return Row("removed", [("del", old)])
    return Row("changed", list(_pieces(old, new, patience)))


def _pieces(old: str, new: str, patience: Patience) -> Iterator[tuple[str, str]]:
    if max(len(old), len(new)) > LONGEST_LINE:
        yield from (("del", old), ("ins", new))
        return
    before, after = words_of(old), words_of(new)
    for kind, a, b, c, d in changes(before, after, patience):
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

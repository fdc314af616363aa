"""What each row of a tree in a file would do to the tree that is there: open, change, nothing, or why it cannot be done."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.agencies import Agency, AgencyName, AgencyParent, RowIn, TreeIn, holds_on, kind_words
from lms.base import clock, db
from lms.base import gettext as _


class Change(NamedTuple):
    """A column (its key) of an agency that the row changes, from what to what, in words."""

    column: str
    before: str
    after: str


class Line(NamedTuple):
    """A row with its verdict: new, changed, same or error. Where the agency will stand: `parent_id`, or `parent_row`, the key of another row.

    `code`, `position` and the help contact are what the agency will have; `depth` orders parents before children.
    """

    row: RowIn
    key: str
    agency_id: int | None
    verdict: str
    parent_id: int | None
    parent_row: str
    parent_name: str
    code: str
    position: int
    help_name: str | None
    help_phone: str | None
    depth: int
    changes: list[Change]
    faults: list[tuple[str, str]]

    @classmethod
    def of(cls, values: dict[str, Any]) -> "Line":
        """The line that was kept as JSON (its row already made)."""
        pairs = [(fault[0], fault[1]) for fault in values["faults"]]
        return cls(**{**values, "changes": [Change(*change) for change in values["changes"]], "faults": pairs})


class Plan(NamedTuple):
    """The rows of a file in its order, each with its verdict."""

    lines: list[Line]

    def of(self, verdict: str) -> list[Line]:
        """The lines with this verdict."""
        return [line for line in self.lines if line.verdict == verdict]

    def count(self, verdict: str) -> int:
        """How many lines have this verdict."""
        return sum(line.verdict == verdict for line in self.lines)

    def parents_first(self, verdict: str) -> list[Line]:
        """The lines with this verdict, higher agencies first, else in the order of the file."""
        return sorted(self.of(verdict), key=lambda line: line.depth)


def plan_tree(tree: TreeIn, top_id: int | None, on: date, reach: Collection[int] | None) -> Plan:
    """The plan of the rows. `reach`: the ids of agencies that may be touched (None: all of them). One statement."""
    return _Planner(tree, top_id, on, reach).plan()


def _standing() -> list[Any]:
    """Every agency that ever was, with today's name and parent, and from when its last name and place hold."""
    now, last, named = sa.orm.aliased(AgencyParent), sa.orm.aliased(AgencyParent), sa.orm.aliased(AgencyName)
    columns = (Agency.id, Agency.code, Agency.name, Agency.kind, Agency.position, Agency.help_name, Agency.help_phone)
    rows = sa.select(*columns, Agency.opened_on, Agency.closed_on, now.parent_id, last.from_on.label("placed_on"), named.from_on.label("named_on"))
    rows = rows.outerjoin(now, sa.and_(now.agency_id == Agency.id, holds_on(now, clock.today())))
    rows = rows.outerjoin(last, sa.and_(last.agency_id == Agency.id, last.to_on.is_(None)))
    return list(db.session.execute(rows.outerjoin(named, sa.and_(named.agency_id == Agency.id, named.to_on.is_(None))).order_by(Agency.id)))


class _Planner:
    """One file against one tree."""

    def __init__(self, tree: TreeIn, top_id: int | None, on: date, reach: Collection[int] | None) -> None:
        self.tree, self.top_id, self.on = tree, top_id, on
        standing = _standing()
        self.by_id = {one.id: one for one in standing}
        self.by_code = {one.code.casefold(): one for one in standing}
        self.reach = set(self.by_id) if reach is None else set(reach)
        self.rows = {self.key(row.code): row for row in reversed(tree.rows) if row.code}
        self.next_position: dict[object, int] = {}
        for one in standing:
            if one.closed_on is None:
                self.next_position[one.parent_id] = max(self.next_position.get(one.parent_id, 0), one.position)

    @staticmethod
    def key(code: str) -> str:
        """Codes differ by more than capitals."""
        return code.casefold()

    def mine(self, code: str) -> Any:
        """The agency with this code, if it may be touched."""
        found = self.by_code.get(self.key(code))
        return found if found is not None and found.id in self.reach else None

    def plan(self) -> Plan:
        lines = [self.known(row, found) if (found := self.mine(row.code)) else self.fresh(row) for row in self.tree.rows]
        return Plan([self.judged(line) for line in lines])

    def place(self, row: RowIn, faults: list[tuple[str, str]]) -> tuple[int | None, str]:
        """(id, key of a row) of what the row stands under."""
        if not row.parent:
            return self.top_id, ""
        if self.key(row.parent) == self.key(row.code):
            faults.append(("parent", _("Đơn vị không thể trực thuộc chính mình.")))
        elif found := self.mine(row.parent):
            return found.id, ""
        elif self.key(row.parent) in self.rows and self.key(row.parent) not in self.by_code:
            return None, self.key(row.parent)
        else:
            faults.append(("parent", _("Không có đơn vị cấp trên nào mang mã “%(code)s” trong tệp và trong phạm vi của Anh/Chị.", code=row.parent)))
        return None, ""

    def fresh(self, row: RowIn) -> Line:
        """A row whose code no agency in reach has."""
        faults = list(row.faults)
        parent_id, parent_row = self.place(row, faults)
        if self.key(row.code) in self.by_code:
            faults.append(("code", _("Mã này đã có đơn vị khác dùng, ngoài phạm vi của Anh/Chị hoặc đã kết thúc. Anh/Chị chọn mã khác.")))
        if not row.kind and not any(column == "kind" for column, _sentence in faults):
            faults.append(("kind", _("Đơn vị mới cần có loại, ví dụ “%(kind)s”.", kind=kind_words()["commune"])))
        begins = self.begin(row)
        if (since := self.parent_since(parent_id, parent_row)) and begins < since:
            faults.append(("from_on", _("Đơn vị cấp trên chỉ có từ %(day)s. Anh/Chị chọn ngày từ đó trở đi.", day=f"{since:%d/%m/%Y}")))
        place = parent_row or parent_id
        self.next_position[place] = position = row.position if row.position is not None else min(self.next_position.get(place, 0) + 1, 99_999)
        named = (parent_id, parent_row, self.name_of(parent_id, parent_row), row.code, position, row.help_name or None, row.help_phone or None)
        return Line(row, self.key(row.code), None, "new", *named, 0, [], faults)

    def begin(self, row: RowIn) -> date:
        """From when a new agency is there."""
        return date.fromisoformat(row.from_on) if row.from_on else self.on

    def parent_since(self, parent_id: int | None, parent_row: str) -> date | None:
        """From when what a row stands under is there."""
        if parent_row:
            return self.begin(self.rows[parent_row])
        return self.by_id[parent_id].opened_on if parent_id else None

    def name_of(self, parent_id: int | None, parent_row: str) -> str:
        """What a row stands under, in words."""
        if parent_row:
            return self.rows[parent_row].name
        return self.by_id[parent_id].name if parent_id else ""

    def known(self, row: RowIn, one: Any) -> Line:
        """A row about an agency that is there. An empty cell for parent, kind or order leaves things as they are."""
        faults, changes = list(row.faults), []
        above = self.by_id.get(one.parent_id)
        parent_id, parent_row = one.parent_id, ""
        if row.parent and (above is None or self.key(above.code) != self.key(row.parent)):
            parent_id, parent_row = self.place(row, faults)
            changes.append(Change("parent", above.name if above else "", self.name_of(parent_id, parent_row)))
            self.check_day("parent", one.placed_on, self.parent_since(parent_id, parent_row), faults)
        if row.name and row.name != one.name:
            changes.append(Change("name", one.name, row.name))
            self.check_day("name", one.named_on, None, faults)
        if row.kind and row.kind != one.kind:
            words = kind_words()
            sentence = _("Đơn vị này đang ghi là “%(kind)s”; loại không đổi được bằng tệp. Anh/Chị để trống ô này.", kind=words[one.kind])
            faults.append(("kind", sentence))
        kept = self.plain_changes(row, one, changes)
        if one.closed_on is not None and changes:
            faults.append(("code", _("Đơn vị này kết thúc từ %(day)s nên không sửa bằng tệp được.", day=f"{one.closed_on:%d/%m/%Y}")))
        verdict = "changed" if changes else "same"
        place = (parent_id, parent_row, self.name_of(parent_id, parent_row))
        return Line(row, self.key(row.code), one.id, verdict, *place, one.code, *kept, 0, changes, faults)

    def check_day(self, column: str, last: date | None, parent_since: date | None, faults: list[tuple[str, str]]) -> None:
        """A dated change begins after the last one, and not before the new parent."""
        if last is not None and self.on <= last:
            faults.append((column, _("Lần thay đổi gần nhất có hiệu lực từ %(day)s. Anh/Chị chọn ngày hiệu lực sau đó.", day=f"{last:%d/%m/%Y}")))
        if parent_since is not None and self.on < parent_since:
            faults.append((column, _("Đơn vị cấp trên chỉ có từ %(day)s. Anh/Chị chọn ngày từ đó trở đi.", day=f"{parent_since:%d/%m/%Y}")))

    def plain_changes(self, row: RowIn, one: Any, changes: list[Change]) -> tuple[int, str | None, str | None]:
        """(order, help name, help telephone) as they will be; only columns that the file has are looked at."""
        has = set(self.tree.columns)
        position = row.position if row.position is not None else one.position
        help_name = (row.help_name or None) if "help_name" in has else one.help_name
        help_phone = (row.help_phone or None) if "help_phone" in has else one.help_phone
        for column, before, after in (
            ("position", str(one.position), str(position)),
            ("help_name", one.help_name or "", help_name or ""),
            ("help_phone", one.help_phone or "", help_phone or ""),
        ):
            if before != after:
                changes.append(Change(column, before, after))
        return position, help_name, help_phone

    def judged(self, line: Line) -> Line:
        """With the faults that only the whole file shows: a code twice, a circle."""
        faults, row = list(line.faults), line.row
        first = self.rows.get(line.key)
        if first is not None and row is not first:
            faults.append(("code", _("Mã “%(code)s” đã có ở dòng %(line)s.", code=row.code, line=first.line)))
        depth = self.depth(line) if line.key else 0
        if depth < 0:
            faults.append(("parent", _("Các đơn vị trực thuộc lẫn nhau thành vòng. Anh/Chị xem lại mã cấp trên.")))
        return line._replace(faults=faults, verdict="error" if faults else line.verdict, depth=max(depth, 0))

    def depth(self, line: Line) -> int:
        """How many agencies stand above it once the whole file is read in; -1: it would stand below itself."""
        seen: set[object] = {line.agency_id or line.key}
        node = self.above(line.agency_id or line.key)
        while node is not None:
            if node in seen:
                return -1
            seen.add(node)
            node = self.above(node)
        return len(seen) - 1

    def above(self, node: int | str) -> int | str | None:
        """The parent of an agency (id) or of a new row (key) once the file is read in."""
        if isinstance(node, int):
            one = self.by_id[node]
            row = self.rows.get(self.key(one.code)) if node in self.reach else None
            above, place = self.by_id.get(one.parent_id), one.parent_id
            if row is None or not row.parent or (above is not None and self.key(above.code) == self.key(row.parent)):
                return place
        else:
            row = self.rows[node]
        ignored: list[tuple[str, str]] = []
        parent_id, parent_row = self.place(row, ignored)
        return parent_row or parent_id


def lines_by_verdict(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """verdict -> its lines, in the order of the file."""
    found: dict[str, list[Line]] = {verdict: [] for verdict in ("error", "new", "changed", "same")}
    for line in lines:
        found[line.verdict].append(line)
    return found

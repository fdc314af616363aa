"""What taking in a line would do: add somebody, change or move somebody, nothing, or nothing as long as it is not clear who is meant."""

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any, NamedTuple

from lms.base import fold
from lms.base import gettext as _

from ..names import tidy_code, tidy_username
from .known import Known, KnownPeople
from .lines import Line, Scope

DATED = ("agency", "position", "staff_kind")


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


# field → what counts of it when two values are compared
_PLAIN: dict[str, Callable[[str], str]] = {"gender": str, "position": str.casefold, "staff_kind": str, "email": str.casefold, "phone": _digits}


class Outcome(NamedTuple):
    """The verdict on a line; `fault`: (field, sentence); `options`: what a person may choose for an unsure line; `why`: a sentence about it."""

    verdict: str
    person: Known | None = None
    changes: tuple[list[Any], ...] = ()
    fault: tuple[str, str] | None = None
    options: tuple[str, ...] = ()
    chosen: str = ""
    why: str = ""


def compare_lines(lines: Collection[Line], scope: Scope) -> None:
    """Give every line its verdict, from the database as it is now. Reads only: four or five statements, however many lines."""
    known = KnownPeople(lines, scope)
    for line in lines:
        _settle(line, _outcome(line, known, scope))


def _settle(line: Line, outcome: Outcome) -> None:
    """Put the outcome into the line. What a person has chosen before stays, as long as it may still be chosen."""
    values, person = line.values, outcome.person
    faults = [(line.values["cells"].get(outcome.fault[0], ""), "", outcome.fault[1])] if outcome.fault else []
    line.verdict, line.changes = outcome.verdict, list(outcome.changes)
    line.faults = [*values["faults"], *map(list, faults)]
    choice = values["choice"] if values["choice"] in outcome.options else outcome.chosen
    values |= {"options": list(outcome.options), "candidate": person.id if person else None, "why": outcome.why}
    choose(line, choice)


def choose(line: Line, choice: str) -> None:
    """Let a line take part as "same" (the person found), "new" (somebody else), or not at all."""
    if line.verdict in ("unsure", "moved"):
        line.is_chosen = choice in ("same", "new")
        line.person_id = line.values["candidate"] if choice != "new" else None
    else:
        line.is_chosen = line.verdict in ("new", "changed")
        line.person_id = line.values["candidate"] if line.verdict != "error" else None


def _outcome(line: Line, known: KnownPeople, scope: Scope) -> Outcome:
    values = line.values
    if values["faults"]:
        return Outcome("error")
    if line.agency_id is None:
        return _error("unit", _("Chưa nhận ra đơn vị “%(unit)s”.", unit=values["unit"]))
    by_code, by_number = known.by_code.get(values["staff_code"]), known.by_mark.get(values["number_fingerprint"])
    if clash := _clash(values, by_code, by_number):
        return _error(*clash)
    if person := by_code or by_number:
        return _of_known(line, person, scope)
    if clash := _taken_name(values, known):
        return _error(*clash)
    return _of_unknown(line, known, scope)


def _error(field: str, sentence: str) -> Outcome:
    return Outcome("error", fault=(field, sentence))


def _clash(values: dict[str, Any], by_code: Known | None, by_number: Known | None) -> tuple[str, str] | None:
    """Why code and personal number cannot be this person's. Of people out of reach nothing is told but that the code is taken."""
    if by_code and not by_code.is_reached:
        return "staff_code", _("Mã này đã có người dùng ở đơn vị khác. Anh/Chị hỏi quản trị cấp trên.")
    if by_number and not by_number.is_reached:
        return "personal_number", _("Số định danh này đã có người dùng ở đơn vị khác. Anh/Chị hỏi quản trị cấp trên.")
    if by_code and by_number and by_code.id != by_number.id:
        return "personal_number", _("Số định danh này là của %(name)s, không phải của người có mã này.", name=by_number.full_name)
    if by_number and not by_code and values["staff_code"] and by_number.staff_code:
        said = {"name": by_number.full_name, "code": by_number.staff_code}
        return "staff_code", _("Số định danh này là của %(name)s, mã %(code)s trong hệ thống.", **said)
    return None


def _taken_name(values: dict[str, Any], known: KnownPeople) -> tuple[str, str] | None:
    """A user name belongs to one person only, and is nobody else's staff code."""
    if values["username"] and values["username"] in known.owners:
        return "username", _("Tên đăng nhập này đã có người dùng. Anh/Chị chọn tên khác.")
    if values["username"] and tidy_code(values["username"]) in known.codes_as_usernames:
        return "username", _("Tên đăng nhập này trùng với mã cán bộ của người khác. Anh/Chị chọn tên khác.")
    if values["staff_code"] and tidy_username(values["staff_code"]) in known.owners:
        return "staff_code", _("Mã cán bộ này trùng với tên đăng nhập của người khác. Anh/Chị kiểm tra lại mã.")
    return None


# Somebody known by code or number


def _of_known(line: Line, person: Known, scope: Scope) -> Outcome:
    changes = changes_of(line, person)
    if sentence := _refusal(line, person, changes, scope):
        return _error("staff_code" if line.values["staff_code"] else "personal_number", sentence)
    if not _is_alike(line, person):
        why = _("Mã hoặc số định danh này đang là của %(name)s. Anh/Chị kiểm tra có đúng là một người không.", name=person.full_name)
        return Outcome("unsure", person, tuple(changes), options=("same", "skip"), why=why)
    why = _birth_note(line, person)
    if any(change[0] == "agency" for change in changes):
        return Outcome("moved", person, tuple(changes), options=("same", "skip"), chosen="same", why=why)
    return Outcome("changed" if changes else "same", person, tuple(changes), why=why)


def _is_alike(line: Line, person: Known) -> bool:
    """Whether name or birth agree; a code with another name *and* another birth is more likely a mistyped code."""
    if fold(line.name) == fold(person.full_name):
        return True
    day, year = line.birth
    known_day, known_year = person.birth
    return day == known_day if day and known_day else bool(year) and year == known_year


def _refusal(line: Line, person: Known, changes: list[list[Any]], scope: Scope) -> str:
    """Why this person cannot be changed by a list; empty when they can."""
    if person.anonymised_at is not None or person.is_gone(scope.on):
        return _("%(name)s đã thôi công tác trong hệ thống. Nếu người này trở lại, Anh/Chị ghi ở trang của người đó.", name=person.full_name)
    if changes and person.holds_above:
        return _("%(name)s giữ vai trò ở cấp trên, nên quản trị cấp trên mới đổi được.", name=person.full_name)
    if not any(change[0] in DATED for change in changes):
        return ""
    assert person.from_on is not None
    if scope.on < person.from_on or person.to_on is not None:
        day = f"{person.to_on or person.from_on:%d/%m/%Y}"
        return _("%(name)s đã có thay đổi được ghi từ ngày %(day)s, sau ngày của danh sách này.", name=person.full_name, day=day)
    if any(change[0] == "agency" for change in changes) and person.agency_id in person.role_agencies:
        return _("%(name)s đang giữ vai trò ở đơn vị cũ. Anh/Chị chuyển đơn vị ở trang của người đó.", name=person.full_name)
    return ""


def _birth_note(line: Line, person: Known) -> str:
    day, year = line.birth
    if year and not day and person.birth_on and person.birth_on.year != year:
        known = f"{person.birth_on:%d/%m/%Y}"
        return _("Năm sinh trong danh sách là %(year)s, hệ thống giữ ngày sinh đang có: %(known)s.", year=year, known=known)
    return ""


def changes_of(line: Line, person: Known) -> list[list[Any]]:
    """[field, before, after] of what the line says otherwise. An empty cell says nothing, and a year says nothing against a day."""
    values = line.values
    found: list[list[Any]] = []
    if line.sort != person.sort:
        found.append(["full_name", person.full_name, line.name])
    if values["staff_code"] and values["staff_code"] != person.staff_code:
        found.append(["staff_code", person.staff_code, values["staff_code"]])
    day, year = line.birth
    if day and day != person.birth[0]:
        found.append(["birth", person.birth[0] or person.birth[1], day])
    elif year and not day and not person.birth_on and year != person.birth_year:
        found.append(["birth", person.birth_year, year])
    for field, plain in _PLAIN.items():
        before, after = getattr(person, field), values[field]
        if after and plain(after) != plain(before or ""):
            found.append([field, before, after])
    if values["number_fingerprint"] and values["number_fingerprint"] != person.number_fingerprint:
        found.append(["personal_number", "••••" if person.number_sealed else None, values["number_shown"]])
    if line.agency_id != person.agency_id:
        found.append(["agency", person.agency_id, line.agency_id])
    return found


# Somebody without a known code


def _of_unknown(line: Line, known: KnownPeople, scope: Scope) -> Outcome:
    found = [person for person in known.by_name.get(line.sort, []) if _may_be(line, person)]
    if not found:
        if line.values["twin_of"]:
            why = _("Trùng với dòng %(line)s, không có mã để phân biệt. Anh/Chị chọn có đúng là một người khác không.", line=line.values["twin_of"])
            return Outcome("unsure", options=("new", "skip"), why=why)
        return Outcome("new")
    found.sort(key=lambda person: (person.agency_id != line.agency_id, person.birth != line.birth, person.is_gone(scope.on), person.id))
    return _of_candidate(line, found[0], len(found), scope)


def _may_be(line: Line, person: Known) -> bool:
    """Whether somebody of the same name may be meant: nothing speaks against it, and something else than the name speaks for it."""
    if line.values["staff_code"] and person.staff_code:
        return False
    if line.values["number_fingerprint"] and person.number_fingerprint:
        return False
    (day, year), (known_day, known_year) = line.birth, person.birth
    if (day and known_day and day != known_day) or (year and known_year and year != known_year):
        return False
    return line.agency_id == person.agency_id or bool(year and known_year)


def _of_candidate(line: Line, person: Known, count: int, scope: Scope) -> Outcome:
    changes = changes_of(line, person)
    if sentence := _refusal(line, person, changes, scope):
        return Outcome("unsure", person, options=("new", "skip"), why=_("Có người cùng họ tên. %(why)s", why=sentence))
    day = line.birth[0]
    is_clear = count == 1 and day is not None and day == person.birth[0] and line.agency_id == person.agency_id and not line.values["namesake"]
    if is_clear:
        why = _("Không có mã để so. Trong hệ thống có đúng một người cùng họ tên, ngày sinh và đơn vị.")
    elif count > 1:
        why = _("Trong hệ thống có %(n)s người cùng họ tên như vậy. Anh/Chị chọn giúp.", n=count)
    else:
        why = _("Trong hệ thống có người cùng họ tên. Anh/Chị chọn có phải là một người không.")
    return Outcome("unsure", person, tuple(changes), options=("same", "new", "skip"), chosen="same" if is_clear else "", why=why)


def mark_doubles(lines: Collection[Line]) -> list[Line]:
    """Two lines that were found to be one person: neither is taken as a matter of course. Answers the lines that changed."""
    first: dict[int, Line] = {}
    changed: list[Line] = []
    for line in lines:
        if line.person_id is None or line.verdict == "error" or (line.verdict == "unsure" and not line.is_chosen):
            continue
        before = first.setdefault(line.person_id, line)
        if before is line:
            continue
        sentence = _("Dòng này và dòng %(line)s được nhận ra là một người. Anh/Chị giữ một dòng.", line=before.line)
        if line.verdict == "unsure" and not line.values["choice"]:
            line.values["why"] = sentence
            choose(line, "")
        else:
            line.verdict, line.faults, line.is_chosen, line.person_id = "error", [*line.faults, ["", "", sentence]], False, None
        changed.append(line)
    return changed


def birth_of(values: dict[str, Any]) -> tuple[date | None, int | None]:
    """The two columns of a person in which the birth of a line is kept."""
    return (date.fromisoformat(values["birth_on"]), None) if values["birth_on"] else (None, values["birth_year"])

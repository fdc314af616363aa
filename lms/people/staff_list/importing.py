"""A staff list until it is confirmed: sent, read again with other columns, lines chosen, dropped. The worker does the slow part (`tasks`)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.base import Refused, clock, db
from lms.base import gettext as _

from ..following import refuse_ended
from ..roles import refuse_outside
from .columns import FIELD_KEYS, has_name
from .compare import choose
from .lines import line_of, stored_lines
from .models import StaffImport, StaffImportFile, StaffImportRow
from .tasks import ask_to_read, forget_contents, keep_verdicts

MOST_BYTES = 10 << 20
ENDINGS = (".xlsx", ".xlsm", ".csv", ".txt")


class Reading(NamedTuple):
    """How a list is to be read: title key → field ("" for not wanted), encoding, names of sheets, unit (by title key) → agency id."""

    columns: Mapping[str, str]
    encoding: str
    sheets: Sequence[str]
    units: Mapping[str, int]


def refuse_file(file_name: str, content: bytes) -> None:
    """Raise Refused for what is no list at first sight; the worker looks inside."""
    ending = file_name.lower().rpartition(".")[2]
    if ending == "xls":
        save_as = _("Anh/Chị mở bằng Excel, chọn Lưu thành (Save As), loại Excel Workbook (.xlsx), rồi tải lên lại.")
        advice = " ".join([_("Tệp .xls là định dạng cũ."), save_as])
        raise Refused(advice, "file")
    if f".{ending}" not in ENDINGS:
        raise Refused(_("Anh/Chị chọn tệp Excel (.xlsx) hoặc .csv của danh sách."), "file")
    if not content:
        raise Refused(_("Tệp này trống. Anh/Chị kiểm tra lại tệp đã chọn."), "file")
    if len(content) > MOST_BYTES:
        raise Refused(_("Tệp lớn hơn %(n)s MB. Anh/Chị xóa hình ảnh và trang tính thừa, hoặc chia thành nhiều tệp.", n=MOST_BYTES >> 20), "file")


def send_list(actor: Any, agency_id: int, on: date, file_name: str, content: bytes) -> int:
    """Keep the file and ask the worker to read it. Answers the id of the import; the same file sent again is the same import."""
    refuse_file(file_name, content)
    refuse_outside(actor, agency_id)
    refuse_ended(agency_id, on)
    same = sa.select(StaffImport.id).join(StaffImportFile, StaffImportFile.import_id == StaffImport.id).where(StaffImportFile.content == content)
    same = same.where(StaffImport.sent_by_id == actor.person_id, StaffImport.agency_id == agency_id, StaffImport.effective_on == on)
    if known := db.session.scalar(same.where(StaffImport.state.in_(("reading", "read"))).limit(1)):
        return known
    facts = {"agency_id": agency_id, "sent_by_id": actor.person_id, "file_name": file_name[-200:], "effective_on": on}
    one = StaffImport(**facts, state="reading", percent=0, created_at=clock.now())
    db.session.add(one)
    db.session.flush()
    db.session.add(StaffImportFile(import_id=one.id, content=content))
    ask_to_read(one, 1)
    return one.id


def hold_list(one: StaffImport) -> None:
    """Wait for whoever changes the list at this moment, and see what they left; until the end of the transaction it is ours."""
    db.session.refresh(one, with_for_update=True)


def claim(one: StaffImport, before: Sequence[str], after: str) -> bool:
    """Change the state, if it still is one of these: of several who try at once only one succeeds."""
    free = sa.update(StaffImport).where(StaffImport.id == one.id, StaffImport.state.in_(before))
    is_ours = bool(db.session.execute(free.values(state=after)).rowcount)  # type: ignore[attr-defined]
    db.session.refresh(one)
    return is_ours


def read_again(actor: Any, one: StaffImport, reading: Reading) -> None:
    """Read the file again, with columns, encoding and units as the person says. What was chosen of lines is asked again."""
    found = one.found or {}
    _refuse_nameless(found, reading.columns)
    if not db.session.scalar(sa.select(StaffImportFile.import_id).where(StaffImportFile.import_id == one.id)):
        raise Refused(_("Tệp này không còn được giữ. Anh/Chị gửi lại danh sách."))
    if not claim(one, ("read",), "reading"):
        raise Refused(_("Danh sách đang được xử lý ở một cửa sổ khác. Anh/Chị tải lại trang."))
    before = one.mapping or {}
    understood = {column["key"]: column["field"] for column in found["columns"]}
    said = {key: field for key, field in reading.columns.items() if key in understood and field != understood[key]}
    is_all = set(reading.sheets) >= set(found["sheets"]) or not reading.sheets
    one.mapping = {
        "columns": {**before.get("columns", {}), **said},
        "units": {**before.get("units", {}), **reading.units},
        **({} if is_all else {"sheets": [name for name in found["sheets"] if name in reading.sheets]}),
    }
    if reading.encoding != found["encoding"]:
        one.encoding = reading.encoding
    one.error = None
    ask_to_read(one, found["turn"] + 1)


def _refuse_nameless(found: Mapping[str, Any], columns: Mapping[str, str]) -> None:
    fields = {column["key"]: column["field"] for column in found["columns"]} | dict(columns)
    if not has_name(list(fields.values())):
        raise Refused(_("Cần có cột “Họ và tên”, hoặc hai cột “Họ và tên đệm” và “Tên”. Anh/Chị chọn cột đó."))
    single = [field for field in fields.values() if field in FIELD_KEYS and field not in ("birth_on", "gender", "phone")]
    if len(single) != len(set(single)):
        raise Refused(_("Hai cột cùng được chọn là một loại thông tin. Anh/Chị để một cột là “Không lấy”."))


def choose_lines(actor: Any, one: StaffImport, choices: Mapping[int, str]) -> None:
    """Say of lines (by the id of their row) whether they are the same person, somebody new, or to be left out."""
    if not _is_open(one):
        raise Refused(_("Danh sách không còn ở bước xem trước. Anh/Chị tải lại trang."))
    own = stored_lines().where(StaffImportRow.import_id == one.id, StaffImportRow.id.in_(list(choices)))
    lines = [line_of(row) for row in db.session.execute(own)]
    for line in lines:
        choice = choices[line.id or 0]
        if choice in line.values["options"]:
            line.values = {**line.values, "choice": choice}
            choose(line, choice)
    keep_verdicts(lines)


def _is_open(one: StaffImport) -> bool:
    open_ones = sa.select(StaffImport.id).where(StaffImport.id == one.id, StaffImport.state == "read")
    return db.session.scalar(open_ones.with_for_update()) is not None


def drop_list(actor: Any, one: StaffImport) -> None:
    """Forget a list that was not taken in. Dropped already: nothing happens."""
    if claim(one, ("reading", "read", "failed"), "dropped"):
        forget_contents([one.id])
    elif one.state != "dropped":
        raise Refused(_("Danh sách đã được ghi hoặc đang được ghi, nên không bỏ được nữa."))

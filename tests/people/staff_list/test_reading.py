"""Reading foreign spreadsheets: real ones come out cell by cell; everything else ends in one sentence, within limits, and knows no secret."""

import io
import os
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lms.base.child
from lms.base import Refused, in_child, read_sheets
from tests.people.staff_list.lists import in_1258, in_tcvn3, in_vni, work_done, workbook_of

TEXT = "Họ và tên,Ngày sinh\nNguyễn Thị Hường,05/02/1980\n“Đỗ Hữu Ước”,1975\nVũ Thị Tuyết,\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def sentence(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        read_sheets(path, path.name)
    assert refused.value.sentence.endswith(".") and "Traceback" not in refused.value.sentence
    return refused.value.sentence


def altered(path: Path, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> Path:
    """The workbook with its parts changed, and more parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: change(name, archive.read(name)) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | (more or {})).items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return workbook_of(tmp_path / "ds.xlsx", ("Danh sách", [["Họ và tên", "Ngày sinh"], ["Nguyễn Thị Hà", date(1980, 2, 5)]]))


def test_cells_come_as_text_numbers_and_days_at_their_true_lines(tmp_path: Path) -> None:
    rows = [[], [], [None, "Họ và tên", 912345678, 1.5, datetime(1980, 2, 3), datetime(1980, 2, 3, 8, 30), True, "  "]]
    (sheet,) = read_sheets(workbook_of(tmp_path / "a.xlsx", ("Danh sách", rows)), "a.xlsx")
    assert sheet.rows[2][:7] == [None, "Họ và tên", 912345678, 1.5, date(1980, 2, 3), "03/02/1980 08:30", True]
    assert sheet.rows[0] == [None] * len(sheet.rows[2]) and isinstance(sheet.rows[2][2], int)


def test_a_merged_value_stands_in_all_its_cells(tmp_path: Path) -> None:
    path = workbook_of(tmp_path / "a.xlsx", ("A", [["Họ và tên", None, "Ngày sinh"], [None, None, None], ["a", "b", "c"]]), merged=("A1:B2", "C1:C2"))
    assert read_sheets(path, "a.xlsx")[0].rows[:2] == [["Họ và tên", "Họ và tên", "Ngày sinh"]] * 2


def test_hidden_sheets_are_named_and_not_read(tmp_path: Path) -> None:
    path = workbook_of(tmp_path / "a.xlsx", ("Danh sách", [["x"]]), ("Lương", [["bí mật"]]), hidden=("Lương",))
    assert [(sheet.name, sheet.is_hidden, sheet.rows) for sheet in read_sheets(path, "a.xlsx")] == [
        ("Danh sách", False, [["x"]]),
        ("Lương", True, []),
    ]


@pytest.mark.parametrize(
    "encoded", [TEXT.encode(), TEXT.encode("utf-8-sig"), TEXT.encode("utf-16"), in_1258(TEXT)], ids=["utf-8", "bom", "utf-16", "1258"]
)
def test_text_files_are_read_in_every_encoding_of_vietnamese(tmp_path: Path, encoded: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(encoded)
    (sheet,) = read_sheets(path, "a.csv")
    assert sheet.name == "" and sheet.rows == [
        ["Họ và tên", "Ngày sinh"],
        ["Nguyễn Thị Hường", "05/02/1980"],
        ["“Đỗ Hữu Ước”", "1975"],
        ["Vũ Thị Tuyết", None],
    ]


@pytest.mark.parametrize("write", [in_tcvn3, in_vni])
def test_bytes_of_old_fonts_come_as_excel_shows_them(tmp_path: Path, write: Callable[[str], str]) -> None:
    names = "Họ và tên;Đơn vị\nNguyễn Thị Hường;Trường Tiểu học\nTrần Đức Thắng;Phòng Nội vụ\nLê Thị Mỹ;Trạm Y tế\n"
    path = tmp_path / "a.csv"
    path.write_bytes(write(names).encode("cp1252"))
    assert [row[0] for row in read_sheets(path, "a.csv")[0].rows] == [
        write(name) for name in ("Họ và tên", "Nguyễn Thị Hường", "Trần Đức Thắng", "Lê Thị Mỹ")
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_delimiter_is_found_and_quotes_are_kept_together(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f'Họ tên{mark}Đơn vị\n"Hà{mark} Nam"{mark}"dòng 1\ndòng 2"\n\nAn\n', "utf-8")
    assert read_sheets(path, "a.txt")[0].rows == [["Họ tên", "Đơn vị"], [f"Hà{mark} Nam", "dòng 1\ndòng 2"], [None, None], ["An", None]]


FOREIGN = {
    "an old workbook": (OLE + "Workbook".encode("utf-16-le"), "Lưu thành"),
    "a locked workbook": (OLE + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
    "an old document": (OLE + "WordDocument".encode("utf-16-le"), "văn bản"),
    "a PDF": (b"%PDF-1.7\n", "PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "hình ảnh"),
    "a web page": ("<html><table><tr><td>Họ và tên</td></tr></table>".encode(), "trang web"),
    "nothing": (b"", "trống"),
    "an archive": (b"Rar!\x1a\x07\x00", "nén"),
    "random bytes": (bytes(range(256)) * 40, "không phải bảng tính"),
}


@pytest.mark.parametrize(("content", "advice"), FOREIGN.values(), ids=FOREIGN)
def test_what_is_no_workbook_is_refused_with_advice(tmp_path: Path, content: bytes, advice: str) -> None:
    path = tmp_path / "danh-sach.xlsx"
    path.write_bytes(content)
    assert advice in sentence(path)


def test_other_archives_of_office_are_refused_with_advice(tmp_path: Path) -> None:
    for parts, advice in [
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, ".ods"),
        ({"[Content_Types].xml": "", "word/document.xml": ""}, "văn bản"),
    ]:
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in parts.items():
                archive.writestr(name, text)
        assert advice in sentence(path)


def test_a_truncated_workbook_is_refused(sound: Path) -> None:
    for length in (30, 2000, len(sound.read_bytes()) - 30):
        cut = sound.with_name(f"{length}.xlsx")
        cut.write_bytes(sound.read_bytes()[:length])
        assert "không đọc được" in sentence(cut)


def test_a_part_with_a_document_type_is_refused(sound: Path) -> None:
    evil = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><sst>&a;</sst>'
    assert "không an toàn" in sentence(altered(sound, lambda name, part: part, {"xl/other.xml": evil.encode()}))
    assert "không an toàn" in sentence(altered(sound, lambda name, part: part, {"xl/other.xml": evil.encode("utf-16")}))


def test_an_archive_that_inflates_is_refused_before_it_is_opened(sound: Path) -> None:
    began = work_done()
    assert "bất thường" in sentence(altered(sound, lambda name, part: part, {"xl/media/a.bin": b"\0" * (80 << 20)}))
    assert work_done() - began < 5


def test_an_archive_of_thousands_of_parts_is_refused(sound: Path) -> None:
    assert "bất thường" in sentence(altered(sound, lambda name, part: part, {f"xl/{n}.xml": b"<a/>" for n in range(2001)}))


def test_a_small_sheet_that_spans_the_whole_grid_is_refused(sound: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    began = work_done()
    assert "quá nặng" in sentence(altered(sound, lambda name, part: part.replace(b"</sheetData>", far)))
    assert work_done() - began < 10


def test_too_many_lines_and_columns_are_refused_with_their_number(tmp_path: Path, sound: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" * 50_001, "utf-8")
    assert "50000 dòng" in sentence(path)
    path.write_text(",".join("a" * 100_000), "utf-8")
    assert "200 cột" in sentence(path)
    far = b'<row r="60000"><c r="A60000"><v>1</v></c></row></sheetData>'
    assert "50000 dòng" in sentence(altered(sound, lambda name, part: part.replace(b"</sheetData>", far)))


def test_a_file_over_ten_megabytes_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a," * (6 << 20))
    assert "10 MB" in sentence(path)


def test_thousands_of_merged_areas_cost_nothing(tmp_path: Path) -> None:
    path = workbook_of(tmp_path / "a.xlsx", ("A", [["x"] * 150] * 300))
    areas = b'<mergeCells count="100000">' + b'<mergeCell ref="A1:ET300"/>' * 100_000 + b"</mergeCells>"
    began = work_done()
    read_sheets(altered(path, lambda name, part: part.replace(b"</sheetData>", b"</sheetData>" + areas)), "a.xlsx")
    assert work_done() - began < 10


@settings(max_examples=12, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=2000),
        st.builds(lambda head, rest: head + rest, st.sampled_from([b"PK\x03\x04", OLE, b"\xff\xfe", b"\xef\xbb\xbf"]), st.binary(max_size=500)),
    )
)
def test_any_bytes_end_in_sheets_or_in_one_sentence(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "a.xlsx"
    path.write_bytes(content)
    try:
        assert isinstance(read_sheets(path, "a.xlsx"), list)
    except Refused as refused:
        assert refused.sentence


def test_flipped_bytes_of_a_real_workbook_end_in_sheets_or_in_one_sentence(sound: Path) -> None:
    content = sound.read_bytes()
    for place in range(40, len(content), len(content) // 25):
        sound.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            read_sheets(sound, "a.xlsx")
        except Refused as refused:
            assert refused.sentence


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """A function body run as a child's function."""

    def run(body: str, *args: object, **limits: int) -> Any:
        room = tmp_path / "lms"
        room.mkdir(exist_ok=True)
        (room / "made.py").write_text("import os, sys, time\n" + body, "utf-8")
        monkeypatch.setattr(lms.base.child, "_HOUSE", tmp_path)
        return in_child("lms.made.run", *args, **limits)

    return run


def test_a_child_answers_in_plain_data(child: Callable[..., Any]) -> None:
    assert child("def run(a, b):\n    print('noise')\n    return [a + b, {'tên': None}]", 1, 2) == [3, {"tên": None}]


def test_a_child_knows_no_secret_and_has_nothing_of_ours_loaded(child: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_SECRET_KEY", "bi-mat")
    monkeypatch.setenv("LMS_DATABASE", "postgresql://x:bi-mat@db/lms")
    environment, modules = child("def run():\n    return [dict(os.environ), sorted(sys.modules)]")
    assert "bi-mat" not in str(environment) and not [name for name in environment if name.startswith("LMS")]
    assert not [name for name in modules if name.split(".")[0] in ("lms", "flask", "sqlalchemy")]


BAD = {
    "an exception": ("def run():\n    raise KeyError('mật')", "không đọc được", "KeyError"),
    "a crash": ("import ctypes\ndef run():\n    ctypes.string_at(0)", "quá nặng", "signal 11"),
    "an end without answer": ("def run():\n    os._exit(0)", "quá nặng", "exit 0"),
    "an answer that is no data": ("def run():\n    return object()", "không đọc được", "TypeError"),
    "too much memory": ("def run():\n    return len(bytearray(900 << 20))", "quá nặng", "MemoryError"),
    "no end": ("def run():\n    while True: pass", "quá nặng", "signal 24|time"),
    "sleep": ("def run():\n    time.sleep(60)", "quá nặng", "time"),
    "a broken module": ("def run(:", "không đọc được", "SyntaxError"),
}


@pytest.mark.parametrize(("body", "words", "reason"), BAD.values(), ids=BAD)
def test_whatever_goes_wrong_in_a_child_is_one_sentence(
    child: Callable[..., Any], caplog: pytest.LogCaptureFixture, body: str, words: str, reason: str
) -> None:
    with pytest.raises(Refused, match=words):
        child(body, seconds=2, megabytes=256)
    assert re.search(f"run: ({reason})$", caplog.text.strip()) and "mật" not in caplog.text


def test_an_answer_longer_than_any_list_is_refused(child: Callable[..., Any]) -> None:
    assert len(child("def run():\n    return 'x' * (60 << 20)", seconds=20, megabytes=1000)) == 60 << 20
    with pytest.raises(Refused, match="quá nặng"):
        child("def run():\n    return 'x' * ( 70 << 20)  # another size: bytecode is cached by size and second", seconds=20, megabytes=1000)


def test_only_functions_of_the_house_run_in_a_child() -> None:
    for name in ("os.system", "lms.base.nothing.run", "lms/../x.run", "lms.base.reading_child.read(1)"):
        with pytest.raises(ValueError):
            in_child(name)


def test_nothing_is_left_in_the_folder_for_temporary_files(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    read_sheets(sound, "a.xlsx")
    assert os.listdir(folder) == []


def test_ten_thousand_lines_are_read_within_a_minute(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    for number in range(10_000):
        sheet.append([f"CB{number}", "Nguyễn Thị Hà", date(1980, 1, 1), "Nữ", "Trường Tiểu học An Phúc", 912345678])
    kept = io.BytesIO()
    book.save(kept)
    path = tmp_path / "a.xlsx"
    path.write_bytes(kept.getvalue())
    began = work_done()
    assert len(read_sheets(path, "a.xlsx")[0].rows) == 10_000
    assert work_done() - began < 60

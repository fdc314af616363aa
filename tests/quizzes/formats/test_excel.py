"""The Excel template, filled as people fill it."""

from collections.abc import Sequence

from lms.base import workbook
from lms.quizzes import FORMATS
from lms.quizzes.format import NO_WHY
from lms.quizzes.formats.excel import template

EXCEL = FORMATS["excel"]
HEAD = ["STT", "Loại", "CÂU HỎI", "A", "B", "C", "D", "Đáp án đúng", "Giải thích A", "Giải thích chung", "Mức độ", "Mã chuẩn", "Chủ đề"]


def sheet(*rows: Sequence[str | int | float | None], heading: tuple[str, ...] = ("Đề cương", "Năm 2026")) -> bytes:
    """A sheet with title lines above the header (rows begin at 5)."""
    return workbook("Câu hỏi", heading, [(name, 10) for name in HEAD], [[*row, *[None] * (len(HEAD) - len(row))] for row in rows])


def test_the_template_is_read_without_faults_and_shows_every_kind() -> None:
    read = EXCEL.read(template())
    assert read.faults == [] and {one.raw["kind"] for one in read.questions} == EXCEL.kinds
    assert all(NO_WHY not in str(one.raw) for one in read.questions)


def test_rows_as_people_fill_them() -> None:
    read = EXCEL.read(
        sheet(
            [1, "", "Mấy?", 1, 2.5, "ba", None, "b", "sai", "vì thế", "dễ", "X1; X2"],
            [2, "", "Hai cái?", "a", "b", "c", "d", "A, C"],
            [3, "", "Phải không?", None, None, None, None, "Sai", "không phải", "đúng là sai"],
            [4, "Số", "Bao nhiêu?", None, None, None, None, "12,5 ± 0,5 GB", None, "vì"],
            [5, "trả lời ngắn", "Phím?", None, None, None, None, "Ctrl+C\nCtrl C", None, "vì", "Khó", "", "Phím tắt"],
        )
    )
    assert read.faults == [] and [one.place for one in read.questions] == [f"hàng {n}" for n in range(5, 10)]
    first, several, truth, number, short = (one.raw for one in read.questions)
    assert [option["text"] for option in first["options"]] == ["1", "2,5", "ba"]
    assert first["options"][1] == {"text": "2,5", "correct": True, "why": "vì thế"} and first["standards"] == ["X1", "X2"]
    assert (first["difficulty"], several["kind"], short["difficulty"]) == ("easy", "multiple", "hard")
    assert (truth["answer"], truth["why_true"], truth["why_false"]) == (False, "không phải", "đúng là sai")
    assert (number["value"], number["tolerance"], number["unit"]) == ("12,5", "0,5", "GB")
    assert short["accepted"] == ["Ctrl+C", "Ctrl C"] and read.questions[4].topic == "Phím tắt"


def test_essays_tags_and_scoring() -> None:
    head = [*HEAD, "Nhãn", "Cách chấm"]
    rows = [
        ["", "Tự luận", "Viết.", "", "", "", "", "60: a\n40 - b", "", "Bài mẫu", "", "", "", "mật khẩu, OTP", ""],
        ["", "", "Hai?", "a", "b", "c", "", "A, B", "", "vì", "", "", "", "", "Trừ điểm"],
        ["", "Tự luận", "Viết.", "", "", "", "", "nêu ý a", "", "", "", "", "", "", ""],
        ["", "", "Hai?", "a", "b", "c", "", "A, B", "", "vì", "", "", "", "", "tùy"],
    ]
    read = EXCEL.read(workbook("Câu hỏi", (), [(name, 10) for name in head], rows))
    essay, several = (one.raw for one in read.questions[:2])
    assert essay["rubric"] == [{"text": "a", "points": 60}, {"text": "b", "points": 40}] and essay["model"] == "Bài mẫu"
    assert essay["tags"] == ["mật khẩu", "OTP"] and several["scoring"] == "penalty"
    assert [(fault.place, "“nêu ý a”" in fault.sentence or "“tùy”" in fault.sentence) for fault in read.faults] == [
        ("hàng 4", True),
        ("hàng 5", True),
    ]


def test_a_fault_names_its_row() -> None:
    read = EXCEL.read(
        sheet(["", "", "Mấy?", "a", "b", "c", "", "A"], [], ["", "", "Mấy?", "a", "b", "c", "", "E"], ["", "", "", "a", "b", "c", "", "A"])
    )
    assert [(fault.place, fault.sentence[:12]) for fault in read.faults][:2] == [("hàng 7", "“E” trong ô "), ("hàng 7", "Câu hỏi một ")]
    assert read.faults[-1].place == "hàng 8" and "trống" in read.faults[-1].sentence


def test_what_is_not_the_template_is_said_in_one_sentence() -> None:
    for content in (workbook("x", (), [("Họ tên", 10)], [["An"]]), b"%PDF-1.7", b"PK\x03\x04 hong"):
        read = EXCEL.read(content)
        assert len(read.faults) == 1 and read.faults[0].place == "cả tệp" and not read.questions


def test_other_kinds_and_cells_without_use_are_listed() -> None:
    read = EXCEL.read(sheet(["", "Ghép đôi", "Nối."], ["", "Đúng/Sai", "Phải?", "thừa", "", "", "", "Đúng"]))
    assert len(read.questions) == 1
    assert [fault.place for fault in read.lost][:2] == ["hàng 5", "hàng 6"] and "“Ghép đôi”" in read.lost[0].sentence
    ordering = {"kind": "ordering", "text": "x", "items": ["a", "b", "c"], "why": "w", "difficulty": "easy"}
    assert "ordering" in EXCEL.write([ordering]).lost[0].sentence


def test_no_cell_runs_as_a_formula() -> None:
    options = [{"text": text, "correct": text == "=1+1", "why": "+cmd"} for text in ("=1+1", "-2", "@x")]
    raw = {"kind": "single", "text": '=HYPERLINK("//x")', "options": options, "difficulty": "easy"}
    found = EXCEL.read(EXCEL.write([raw]).content).questions[0].raw
    assert found["text"] == raw["text"] and [option["text"] for option in found["options"]] == ["=1+1", "-2", "@x"]

"""Our Excel template: a question a row, its options in the columns A to F."""

import re
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from lms.base import CellIn, Refused, fold, nfc, read_sheets, workbook
from lms.base import gettext as _

from ..fields import decimal_of
from ..format import Format, Raw, Read, Written
from ..from_files import Reading, give_why
from ..kind_names import ESSAY, MULTIPLE, NUMERICAL, SHORTANSWER, SINGLE, TRUEFALSE
from ..rubrics import one_lined, rubric_of
from ..to_files import Writing

LETTERS = "ABCDEF"
TITLE = "Câu hỏi"
HEADING = (
    "Mẫu nhập câu hỏi",
    "Mỗi hàng một câu. Đáp án đúng: chữ cái (A, C), Đúng hoặc Sai, số, chữ phải gõ; tự luận: mỗi dòng một tiêu chí “điểm: nội dung”.",
)
KIND_WORDS = {
    SINGLE: "Một lựa chọn",
    MULTIPLE: "Nhiều lựa chọn",
    TRUEFALSE: "Đúng/Sai",
    SHORTANSWER: "Trả lời ngắn",
    NUMERICAL: "Số",
    ESSAY: "Tự luận",
}
SCORINGS = {"whole": "Cả câu", "parts": "Từng phần", "penalty": "Trừ điểm"}
LEVELS = {"easy": "Dễ", "medium": "Trung bình", "hard": "Khó"}
WHYS = [f"Giải thích {letter}" for letter in LETTERS]
COLUMNS = ["Loại", "Câu hỏi", *LETTERS, "Đáp án đúng", *WHYS, "Giải thích chung", "Mức độ", "Chủ đề", "Mã chuẩn", "Nhãn", "Cách chấm"]
WIDTHS = {"Câu hỏi": 50, "Giải thích chung": 30, **dict.fromkeys(LETTERS, 22), **dict.fromkeys(WHYS, 26)}
HEADER_WITHIN = 30
_NUMBER = re.compile(r"(\S+?)(?:\s*(?:±|\+/-|\+-)\s*(\S+))?(?:\s+(.+))?", re.DOTALL)
_TRUTHS = {"dung": True, "d": True, "true": True, "sai": False, "s": False, "false": False}
_ILLEGAL = re.compile("[\ufffe\uffff\ud800-\udfff]")


def read(content: bytes) -> Read:
    """The questions of every sheet that has the template's columns."""
    reading = Reading("row")
    found = False
    try:
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            file.write(content)
            file.flush()
            sheets = read_sheets(Path(file.name), "tệp.xlsx")
    except Refused as refused:
        reading.fault(0, refused.sentence)
        return reading.done()
    for sheet in sheets:
        columns, start = _header(sheet.rows)
        found = found or bool(columns)
        for number, row in enumerate(sheet.rows[start:] if columns else (), start + 1):
            cells = {name: _shown(row[place]) for name, place in columns.items() if row[place] is not None}
            if any(cells.values()):
                _read_row(reading, number, cells)
    if not found:
        reading.fault(0, _("Không thấy hàng tiêu đề có các cột “Câu hỏi” và “Đáp án đúng”. Anh/Chị dùng tệp mẫu."))
    return reading.done()


def _header(rows: list[list[CellIn]]) -> tuple[dict[str, int], int]:
    """(column by name, index of the first row below the header); no columns: there is no header."""
    wanted = {fold(name): name for name in COLUMNS}
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        names = [wanted.get(fold(cell)) if isinstance(cell, str) else None for cell in row]
        if "Câu hỏi" in names and "Đáp án đúng" in names:
            return {name: names.index(name) for name in COLUMNS if name in names}, index + 1
    return {}, 0


def _shown(cell: CellIn) -> str:
    """The cell as its author saw it."""
    if isinstance(cell, bool):
        return "Đúng" if cell else "Sai"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return nfc(str(cell)).strip() if isinstance(cell, str) else str(cell).replace(".", ",")


def _read_row(reading: Reading, number: int, cells: dict[str, str]) -> None:
    answer = cells.get("Đáp án đúng", "")
    kind = _kind(cells.get("Loại", ""), answer)
    if kind is None:
        reading.lose_kind(number, cells["Loại"])
        return
    if not cells.get("Câu hỏi"):
        reading.fault(number, _("Ô “Câu hỏi” trống."))
        return
    raw = {"kind": kind, "text": cells["Câu hỏi"], **_beside(reading, number, cells)}
    raw |= _READERS[kind](reading, number, cells, answer) | _scoring(reading, number, kind, cells.get("Cách chấm", ""))
    if not give_why(raw, cells.get("Giải thích chung", "")):
        reading.lose(number, _("Lời giải thích chung không có chỗ vì mỗi phương án đã có giải thích."))
    used = LETTERS[: len(raw.get("options", ())) or (2 if kind == TRUEFALSE else 0)]
    for name in [f"Giải thích {letter}" for letter in LETTERS if letter not in used] + ([] if "options" in raw else list(LETTERS)):
        if cells.get(name):
            reading.lose(number, _("Ô “%(name)s” không dùng cho câu này.", name=name))
    reading.add(raw, number, cells.get("Chủ đề", ""))


def _kind(name: str, answer: str) -> str | None:
    """The kind that a row names, or shows by its answer; None: a kind that the template does not know."""
    if name:
        return next((kind for kind, word in KIND_WORDS.items() if fold(name) in (fold(word), kind)), None)
    if fold(answer) in _TRUTHS and len(answer) > 1:
        return TRUEFALSE
    return MULTIPLE if len(_letters(answer)) > 1 else SINGLE


def _letters(answer: str) -> list[str]:
    return [letter for letter in re.split(r"[\s,;.+&]+|và", answer.upper()) if letter]


def _beside(reading: Reading, number: int, cells: dict[str, str]) -> dict[str, Any]:
    level = cells.get("Mức độ", "")
    found = [name for name, word in LEVELS.items() if fold(level) in (fold(word), name)]
    if level and not found:
        reading.fault(number, _("Mức độ “%(level)s” phải là Dễ, Trung bình hoặc Khó.", level=level[:40]))
    standards = [tag.strip() for tag in re.split(r"[;\n]", cells.get("Mã chuẩn", "")) if tag.strip()]
    tags = [tag.strip() for tag in re.split(r"[,;\n]", cells.get("Nhãn", "")) if tag.strip()]
    several = {name: values for name, values in (("standards", standards), ("tags", tags)) if values}
    return {**({"difficulty": found[0]} if found else {}), **several}


def _scoring(reading: Reading, number: int, kind: str, said: str) -> dict[str, str]:
    """How a question with several right options is scored."""
    scoring = next((name for name, word in SCORINGS.items() if fold(said) in (fold(word), name)), None)
    if said and scoring is None:
        reading.fault(number, _("Cách chấm “%(said)s” phải là Cả câu, Từng phần hoặc Trừ điểm.", said=said[:40]))
    if said and kind != MULTIPLE:
        reading.lose(number, _("Ô “%(name)s” không dùng cho câu này.", name="Cách chấm"))
    return {"scoring": scoring} if scoring and scoring != "whole" and kind == MULTIPLE else {}


def _read_options(reading: Reading, number: int, cells: dict[str, str], answer: str) -> Raw:
    letters = _letters(answer)
    given = [letter for letter in LETTERS if cells.get(letter)]
    if given != list(LETTERS[: len(given)]):
        reading.fault(number, _("Có ô phương án bị bỏ trống ở giữa."))
    if not letters or any(letter not in given for letter in letters):
        reading.fault(number, _("“%(answer)s” trong ô “Đáp án đúng” không phải chữ cái của một phương án.", answer=answer[:40]))
    options: list[Raw] = []
    for letter in given:
        mark = {"correct": True} if letter in letters else {}
        options.append({"text": cells[letter], **mark, "why": cells.get(f"Giải thích {letter}", "")})
    return {"options": options}


def _read_truth(reading: Reading, number: int, cells: dict[str, str], answer: str) -> Raw:
    if fold(answer) not in _TRUTHS:
        reading.fault(number, _("Ô “Đáp án đúng” của câu đúng/sai phải là Đúng hoặc Sai."))
    return {"answer": _TRUTHS.get(fold(answer), True), "why_true": cells.get(WHYS[0], ""), "why_false": cells.get(WHYS[1], "")}


def _read_texts(reading: Reading, number: int, cells: dict[str, str], answer: str) -> Raw:
    return {"accepted": [line.strip() for line in answer.split("\n") if line.strip()]}


def _read_number(reading: Reading, number: int, cells: dict[str, str], answer: str) -> Raw:
    found = _NUMBER.fullmatch(answer)
    if not found:
        return {"value": ""}
    value, tolerance, unit = found.groups()
    zero = tolerance and decimal_of(tolerance.replace(",", ".")) == 0
    return {"value": value, **({"tolerance": tolerance} if tolerance and not zero else {}), **({"unit": unit} if unit else {})}


def _read_essay(reading: Reading, number: int, cells: dict[str, str], answer: str) -> Raw:
    return {"rubric": rubric_of(answer.split("\n"), reading, number)}


_READERS = {
    ESSAY: _read_essay,
    SINGLE: _read_options,
    MULTIPLE: _read_options,
    TRUEFALSE: _read_truth,
    SHORTANSWER: _read_texts,
    NUMERICAL: _read_number,
}


def write(questions: Sequence[Raw]) -> Written:
    """The template, filled with the questions."""
    writing = Writing(FORMAT.name, FORMAT.kinds)
    rows = []
    for number, raw, topic in writing.known(questions):
        for name in ("use", "scenario", "lesson", "case", "accents", "fewest_words", "most_words"):
            if name in raw:
                writing.lose_entry(number, name)
        if any("\n" in text for text in raw.get("accepted", ())) or any(";" in tag for tag in raw.get("standards", ())):
            writing.lose(number, _("Chỗ xuống dòng trong câu trả lời và dấu ; trong mã chuẩn không giữ."))
        if raw["kind"] == ESSAY:
            raw["_lines"] = [f"{points}: {text}" for points, text in one_lined(raw, writing, number)]
        row = [_ILLEGAL.sub("", cell) for cell in _row(raw, topic)]
        if row != _row(raw, topic):
            writing.lose(number, _("Ký tự mà XML không cho phép đã được bỏ."))
        rows.append(row)
    return writing.done(_book((), rows))


def _book(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    return workbook(TITLE, heading, [(name, WIDTHS.get(name, 14)) for name in COLUMNS], rows)


def _row(raw: Raw, topic: str) -> list[str]:
    cells = {"Loại": KIND_WORDS[raw["kind"]], "Câu hỏi": raw["text"], "Giải thích chung": raw.get("why", raw.get("model", "")), "Chủ đề": topic}
    cells["Mức độ"] = LEVELS.get(raw.get("difficulty", ""), "")
    cells |= {"Mã chuẩn": "; ".join(raw.get("standards", ())), "Nhãn": "; ".join(raw.get("tags", ()))}
    cells["Cách chấm"] = SCORINGS[raw["scoring"]] if "scoring" in raw else ""
    for letter, option in zip(LETTERS, raw.get("options", ()), strict=False):
        cells |= {letter: option["text"], f"Giải thích {letter}": option["why"]}
    cells["Đáp án đúng"] = _answer(raw)
    if raw["kind"] == TRUEFALSE:
        cells |= {WHYS[0]: raw["why_true"], WHYS[1]: raw["why_false"]}
    return [cells.get(name, "") for name in COLUMNS]


def _answer(raw: Raw) -> str:
    if "options" in raw:
        return ", ".join(letter for letter, option in zip(LETTERS, raw["options"], strict=False) if option.get("correct"))
    if "_lines" in raw:
        return "\n".join(raw["_lines"])
    if "answer" in raw:
        return "Đúng" if raw["answer"] else "Sai"
    if "accepted" in raw:
        return "\n".join(" ".join(text.split()) if "\n" in text else text for text in raw["accepted"])
    return " ".join([raw["value"], "±", raw.get("tolerance", "0"), raw.get("unit", "")]).strip().removesuffix(" ± 0")


def template() -> bytes:
    """The empty template with an example of each kind that it knows."""
    why = ["Đúng. Câu dài, không ai đoán ra.", "Ngày sinh dễ đoán.", "Tên cơ quan dễ đoán."]
    options = [{"text": text, "why": one} for text, one in zip(("Bốn từ không liên quan", "Ngày sinh", "Tên cơ quan"), why, strict=True)]
    options[0]["correct"] = True  # type: ignore[assignment]
    several = [{**option, "correct": index < 2} for index, option in enumerate(options)]
    examples: list[Raw] = [
        {"kind": SINGLE, "text": "Mật khẩu nào mạnh nhất?", "options": options, "difficulty": "easy", "standards": ["TT03-IU01"]},
        {"kind": MULTIPLE, "text": "Những cách nào tạo mật khẩu mạnh?", "options": several, "difficulty": "medium"},
        {
            **{"kind": TRUEFALSE, "text": "Được cho người khác mượn mật khẩu.", "answer": False, "difficulty": "easy"},
            **{"why_true": "Mật khẩu là của riêng mỗi người.", "why_false": "Đúng, không cho mượn."},
        },
        {
            "kind": SHORTANSWER,
            "text": "Phím tắt để sao chép là gì?",
            "accepted": ["Ctrl+C", "Ctrl C"],
            "why": "C là chữ đầu của Copy.",
            "difficulty": "easy",
        },
        {
            "kind": NUMERICAL,
            "text": "1 GB bằng bao nhiêu MB?",
            "value": "1024",
            "tolerance": "24",
            "unit": "MB",
            "why": "2 mũ 10.",
            "difficulty": "hard",
        },
    ]
    examples.append(
        {
            "kind": ESSAY,
            "text": "Anh/Chị làm gì khi nhận thư lạ có tệp đính kèm?",
            "_lines": ["60: Không mở tệp, báo người phụ trách", "40: Kiểm tra địa chỉ người gửi"],
            "model": "Không mở tệp; xem kỹ địa chỉ người gửi; báo người phụ trách CNTT qua kênh khác.",
            "difficulty": "medium",
        }
    )
    return _book(HEADING, [_row(raw, "mat-khau") for raw in examples])


FORMAT = Format("excel", (".xlsx", ".xlsm"), frozenset(KIND_WORDS), read, write)

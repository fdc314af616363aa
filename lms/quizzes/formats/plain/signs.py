"""By what a line of pasted text is recognised: the beginning of a question, an option, an answer, an explanation."""

import re
from collections.abc import Iterator

LETTERS = "ABCDEFGH"
VERBATIM = "\\|"  # what follows on the line is text and nothing else
_POINTS = r"(?:\s*[(\[]\s*(?P<points>\d+(?:[.,]\d+)?\s*(?:đ|điểm|points?|pts?)\.?)\s*[)\]])?"
NAMED = re.compile(rf"(?:câu(?:\s+hỏi)?|question)\s*(?P<number>\d{{1,4}}){_POINTS}\s*(?:[.:)/\-–—]+(?:\s+|(?=\D)|$)|$)(?P<text>.*)", re.I)
NUMBERED = re.compile(rf"(?P<number>\d{{1,4}})\s*[.:)/](?:\s+|$){_POINTS}\s*(?P<text>.*)", re.I)
OPTION = re.compile(r"(?P<star>\*?)\s*[(\[]?(?P<letter>[A-Ha-h])\s*[.)\]/:](?P<text>\s+\S.*|\S.*|)")
BULLET = re.compile(r"(?P<star>\*?)\s*[-–—•+▪●○]\s+(?P<text>\S.*)")
_LETTER_LIST = r"[A-Ha-h](?:(?:\s*(?:[,;&+/]|và)\s*|\s+)[A-Ha-h])*"
_TRUTH = r"đúng|sai|true|false|đ|s|t|f"
ANSWER = re.compile(
    rf"(?:đáp\s*án(?:\s+đúng)?|đ/?a|answers?|key)\s*(?:là\s*)?[:.\-–—]?\s*(?P<said>{_LETTER_LIST}|{_TRUTH})\s*[.;,]?(?:\s+(?P<rest>(?:giải\s*thích|gt)\b.*))?",
    re.I,
)
ANSWER_LIKE = re.compile(r"(?:đáp\s*án(?:\s+đúng)?|answers?)\s*:\s*(?P<said>.*)", re.I)
WHY = re.compile(rf"(?:giải\s*thích|gt|lời\s+giải)(?:\s+(?:phương\s+án\s+)?(?P<of>[A-Ha-h]|{_TRUTH}))?\s*:\s*(?P<text>.*)", re.I)
BESIDE = re.compile(r"(?P<name>mức\s*độ|chủ\s*đề|mã\s*chuẩn|nhãn|cách\s*chấm)\s*:\s*(?P<text>.*)", re.I)
TABLE_HEAD = re.compile(r"(?:bảng\s+)?đáp\s*án(?:\s+(?:trắc\s*nghiệm|các\s+câu(?:\s+hỏi)?))?\s*[:.]?|answer\s+keys?\s*:?", re.I)
_PAIR = r"(?:câu\s*)?(\d{1,4})\s*[-–—.:)/]?\s*([A-H])"
TABLE_PAIR = re.compile(_PAIR + r"(?![A-Za-z])", re.I)
TABLE_LINE = re.compile(rf"{_PAIR}(?:[\s,;|]+{_PAIR})+[\s,;|.]*", re.I)
TABLE_ONE = re.compile(rf"{_PAIR}[\s,;|.]*", re.I)
NUMBERS, ANSWERS = re.compile(r"(?:câu\s*)?\d{1,4}(?:[\s|,;]+\d{1,4})+", re.I), re.compile(r"(?:đ/?a\s*|đáp\s*án\s*)?[A-H](?:[\s|,;]+[A-H])+", re.I)
RIGHT_WORD = re.compile(r"[(\[]\s*(?:đúng|đáp\s*án\s*đúng|correct)\s*[)\]]\s*$", re.I)


LONG_RUN = re.compile(r"(\s{20})\s+")


def truth_of(said: str) -> bool | None:
    """Đúng or Sai, in whatever way it is said; None: neither."""
    word = said.strip().rstrip(".").casefold()
    return True if word in ("đúng", "true", "đ", "t") else False if word in ("sai", "false", "s", "f") else None


def bare_option(text: str) -> tuple[str, bool]:
    """(text without the sign that it is the right one, whether it had one)."""
    if found := RIGHT_WORD.search(text):
        return text[: found.start()].strip(), True
    if text.endswith("*") and text.count("*") % 2 == 1 and text.strip("* "):
        return text[:-1].strip(), True
    return text.strip(), False


def inner_options(text: str, letters: str) -> Iterator[tuple[str, str]]:
    """(letter or "", text) of the options that stand on one line: cut before each of `letters` in turn, as far as they are there."""
    name, rest = "", text
    for letter in letters:
        found = re.search(rf"\s(\*?)\s*[(\[]?(?:{letter}|{letter.lower()})\s*[.)\]/]\s*(?=\S)", rest)
        if not found:
            break
        yield name, rest[: found.start()].strip()
        name, rest = found[1] + letter, rest[found.end() :]
    yield name, rest.strip()


def is_sign(line: str, has_letters: bool) -> bool:
    """Whether a reader would take a line of our own text for anything but text; in a question with lettered options "- …" is a list."""
    signs = (NAMED, OPTION, ANSWER, ANSWER_LIKE, WHY, BESIDE, TABLE_HEAD, TABLE_LINE)
    return line.startswith(VERBATIM) or any(sign.fullmatch(line) for sign in (signs if has_letters else (*signs, BULLET)))


def content(text: str) -> tuple[str, bool]:
    """(the text after a sign, whether it is verbatim)."""
    after = text.lstrip()
    return (after.removeprefix(VERBATIM), True) if after.startswith(VERBATIM) else (after.rstrip(), False)


def without_runs(line: str) -> str:
    """The line with no more than twenty spaces in a row, so that no pattern has much to try."""
    return LONG_RUN.sub(r"\1", line)

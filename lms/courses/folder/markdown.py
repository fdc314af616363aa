"""The Markdown of a lesson: what it refers to, where its self-check questions stand, and what a lesson may not contain."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lms.base import Refused, Tell, render_markdown
from lms.base import gettext as _

CALL_OUTS = ("scenario", "note", "try", "remember", "warning")  # the renderer's, in base/markup.py
PLACE = re.compile(r"\[\[self-check:\s*([a-z0-9][a-z0-9-]*)\s*\]\]\s*")
HEADING = re.compile(r" {0,3}(#{1,6})(\s|$)")
CODE_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
RAW_HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(\s[^<>]*)?/?>|<!--|<!\[CDATA")
SETEXT = re.compile(r" {0,3}=+\s*")
PICTURE = re.compile(r"(<p>)?<img ([^>]*)>(</p>)?")
FILE, LESSON = "files/", "lesson:"


@dataclass(frozen=True)
class Reference:
    """A file or a lesson that the text names."""

    line: int
    name: str


@dataclass
class Markdown:
    """What the text of a lesson refers to. `places` are the self-check questions; pictures are also among the files."""

    places: list[Reference] = field(default_factory=list)
    files: list[Reference] = field(default_factory=list)
    pictures: list[Reference] = field(default_factory=list)
    lessons: list[Reference] = field(default_factory=list)


def lines_outside_code(source: str) -> Iterator[tuple[int, str]]:
    """(index, line) of every line that is not within a fenced block of code."""
    fence = ""
    for index, line in enumerate(source.split("\n")):
        found = CODE_FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        if found:
            fence = found[1]
            continue
        yield index, line


def read_markdown(source: str, first_line: int, tell: Tell) -> Markdown:
    """What the text refers to. What is wrong is told as tell(line, sentence), counted from `first_line`."""
    reading = _Reading(source, first_line, tell)
    reading.lines()
    reading.references()
    return reading.found


class _Reading:
    def __init__(self, source: str, first_line: int, tell: Tell) -> None:
        self.source, self.first_line, self.tell = source, first_line, tell
        self.found = Markdown()

    def lines(self) -> None:
        """Everything that can be seen line by line."""
        call_out, level, before = 0, 1, ""
        for index, line in lines_outside_code(self.source):
            at = self.first_line + index
            bare = CODE_SPAN.sub("", line)
            if line.startswith(":::"):
                call_out = self.call_out(at, line, call_out)
            elif heading := HEADING.match(line):
                level = self.heading(at, len(heading[1]), level)
            elif SETEXT.fullmatch(line) and before.strip():
                self.tell(at, _("Tiêu đề viết bằng dấu ## ở đầu dòng, không gạch chân bằng dấu =."))
            if RAW_HTML.search(bare):
                self.tell(at, _("Không dùng thẻ HTML trong bài."))
            if "[[self-check" in bare:
                self.place(at, line, call_out)
            before = line
        if call_out:
            self.tell(call_out, _("Khối ::: mở ra mà chưa đóng lại."))

    def call_out(self, at: int, line: str, opened: int) -> int:
        name = line.strip().removeprefix(":::").strip()
        if not name or line.strip(": ") == "":
            if not opened:
                self.tell(at, _("Dòng ::: này không đóng khối nào."))
            return 0
        if opened:
            self.tell(opened, _("Khối ::: mở ra mà chưa đóng lại."))
        if name not in CALL_OUTS:
            self.tell(at, _("Không có khối “%(name)s”. Các khối dùng được: %(names)s.", name=name[:30], names=", ".join(CALL_OUTS)))
        return at

    def heading(self, at: int, level: int, before: int) -> int:
        if level == 1:
            self.tell(at, _("Tiêu đề trong bài bắt đầu từ ##; dấu # một mình dành cho tên bài."))
        elif level > 4:
            self.tell(at, _("Tiêu đề chỉ dùng ##, ### và ####."))
        elif level > before + 1:
            self.tell(at, _("Tiêu đề nhảy bậc: dùng %(marks)s trước.", marks="#" * (before + 1)))
        return max(2, level)

    def place(self, at: int, line: str, call_out: int) -> None:
        found = PLACE.fullmatch(line)
        if not found or call_out:
            self.tell(at, _("Viết [[self-check: mã]] một mình trên một dòng, ngoài các khối :::"))
        elif found[1] in [place.name for place in self.found.places]:
            self.tell(at, _("Câu tự kiểm tra “%(key)s” đã có ở trên.", key=found[1]))
        else:
            self.found.places.append(Reference(at, found[1]))

    def references(self) -> None:
        """Links and pictures, as the renderer understands them."""
        addresses: list[str] = []

        def note(address: str) -> str:
            addresses.append(address)
            return f"{len(addresses)}"

        try:
            html = render_markdown(self.source, note)
        except Refused as refused:
            self.tell(self.first_line, refused.sentence)
            return
        pictures = self.pictures(html, addresses)
        for number, address in enumerate(addresses, 1):
            self.reference(address, number in pictures)

    def pictures(self, html: str, addresses: list[str]) -> set[int]:
        numbers = set()
        for opened, inside, closed in PICTURE.findall(html):
            found = re.search(r'src="(\d+)"', inside)
            if not found:
                continue
            numbers.add(int(found[1]))
            line = self.line_of(addresses[int(found[1]) - 1])
            if not re.search(r'alt="[^"]*\S[^"]*"', inside):
                self.tell(line, _("Hình chưa có lời mô tả. Viết trong ngoặc vuông: ![hình nói điều gì](files/…)."))
            if not opened or not closed:
                self.tell(line, _("Hình phải đứng một mình trong một đoạn."))
        return numbers

    def line_of(self, address: str) -> int:
        index = self.source.find(address)
        return self.first_line + (self.source.count("\n", 0, index) if index >= 0 else 0)

    def reference(self, address: str, is_picture: bool) -> None:
        line = self.line_of(address)
        if address.startswith(FILE):
            self.found.files.append(Reference(line, address.removeprefix(FILE)))
            if is_picture:
                self.found.pictures.append(self.found.files[-1])
        elif is_picture:
            self.tell(line, _("Hình phải nằm trong thư mục files của khóa học: ![lời mô tả](files/ten-hinh.png)."))
        elif address.startswith(LESSON):
            self.found.lessons.append(Reference(line, address.removeprefix(LESSON)))
        else:
            self.tell(line, _("Liên kết “%(address)s” không dùng được. Chỉ liên kết tới lesson:mã-bài hoặc files/tên-tệp.", address=address[:80]))

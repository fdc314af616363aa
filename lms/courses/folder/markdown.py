"""The Markdown of a lesson: what it refers to, where its self-check questions stand, and what a lesson may not contain."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lms.base import PICTURES, Part, Refused, Tell, medium_of, read_markup
from lms.base import gettext as _

CALL_OUTS = ("scenario", "note", "try", "remember", "warning")  # the renderer's, in base/markup.py
PLACE = re.compile(r"\[\[self-check:\s*([a-z0-9][a-z0-9-]*)\s*\]\]\s*")
HEADING = re.compile(r" {0,3}(#{1,6})(\s|$)")
CODE_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
RAW_HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(\s[^<>]*)?/?>|<!--|<!\[CDATA")
SETEXT = re.compile(r" {0,3}=+\s*")
NOTED = re.compile(r"(?<!\\)\[\^([^\] ]+)\]")
NOTE = re.compile(r" {0,3}\[\^([^\] ]+)\]:")
FILE, LESSON, TERM = "files/", "lesson:", "term:"


@dataclass(frozen=True)
class Reference:
    """A file or a lesson that the text names."""

    line: int
    name: str


@dataclass
class Markdown:
    """What the text of a lesson refers to and holds, with lines.

    places: the self-check questions. pictures and media (recordings) are also among the files. headings: (line, level, text). words: how many.
    footnotes: by label.
    """

    places: list[Reference] = field(default_factory=list)
    files: list[Reference] = field(default_factory=list)
    pictures: list[Reference] = field(default_factory=list)
    lessons: list[Reference] = field(default_factory=list)
    media: list[Reference] = field(default_factory=list)
    terms: list[Reference] = field(default_factory=list)
    footnotes: list[Reference] = field(default_factory=list)
    headings: list[tuple[int, int, str]] = field(default_factory=list)
    words: int = 0


def companions(name: str) -> tuple[str, ...]:
    """The names of the files that belong to a recording when they are there: captions and transcript. None for anything else."""
    stem = name.rpartition(".")[0]
    return (f"{stem}.vtt", f"{stem}.txt") if medium_of(name) else ()


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
        self.noted: set[str] = set()

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
        """Headings, links, pictures, recordings and footnotes, as the renderer understands them."""
        try:
            parts = read_markup(self.source)
        except Refused as refused:
            self.tell(self.first_line, refused.sentence)
            return
        for part in parts:
            at = self.first_line + part.line
            if part.kind == "heading":
                self.found.headings.append((at, part.level, part.text))
            elif part.kind == "words":
                self.found.words += len(PLACE.sub("", part.text).split())
            elif part.kind == "note":
                self.noted.add(part.text)
            else:
                self.reference(at, part)
        self.notes()

    def notes(self) -> None:
        """Footnotes that are written: each once, and used."""
        written = {found[1] for _index, line in lines_outside_code(self.source) if (found := NOTE.match(line))}
        for index, line in lines_outside_code(self.source):
            for label in NOTED.findall(CODE_SPAN.sub("", line)):
                if label not in written:
                    told = _("Chú thích [^%(label)s] chưa có lời. Thêm dòng [^%(label)s]: lời chú thích.", label=label[:40])
                    self.tell(self.first_line + index, told)
            found = NOTE.match(line)
            if found is None:
                continue
            at = self.first_line + index
            if found[1] in [note.name for note in self.found.footnotes]:
                self.tell(at, _("Chú thích [^%(label)s] đã có ở trên.", label=found[1][:40]))
            elif found[1] not in self.noted:
                self.tell(at, _("Chú thích [^%(label)s] không được nhắc tới trong bài.", label=found[1][:40]))
            self.found.footnotes.append(Reference(at, found[1]))

    def reference(self, at: int, part: Part) -> None:
        is_link = part.kind == "link"
        if part.kind == "picture" and not part.text:
            self.tell(at, _("Hình chưa có lời mô tả. Viết trong ngoặc vuông: ![hình nói điều gì](files/…)."))
        elif part.kind == "media" and not part.text:
            self.tell(at, _("Đoạn phim, đoạn tiếng chưa có tên. Viết trong ngoặc vuông: ![tên](files/…)."))
        if not is_link and not part.is_alone:
            self.tell(at, _("Hình phải đứng một mình trong một đoạn."))
        if part.address.startswith(FILE):
            self.file(at, part)
        elif not is_link:
            self.tell(at, _("Hình phải nằm trong thư mục files của khóa học: ![lời mô tả](files/ten-hinh.png)."))
        elif part.address.startswith(LESSON):
            self.found.lessons.append(Reference(at, part.address.removeprefix(LESSON)))
        elif part.address.startswith(TERM):
            self.found.terms.append(Reference(at, part.address.removeprefix(TERM)))
        else:
            told = _(
                "Liên kết “%(address)s” không dùng được. Chỉ liên kết tới lesson:mã-bài, term:mã-thuật-ngữ hoặc files/tên-tệp.",
                address=part.address[:80],
            )
            self.tell(at, told)

    def file(self, at: int, part: Part) -> None:
        one = Reference(at, part.address.removeprefix(FILE))
        self.found.files.append(one)
        if part.kind == "media":
            self.found.media.append(one)
        elif part.kind == "picture":
            self.found.pictures.append(one)
            if one.name.rpartition(".")[2].lower() not in PICTURES:
                self.tell(at, _("Hình phải là tệp PNG, JPEG, GIF hoặc WebP; phim là MP4, WebM; tiếng là MP3, M4A, OGG."))

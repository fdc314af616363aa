"""From the Markdown of a lesson to the HTML that is stored, and from that to the parts that a page shows."""

import re
from collections.abc import Callable, Mapping
from html import unescape

from markupsafe import Markup, escape

from lms.base import fold, html_seal, render_markdown, sanitise, size, trusted

from .folder import PLACE, companions, lines_outside_code
from .models import CourseFile

PLACE_SHOWN = re.compile(r"<p>\[\[self-check: ([a-z0-9-]+)\]\]</p>\n?")
PICTURE = re.compile(r'<img [^>]*?src="([^"]+)"')
PLAYER = re.compile(r'(<figure class="media"><(video|audio) [^>]*?src="([^"]+)"[^>]*>)(</\2><figcaption>)(.*?)(</figcaption>)', re.DOTALL)
DOWNLOAD = re.compile(r'(<a href="([^"]+)"[^>]*>)(.*?)</a>', re.DOTALL)
LESSON_LINK = re.compile(r'<a href="[^/"#][^/"]*"')
WRITTEN_LINK = re.compile(r'(<a [^>]*?href=")#(lesson|term)/([a-z0-9-]+)"')
REFERENCE = re.compile(r"(lesson|term):([a-z0-9][a-z0-9-]{0,60})")
TERM = re.compile(r'<a class="term" href="#term-([a-z0-9-]+)"')
IDS = re.compile(r'(<[a-z0-9]+ [^>]*?)(id="|href="#)((?:muc|note|term-back)-[a-z0-9-]+")')
TRANSCRIPT, CAPTIONS = "Lời thoại", "Phụ đề"  # within the Vietnamese text of a lesson
TOKEN = re.compile(r"/courses/\d+/files/([\w-]+)/")
Parts = list[tuple[str, str | Markup]]


def file_address(file: CourseFile) -> str:
    """Where a file of a course is fetched; written into stored HTML, so it must never change."""
    return f"/courses/{file.course_id}/files/{file.token}/{file.name}"


def tokens_in(html: str) -> list[str]:
    """The tokens of the files that stored HTML shows."""
    return TOKEN.findall(html)


def terms_in(parts: Parts) -> set[str]:
    """The keys of the glossary's terms that the parts of a lesson explain."""
    return {key for kind, part in parts if kind == "html" for key in TERM.findall(part)}


def render_lesson(source: str, files: Mapping[str, CourseFile], link: Callable[[str], str] = str) -> str:
    """Sanitised HTML of a lesson's Markdown.

    `files`: the pictures and downloads of the course by name. `link`: the address of another lesson by its key; by default
    relative to the learner's lesson page. A self-check question stays as the paragraph `[[self-check: key]]`. Raises Refused
    when the text is too long.
    """

    def resolve(address: str) -> str | None:
        if address.startswith("lesson:"):
            return link(address.removeprefix("lesson:"))
        file = files.get(address.removeprefix("files/")) if address.startswith("files/") else None
        return file_address(file) if file else None

    shown = {file_address(file): file for file in files.values()}
    html = render_markdown(_with_places_apart(source), resolve, "lesson")
    html = PLAYER.sub(lambda found: _with_companions(found, files, shown), html)
    html = PICTURE.sub(lambda found: _with_size(found[0], shown.get(unescape(found[1]))), html)
    html = DOWNLOAD.sub(lambda found: _with_weight(found, shown.get(unescape(found[2]))), html)
    return sanitise(html)


def _with_places_apart(source: str) -> str:
    lines = source.split("\n")
    for index, line in lines_outside_code(source):
        if found := PLACE.fullmatch(line):
            lines[index] = f"\n[[self-check: {found[1]}]]\n"
    return "\n".join(lines)


def _with_size(tag: str, file: CourseFile | None) -> str:
    return f'{tag} width="{file.width}" height="{file.height}"' if file and file.width and file.height else tag


def _with_companions(found: re.Match[str], files: Mapping[str, CourseFile], shown: Mapping[str, CourseFile]) -> str:
    """A player with its captions, and a link to its transcript, when the course has them."""
    opening, kind, address, closing, caption, end = found.groups()
    file = shown.get(unescape(address))
    captions, transcript = (files.get(name) for name in companions(file.name)) if file else (None, None)
    if captions and kind == "video":
        opening += f'<track kind="captions" srclang="vi" label="{CAPTIONS}" src="{file_address(captions)}" default="">'
    if transcript:
        caption += f' · <a href="{file_address(transcript)}">{TRANSCRIPT}</a>'
    return f"{opening}{closing}{caption}{end}"


def editor_html(source: str) -> str:
    """Sanitised HTML with which the editor begins: addresses as they are written (files/…, lesson:…, term:…), recordings as pictures,
    footnotes as [^label]. `markdown_of_html` turns it back. Raises Refused when the text is too long.
    """

    def resolve(address: str) -> str | None:
        if found := REFERENCE.fullmatch(address):
            return f"#{found[1]}/{found[2]}"
        return address if address.startswith("files/") else None

    html = render_markdown(_with_places_apart(source), resolve, "editor")
    return WRITTEN_LINK.sub(r'\1\2:\3"', html)


def _with_weight(found: re.Match[str], file: CourseFile | None) -> str:
    if file is None:
        return found[0]
    kind = file.name.rpartition(".")[2].upper()
    return f"{found[1]}{found[3]} ({kind}, {size(file.octets).replace('.', ',')})</a>"


def split_at_places(html: str, seal: str) -> Parts:
    """Stored HTML for a page: ("html", Markup) and ("self-check", key of the question), in order."""
    pieces = PLACE_SHOWN.split(trusted(html, seal))
    kinds = [("self-check", piece) if index % 2 else ("html", Markup(piece)) for index, piece in enumerate(pieces)]  # noqa: S704
    return [(kind, piece) for kind, piece in kinds if piece.strip()]


def preview_parts(source: str, files: Mapping[str, CourseFile], course_address: str) -> Parts:
    """A text that is being written, as it would be shown; links to other lessons lead to the course's page."""
    html = render_lesson(source, files, lambda _key: course_address)
    return split_at_places(html, html_seal(html))


def with_lesson_links(parts: Parts, address: str) -> Parts:
    """The parts of a stored lesson with its links to other lessons leading to one address (they are relative to the learner's page)."""
    shown = f'<a href="{escape(address)}"'
    return [(kind, Markup(LESSON_LINK.sub(shown, str(part))) if kind == "html" else part) for kind, part in parts]  # noqa: S704


def with_own_ids(parts: Parts, prefix: str) -> Parts:
    """The parts of a lesson whose ids (of headings and footnotes) begin with a prefix, so that several lessons fit on one page."""
    changed = rf"\g<1>\g<2>{prefix}\g<3>"
    return [(kind, Markup(IDS.sub(changed, IDS.sub(changed, str(part)))) if kind == "html" else part) for kind, part in parts]  # noqa: S704


def search_text(title: Mapping[str, str], html: str) -> str:
    """The folded text by which a lesson is found."""
    bare = unescape(re.sub(r"<[^>]+>", " ", PLACE_SHOWN.sub(" ", html)))
    return fold(" ".join([*title.values(), bare]))

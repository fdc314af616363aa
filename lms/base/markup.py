"""Markdown to safe HTML: markdown-it without raw HTML, then nh3, then bleach; on write, and checked again on read."""

import hmac
import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256

import bleach
import nh3
from flask import current_app
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.container import container_plugin

from .errors import Refused
from .foreign_html import is_too_deep, small
from .lesson_markup import Part, parts_of, shape_for_editor, shape_lesson, speak_of_keys, speak_of_lessons
from .words import gettext as _

LARGEST = 200_000
DEEPEST = 200
CALL_OUTS = ("scenario", "note", "try", "remember", "warning")
TAGS = set("a p h2 h3 h4 ul ol li table thead tbody tr th td strong em s code pre blockquote br hr img div kbd sup sub span figure".split())
TAGS |= set("figcaption video audio track section".split())
ATTRIBUTES = {
    "a": {"href", "class", "id", "aria-label"},
    "img": {"src", "alt", "width", "height", "loading"},
    "video": {"src", "controls", "preload", "aria-label", "width", "height"},
    "audio": {"src", "controls", "preload", "aria-label"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "ol": {"start"},
    "h2": {"id"},
    "h3": {"id"},
    "li": {"id"},
    **{tag: {"class"} for tag in ("th", "td", "div", "figure", "section")},
}
SIDES = {"right", "center", "left"}
CLASSES = {
    "th": SIDES,
    "td": SIDES,
    "div": {*(f"call-out-{name}" for name in CALL_OUTS), "scroll"},
    "a": {"term"},
    "figure": {"media"},
    "section": {"footnotes"},
}
VALUES = {"loading": {"lazy"}, "preload": {"none"}, "kind": {"captions"}, "srclang": {"vi", "en"}, "controls": {""}, "default": {""}}
ID = re.compile(r"muc-\d{1,4}|note-\d{1,4}|note-from-\d{1,4}(-\d{1,4})?|term-back-[a-z0-9][a-z0-9-]{0,60}")
FOREIGN_TAGS = TAGS | set(
    "h1 h5 h6 b i u strike del ins center body caption tfoot dl dt dd details summary article aside header footer main nav address hgroup fieldset"
    " legend source samp tt".split()
)
FOREIGN_ATTRIBUTES = set("class style id name href src alt title start colspan rowspan align hidden aria-label data-self-check".split())
FOREIGN_SCHEMES = {"http", "https", "mailto", "tel", "file", "ftp", "data", "blob", "cid", "lesson", "term"}
Resolve = Callable[[str], str | None]


def _schemeless(address: str) -> bool:
    """Only paths of ours: no scheme, no other host."""
    bare = "".join(c for c in address if c.isprintable() and not c.isspace())
    return bare == address and not address.startswith("//") and "\\" not in address and ":" not in address.split("/")[0].split("?")[0]


def _allowed(tag: str, name: str, value: str) -> bool:
    if name not in ATTRIBUTES.get(tag, ()):
        return False
    if name in ("href", "src"):
        return _schemeless(value)
    if name == "class":
        return value in CLASSES[tag]
    if name == "id":
        return ID.fullmatch(value) is not None
    if name in ("width", "height", "start"):
        return value.isascii() and value.isdigit() and len(value) < 6
    return name not in VALUES or value in VALUES[name]


def sanitise(html: str) -> str:
    """HTML with only what a lesson needs. Refuses what is too large or too deep, before and between the two cleaners."""
    if len(html) <= LARGEST and is_too_deep(html, DEEPEST):
        raise Refused(_("Nội dung lồng vào nhau quá nhiều lớp."))
    for clean in (_by_nh3, _by_bleach):
        if len(html) > LARGEST:
            raise Refused(_("Nội dung quá dài. Anh/Chị chia thành nhiều bài ngắn hơn."))
        html = clean(html)
    return html


def _by_nh3(html: str) -> str:
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=set(), link_rel=None, url_relative="pass_through")


def _by_bleach(html: str) -> str:
    # bleach lets paths through only where https is allowed too; `_allowed` has refused every scheme already
    return bleach.clean(html, tags=TAGS, attributes=_allowed, protocols=["https"], strip=True)


def well_formed(html: str) -> str:
    """Foreign HTML as a browser would understand it, every element closed, without scripts and comments. For reading only: it is NOT safe to show.

    Refuses what is longer than 3 million characters. Takes time in proportion to the length, whatever is in it.
    """
    bare = small(html, FOREIGN_ATTRIBUTES)
    return nh3.clean(bare, tags=FOREIGN_TAGS, attributes={"*": FOREIGN_ATTRIBUTES}, link_rel=None, url_schemes=FOREIGN_SCHEMES)


@cache
def _parser(form: str) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table").enable("strikethrough")
    for name in CALL_OUTS:
        parser.use(container_plugin, name, render=_call_out)
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # the sanitiser decides
    speak_of_keys(parser)
    if form != "short":
        speak_of_lessons(parser, form == "editor")
    parser.parse("")  # the rules are put together before two threads use it at once
    return parser


def _call_out(renderer: RendererHTML, tokens: list[Token], index: int, options: object, env: object) -> str:
    token = tokens[index]
    return f'<div class="call-out-{token.type.split("_")[1]}">\n' if token.nesting == 1 else "</div>\n"


def _parse(source: str, form: str) -> tuple[MarkdownIt, list[Token]]:
    if len(source) > LARGEST:
        raise Refused(_("Nội dung quá dài. Anh/Chị chia thành nhiều bài ngắn hơn."))
    parser = _parser(form)
    return parser, parser.parse(source)


def render_markdown(source: str, resolve: Resolve = lambda address: address, form: str = "short") -> str:
    """Safe HTML of a Markdown text. `resolve` turns an address as written into one of ours, or None to drop the link.

    form: "short" for a question or an option; "lesson" with ids of headings, footnotes, recordings and terms; "editor" for the editor,
    where footnotes stand as they are written and recordings as pictures.
    """
    parser, tokens = _parse(source, form)
    if form == "lesson":
        tokens = shape_lesson(tokens)
    elif form == "editor":
        tokens = shape_for_editor(tokens)
    for token in _walk(tokens):
        style = token.attrs.pop("style", "")
        if isinstance(style, str) and style.startswith("text-align:"):
            token.attrs["class"] = style.removeprefix("text-align:")
        for name in ("href", "src"):
            if name in token.attrs and token.attrs.get("class") != "term":
                token.attrs[name] = resolve(str(token.attrs[name])) or "#"
    return sanitise(parser.renderer.render(tokens, parser.options, {}))


def read_markup(source: str) -> list[Part]:
    """What a lesson's Markdown holds, in order: headings, links, pictures, recordings, footnotes and words, each with its line (from 0)."""
    return parts_of(_parse(source, "lesson")[1])


def _walk(tokens: list[Token]) -> list[Token]:
    return [inner for token in tokens for inner in (token, *_walk(token.children or []))]


def html_seal(html: str) -> str:
    """The keyed seal under which sanitised HTML is stored."""
    return hmac.new(str(current_app.config["SECRET_KEY"]).encode(), html.encode(), sha256).hexdigest()


def trusted(html: str, seal: str) -> Markup:
    """Stored HTML for a page: as it is when the seal holds, cleaned again when it does not."""
    is_ours = hmac.compare_digest(seal, html_seal(html))
    return Markup(html if is_ours else sanitise(html))  # noqa: S704


def inline(source: str) -> Markup:
    """A short Markdown text (a question, an option) as safe HTML without the outer paragraph."""
    html = render_markdown(source).strip()
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
        html = html[3:-4]
    return Markup(html)  # noqa: S704

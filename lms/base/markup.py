"""Markdown to safe HTML: markdown-it without raw HTML, then nh3, then bleach; on write, and checked again on read."""

import hmac
from collections.abc import Callable
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
from .words import gettext as _

LARGEST = 200_000
CALL_OUTS = ("scenario", "note", "try", "remember", "warning")
TAGS = set("a p h2 h3 h4 ul ol li table thead tbody tr th td strong em code pre blockquote br hr img div kbd sup sub span figure".split())
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}, "ol": {"start"}, "th": {"class"}, "td": {"class"}, "div": {"class"}}
CLASSES = {"right", "center", "left", *(f"call-out-{name}" for name in CALL_OUTS), "scroll"}
Resolve = Callable[[str], str | None]


def _schemeless(address: str) -> bool:
    """Only paths of ours: no scheme, no other host."""
    bare = "".join(c for c in address if c.isprintable() and not c.isspace())
    return bare == address and not address.startswith("//") and "\\" not in address and ":" not in address.split("/")[0].split("?")[0]


def _allowed(tag: str, name: str, value: str) -> bool:
    if name in ("href", "src"):
        return _schemeless(value)
    if name == "class":
        return value in CLASSES
    if name in ("width", "height", "start"):
        return value.isdigit() and len(value) < 6
    return name in ATTRIBUTES.get(tag, ())


def sanitise(html: str) -> str:
    """HTML with only what a lesson needs. Refuses what is too large, before and between the two cleaners."""
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


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table").enable("strikethrough")
    for name in CALL_OUTS:
        parser.use(container_plugin, name, render=_call_out)
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # the sanitiser decides
    return parser


def _call_out(renderer: RendererHTML, tokens: list[Token], index: int, options: object, env: object) -> str:
    token = tokens[index]
    return f'<div class="call-out-{token.type.split("_")[1]}">\n' if token.nesting == 1 else "</div>\n"


def render_markdown(source: str, resolve: Resolve = lambda address: address) -> str:
    """Safe HTML of a Markdown text. `resolve` turns an address as written into one of ours, or None to drop the link."""
    if len(source) > LARGEST:
        raise Refused(_("Nội dung quá dài. Anh/Chị chia thành nhiều bài ngắn hơn."))
    parser = _parser()
    tokens = parser.parse(source)
    for token in _walk(tokens):
        style = token.attrs.pop("style", "")
        if isinstance(style, str) and style.startswith("text-align:"):
            token.attrs["class"] = style.removeprefix("text-align:")
        for name in ("href", "src"):
            if name in token.attrs:
                token.attrs[name] = resolve(str(token.attrs[name])) or "#"
    return sanitise(parser.renderer.render(tokens, parser.options, {}))


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

"""The Markdown that only lessons speak: keys, footnotes, ids of headings, recordings, terms of the glossary. Beside markup.py, which cleans it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from mdit_py_plugins.footnote import footnote_plugin

KEYS = re.compile(r"\+\+(?!\s)([^\n]{1,60}?)(?<!\s)\+\+(?!\+)")
TERM = re.compile(r"term:([a-z0-9][a-z0-9-]{0,60})")
VIDEO, AUDIO = ("mp4", "webm"), ("mp3", "m4a", "ogg")
BACK = "Về chỗ có chú thích"  # read aloud within the Vietnamese text of a lesson
Tokens = list[Any]


@dataclass(frozen=True)
class Part:
    """Something that a text holds. line: from 0; kind: "heading", "link", "picture", "media", "note" (a reference), "words".

    text: of a heading or words, the alternative text, the label of a note; is_alone: a picture or recording is a paragraph of its own.
    """

    line: int
    kind: str
    text: str = ""
    address: str = ""
    level: int = 0
    is_alone: bool = False


def medium_of(address: str) -> str:
    """What an address shows in place: "video", "audio" or "" for a picture."""
    ending = address.rpartition(".")[2].lower()
    return "video" if ending in VIDEO else "audio" if ending in AUDIO else ""


def speak_of_keys(parser: Any) -> None:
    """Teach a parser ++Ctrl+C++."""
    parser.inline.ruler.before("emphasis", "keys", _keys)
    parser.add_render_rule("keys", lambda _self, tokens, index, _options, _env: f"<kbd>{escape(tokens[index].content)}</kbd>")


def _keys(state: Any, silent: bool) -> bool:
    start = state.pos
    if state.src[start] != "+" or (start and (state.src[start - 1].isalnum() or state.src[start - 1] == "+")):
        return False
    found = KEYS.match(state.src, start, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("keys", "kbd", 0).content = found[1]
    state.pos = found.end()
    return True


def speak_of_lessons(parser: Any, is_for_editor: bool) -> None:
    """Teach a parser footnotes and recordings; a line broken in the source is a space. In the editor notes stay where they are written."""
    parser.use(footnote_plugin, inline=False, move_to_end=not is_for_editor)
    for rule in (_footnote_ref, _footnote_block_open, _footnote_block_close, _footnote_open, _footnote_close, _footnote_anchor, _media):
        parser.add_render_rule(rule.__name__.removeprefix("_"), rule)
    parser.add_render_rule("softbreak", lambda *_rest: " ")


def _footnote_ref(_self: Any, tokens: Tokens, index: int, *_rest: Any) -> str:
    meta = tokens[index].meta
    return f'<sup><a href="#note-{meta["id"] + 1}" id="note-from-{_place(meta)}">[{meta["id"] + 1}]</a></sup>'


def _place(meta: dict[str, int]) -> str:
    return f"{meta['id'] + 1}" + (f"-{meta['subId'] + 1}" if meta["subId"] else "")


def _footnote_block_open(*_rest: Any) -> str:
    return '<section class="footnotes">\n<ol>\n'


def _footnote_block_close(*_rest: Any) -> str:
    return "</ol>\n</section>\n"


def _footnote_open(_self: Any, tokens: Tokens, index: int, *_rest: Any) -> str:
    return f'<li id="note-{tokens[index].meta["id"] + 1}">'


def _footnote_close(*_rest: Any) -> str:
    return "</li>\n"


def _footnote_anchor(_self: Any, tokens: Tokens, index: int, *_rest: Any) -> str:
    meta = tokens[index].meta
    return f' <a href="#note-from-{_place(meta)}" aria-label="{BACK} {meta["id"] + 1}">↩</a>'


def _media(_self: Any, tokens: Tokens, index: int, *_rest: Any) -> str:
    token = tokens[index]
    name, address, kind = escape(token.content), escape(token.attrs["src"]), token.meta["kind"]
    link = f'<a href="{address}">{name}</a>'
    if not token.meta["is_alone"]:
        return link
    player = f'<{kind} controls="" preload="none" src="{address}" aria-label="{name}"></{kind}>'
    return f'<figure class="media">{player}<figcaption>{link}</figcaption></figure>\n'


def plain_text(tokens: Tokens) -> str:
    """What inline tokens say, without marks."""
    said = {"softbreak": " ", "hardbreak": " "}
    return "".join(plain_text(token.children or []) if token.type == "image" else said.get(token.type, token.content) for token in tokens)


def _is_alone(inline: Any) -> bool:
    return len(inline.children or []) == 1


def shape_lesson(tokens: Tokens) -> Tokens:
    """Tokens as a lesson shows them."""
    _even_lists(tokens)
    headings = [token for token in tokens if token.type == "heading_open" and token.tag in ("h2", "h3")]
    for number, token in enumerate(headings, 1):
        token.attrs["id"] = f"muc-{number}"
    explained: set[str] = set()
    for index, token in enumerate(tokens):
        for child in token.children or []:
            if child.type == "image":
                _show(child, _is_alone(token))
            elif child.type == "link_open":
                _explain(child, explained)
        if token.type == "inline" and _is_alone(token) and token.children[0].type == "media":
            tokens[index - 1].hidden = tokens[index + 1].hidden = tokens[index - 1].type == "paragraph_open"
    return tokens


def _show(image: Any, is_alone: bool) -> None:
    kind = medium_of(str(image.attrs["src"]))
    if kind:
        image.content, image.type, image.meta = plain_text(image.children or []), "media", {"kind": kind, "is_alone": is_alone}
        image.children = None
    else:
        image.attrs["loading"] = "lazy"


def _explain(link: Any, explained: set[str]) -> None:
    found = TERM.fullmatch(str(link.attrs.get("href", "")))
    if found is None:
        return
    link.attrs = {"class": "term", "href": f"#term-{found[1]}"}
    if found[1] not in explained:
        link.attrs["id"] = f"term-back-{found[1]}"
        explained.add(found[1])


def _even_lists(tokens: Tokens) -> None:
    """A list is loose when one of its entries has two paragraphs, and only then; blank lines between entries do not matter."""
    lists: list[list[list[Any]]] = []  # of every open list: the paragraphs of each entry
    depth: list[int] = []
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append([])
            depth.append(token.level + 2)
        elif token.type == "list_item_open" and lists:
            lists[-1].append([])
        elif token.type in ("paragraph_open", "paragraph_close") and lists and token.level == depth[-1]:
            lists[-1][-1].append(token)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            entries, _level = lists.pop(), depth.pop()
            is_loose = any(len(entry) > 2 for entry in entries)
            for paragraph in (paragraph for entry in entries for paragraph in entry):
                paragraph.hidden = not is_loose


def shape_for_editor(tokens: Tokens) -> Tokens:
    """Tokens as the editor shows them: footnotes as they are written."""
    _even_lists(tokens)
    for token in tokens:
        for child in token.children or []:
            if child.type == "footnote_ref":
                child.type, child.tag, child.content = "text", "", f"[^{child.meta['label']}]"
    return list(_written_notes(tokens))


def _written_notes(tokens: Tokens) -> Iterator[Any]:
    label = ""
    for token in tokens:
        if token.type == "footnote_reference_close":
            continue
        if token.type == "footnote_reference_open":
            label = token.meta["label"]
            continue
        if label and token.type == "inline" and token.children:
            mark = token.children[0].copy(type="text", tag="", nesting=0, attrs={}, children=None, content=f"[^{label}]: ", meta={})
            token.children.insert(0, mark)
            label = ""
        yield token


def parts_of(tokens: Tokens) -> list[Part]:
    """What tokens hold, with lines; see `Part`."""
    found: list[Part] = []
    heading = 0
    for token in tokens:
        if token.type == "heading_open":
            heading = int(token.tag[1])
        elif token.type in ("fence", "code_block"):
            found.append(Part(token.map[0], "words", token.content))
        elif token.type == "inline":
            line = token.map[0] if token.map else 0
            if heading:
                found.append(Part(line, "heading", plain_text(token.children or []).strip(), level=heading))
            heading = 0
            found += _inline_parts(token, line)
    return found


def _inline_parts(inline: Any, line: int) -> Iterator[Part]:
    for token in inline.children or []:
        if token.type in ("softbreak", "hardbreak"):
            line += 1
        elif token.type == "link_open":
            yield Part(line, "link", address=str(token.attrs.get("href", "")))
        elif token.type == "image":
            address = str(token.attrs.get("src", ""))
            kind = "media" if medium_of(address) else "picture"
            yield Part(line, kind, plain_text(token.children or []).strip(), address, is_alone=_is_alone(inline))
        elif token.type == "footnote_ref":
            yield Part(line, "note", token.meta["label"])
        elif token.content:
            yield Part(line, "words", token.content)

"""Foreign HTML made small before a real parser sees it: few attributes, little depth, no scripts and comments. In linear time."""

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from .errors import Refused
from .words import gettext as _

LARGEST_FOREIGN, MOST_TAGS, MOST_ATTRIBUTES, DEEPEST = 3_000_000, 60_000, 40, 100
TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/>]*+)((?:[^>=]++|=\s*+"[^"]*+(?:"|$)|=\s*+'[^']*+(?:'|$)|=)*+)(?:>|$)""")
ATTRIBUTE = re.compile(r"""([^\s/=]++)\s*+(?:=\s*+(?:"([^"]*+)"?|'([^']*+)'?|([^\s>]*+)))?""")
ESCAPED, MOST_ESCAPED = re.compile(r"[&\xa0]"), 1_000  # of these in one text the real parser makes quadratic work
RAW = set("script style title textarea xmp iframe noembed noframes noscript template svg math select object xml".split())
ENDS = {name: re.compile(rf"</{name}(?=[\s/>])[^>]*>", re.IGNORECASE) for name in RAW}
OPTIONAL = set("p li td th tr dt dd tbody thead tfoot option".split())
VOID = set("area base br col embed hr img input link meta param source track wbr".split())


def small(html: str, attributes: set[str]) -> str:
    """The HTML with these attributes only, and <wbr> within very many escapes. Refuses more than 3 million characters or 60 000 tags."""
    if len(html) > LARGEST_FOREIGN:
        raise Refused(_("Nội dung quá dài. Anh/Chị chia thành nhiều bài ngắn hơn."))
    out: list[str] = []
    depth = count = 0
    for text, slash, name, inside in _tags(html):
        out.append("<wbr>".join(_pieces(text)))
        count += 1
        if count > MOST_TAGS:
            raise Refused(_("Nội dung quá dài. Anh/Chị chia thành nhiều bài ngắn hơn."))
        counts = name not in VOID and name not in OPTIONAL
        is_too_deep = counts and (depth > DEEPEST if slash else depth >= DEEPEST)
        depth = max(0, depth + (-1 if slash else 1)) if counts else depth
        if name and not is_too_deep:
            out.append(f"<{slash}{name}{'' if slash else _kept(inside, attributes)}>")
    return "".join(out)


def _tags(html: str) -> Iterator[tuple[str, str, str, str]]:
    """(text before, "/" or "", name, attributes) of every tag; at the end, a text without a tag."""
    at = 0
    while (start := html.find("<", at)) >= 0:
        text, found = html[at:start], TAG.match(html, start)
        if found:
            slash, name, at = found[1], found[2].lower(), found.end()
            if not slash and name in RAW:
                end = ENDS[name].search(html, at)
                at = end.end() if end else len(html)
                name = ""
            yield text, slash, name, found[3]
        elif html.startswith("<!--", start):
            end_at = html.find("-->", start + 2)
            at = end_at + 3 if end_at >= 0 else len(html)
            yield text, "", "", ""
        elif html[start + 1 : start + 2] in ("!", "?", "/"):
            end_at = html.find(">", start)
            at = end_at + 1 if end_at >= 0 else len(html)
            yield text, "", "", ""
        else:
            at = start + 1
            yield f"{text}&lt;", "", "", ""
    yield html[at:], "", "", ""


def _pieces(text: str) -> list[str]:
    """The text in pieces with no more than a thousand escapes each."""
    cuts = [found.start() for found in islice(ESCAPED.finditer(text), MOST_ESCAPED, None, MOST_ESCAPED)]
    return [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]


def _kept(inside: str, attributes: set[str]) -> str:
    if "=" not in inside and "hidden" not in inside:
        return ""
    kept = {}
    for found in islice(ATTRIBUTE.finditer(inside), MOST_ATTRIBUTES):
        name = found[1].lower()
        if name in attributes and name not in kept:
            value = found[2] or found[3] or found[4] or ""
            kept[name] = _pieces(value)[0].replace('"', "&quot;")
    return "".join(f' {name}="{value}"' for name, value in kept.items())


def is_too_deep(html: str, deepest: int) -> bool:
    """Whether elements lie in each other more than so many times."""
    depth = 0
    for _text, slash, name, _inside in _tags(html):
        if name and name not in VOID and name not in OPTIONAL:
            depth += -1 if slash else 1
            if depth > deepest:
                return True
            depth = max(0, depth)
    return False

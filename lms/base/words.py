"""Words: Vietnamese message keys with an English catalogue, accent-free search keys, Vietnamese name order."""

import io
import unicodedata
from functools import cache
from itertools import groupby, islice
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import g, has_request_context, request, session
from markupsafe import Markup

LANGUAGES = ("vi", "en")
CATALOGUE = Path(__file__).with_name("catalogue") / "en.po"
MOST_MARKS = 30  # in a row, as Unicode's stream-safe texts
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: f"{rank:02d}" for rank, letter in enumerate(_ALPHABET, 10)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


@cache
def _english() -> Translations:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def language() -> str:
    """The language of this request: what the visitor chose, else Vietnamese."""
    if not has_request_context():
        return "vi"
    if "language" not in g:
        chosen = session.get("language", "vi")
        g.language = chosen if chosen in LANGUAGES else "vi"
    return str(g.language)


def gettext(message: str, **values: object) -> str:
    """The message in the language of the request; `%(name)s` is filled from `values` (escaped when the message is Markup)."""
    text = _english().ugettext(message) if language() == "en" else message
    return text % values if values else text


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """Vietnamese has one form; English has two. `%(num)s` is the number."""
    values = {"num": number, **values}
    text = _english().ungettext(one, many, number) if language() == "en" else many
    return text % values


def in_language(texts: dict[str, str] | None) -> str:
    """The text of {"vi": …, "en": …} in the language of the request, Vietnamese where English is missing."""
    texts = texts or {}
    return texts.get(language()) or texts.get("vi", "")


def nfc(text: str) -> str:
    """The text in composed Unicode, without control characters (tab and newline stay)."""
    composed = unicodedata.normalize("NFC", text if text.isascii() else _with_few_marks(text))
    return "".join(c for c in composed if c in "\t\n" or unicodedata.category(c) != "Cc")


def _with_few_marks(text: str) -> str:
    """No letter of any language bears more than a few marks; sorting a hundred thousand of them would stop the site for minutes."""
    runs = groupby(text, key=lambda c: unicodedata.combining(c) > 0)
    return "".join(c for is_marks, run in runs for c in (islice(run, MOST_MARKS) if is_marks else run))


def fold(text: str) -> str:
    """The search key of a text: no accents, đ as d, lower case, single spaces. `fold("Mật khẩu") == "mat khau"`."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())


def _syllable_key(syllable: str) -> str:
    letters, tone = [], "0"
    for char in unicodedata.normalize("NFC", syllable.casefold()):
        parts = unicodedata.normalize("NFD", char)
        tone = next((_TONES[mark] for mark in parts if mark in _TONES), tone)
        base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
        letters.append(_LETTER_RANK.get(base, base if base.isascii() else "99"))
    return "".join(letters) + tone


def sort_key(full_name: str) -> str:
    """The key that orders names the Vietnamese way: given name first, then the rest; letters before tones (a ă â … d đ …)."""
    syllables = full_name.split()
    ordered = syllables[-1:] + syllables[:-1]
    return " ".join(_syllable_key(syllable) for syllable in ordered)


def decimal(number: float, places: int = 1) -> str:
    """A number with the decimal comma (the point in English), without useless zeros: 8,5."""
    text = f"{number:.{places}f}".rstrip("0").rstrip(".") if places else str(round(number))
    return text if language() == "en" else text.replace(".", ",")


def remember_language(code: str) -> None:
    """Keep the visitor's choice of language in the cookie."""
    session["language"] = code if code in LANGUAGES else "vi"
    session.permanent = True


def highlight(text: str, query: str) -> Markup:
    """`text` with the words of `query` marked, accents ignored; safe to print."""
    wanted = set(fold(query).split())
    words = [Markup("<mark>{}</mark>").format(word) if fold(word) in wanted else Markup.escape(word) for word in text.split(" ")]
    return Markup(" ").join(words)


def accept_next(target: str | None) -> str:
    """`target` when it is one of our own paths, else "/". `//host`, `/\\host` and addresses are not ours."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target and target.isprintable():
        return target
    return "/"


def wants_json() -> bool:
    """Whether the answer goes to our own script (or a machine) and not onto a page."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"

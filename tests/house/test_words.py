"""Words: everything said on a page exists in English, nothing else does, and the Vietnamese follows the glossary."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

import lms

pytestmark = pytest.mark.house
ROOT = Path(lms.__file__).parent
AVOIDED = r"\b[Bb]ạn\b(?! đọc)|khoá|hoá đơn|hoàn thành khoá|thuỷ|\btrượt\b|\bdeadline\b|\badmin\b|[Qq]uý khách"


def _messages() -> dict[str, str]:
    """Every message, with one place where it stands."""
    return {text: place for text, place in [*_in_templates(), *_in_code()]}


def _in_code() -> Iterator[tuple[str, str]]:
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "Refused": None, "required": None, "named": None, "Entry": None}
    for path in sorted(ROOT.rglob("*.py")):
        place = str(path.relative_to(ROOT))
        for line, message, _comments, _context in extract("python", BytesIO(path.read_bytes()), keywords=keywords):
            texts = [message] if isinstance(message, str) else message
            yield from ((text, f"{place}:{line}") for text in texts if text)
        yield from ((text, place) for text in re.findall(r'(?:Field|Day|Choice|Whole)\(\s*"([^"]+)"', path.read_text("utf-8")))


def _in_templates() -> Iterator[tuple[str, str]]:
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    for path in sorted(ROOT.rglob("*.html")):
        for call in environment.parse(path.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext"):
                for argument in call.args[:2]:
                    if isinstance(argument, nodes.Const) and isinstance(argument.value, str):
                        yield argument.value, f"{path.relative_to(ROOT)}:{call.lineno}"


def _english() -> dict[str, str]:
    with (ROOT / "base" / "catalogue" / "en.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    pairs: dict[str, str] = {}
    for message in catalogue:
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
        pairs.update({one: str(text) for one, text in zip(ids, texts, strict=True) if one})
    return pairs


def test_every_sentence_exists_in_english() -> None:
    english = _english()
    missing = {text: place for text, place in _messages().items() if not english.get(text)}
    assert not missing


def test_the_catalogue_holds_nothing_that_is_not_said() -> None:
    assert not sorted(set(_english()) - set(_messages()))


def test_placeholders_are_the_same_in_both_languages() -> None:
    def names(text: str) -> list[str]:
        return sorted(re.findall(r"%\((\w+)\)", text))

    assert not [text for text, english in _english().items() if english and names(text) != names(english)]


def test_vietnamese_follows_the_glossary() -> None:
    assert not {text: place for text, place in _messages().items() if re.search(AVOIDED, text)}

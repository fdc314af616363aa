"""Vietnamese before Unicode: texts typed with TCVN3 (ABC, fonts like .VnTime) and VNI fonts, as a spreadsheet shows their bytes in Latin letters.

"NguyÔn V¨n An" is TCVN3, "Nguyeãn Vaên An" is VNI, both are "Nguyễn Văn An".
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

Encoding = Literal["unicode", "tcvn3", "vni"]
ENCODINGS: tuple[Encoding, ...] = ("unicode", "tcvn3", "vni")
_TONES = dict(zip("fr xsj", ("\u0300", "\u0309", "", "\u0303", "\u0301", "\u0323"), strict=True))  # as typed in Telex; a space is no tone


def _toned(base: str, tone: str) -> str:
    return unicodedata.normalize("NFC", base + _TONES[tone])


def _tcvn3() -> dict[int, str]:
    """TCVN 5712:1993, third table: one byte a letter; capitals with a tone exist only as the font's small ones (.VnTimeH)."""
    rows = {"a": "µ¶ ·¸¹", "ă": "»¼ ½¾Æ", "â": "ÇÈ ÉÊË", "e": "ÌÎ ÏÐÑ", "ê": "ÒÓ ÔÕÖ", "i": "×Ø ÜÝÞ"}
    rows |= {"o": "ßá âãä", "ô": "åæ çèé", "ơ": "êë ìíî", "u": "ïñ òóô", "ư": "õö ÷øù", "y": "úû üýþ"}
    table = {ord(sign): letter for sign, letter in zip("¡¢£¤¥¦§¨©ª«¬\u00ad®", "ĂÂÊÔƠƯĐăâêôơưđ", strict=True)}
    for base, signs in rows.items():
        table |= {ord(sign): _toned(base, tone) for sign, tone in zip(signs, "fr xsj", strict=True) if sign != " "}
    return table


def _vni() -> dict[str, str]:
    """VNI-Windows: a letter and a byte for its mark; ơ, ư, đ and the i's are single bytes. Capitals likewise, the mark in either case."""
    circumflex, breve = dict(zip("fr xsj", "àåâãáä", strict=True)), dict(zip("fr xsj", "èúêüéë", strict=True))
    plain = dict(zip("frxsj", "øûõùï", strict=True))
    table = {"ñ": "đ", "ô": "ơ", "ö": "ư", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "í": "í", "ò": "ị", "î": "ỵ"}
    for base in "aeouyôö":
        table |= {base + sign: _toned(table.get(base, base), tone) for tone, sign in plain.items()}
    for base, marked in (("a", "â"), ("e", "ê"), ("o", "ô")):
        table |= {base + sign: _toned(marked, tone) for tone, sign in circumflex.items()}
    table |= {"a" + sign: _toned("ă", tone) for tone, sign in breve.items()}
    for signs, letter in list(table.items()):
        table |= {signs.upper(): letter.upper(), signs[0].upper() + signs[1:]: letter.upper()}
    return table


TCVN3, VNI = _tcvn3(), _vni()
_VNI_SIGNS = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))
_WORD = re.compile(r"[^\s.,;:()/\"'+\d-]+")
_LOUD = re.compile("[A-Z¡-§]{2,}")


def to_unicode(text: str, encoding: str) -> str:
    """The text in Unicode. Text that already holds letters beyond Latin-1 is Unicode, whatever the rest of the file is, and stays."""
    if encoding not in ("tcvn3", "vni") or text.isascii() or any(c > "\xff" for c in text):
        return text
    if encoding == "vni":
        return _VNI_SIGNS.sub(lambda found: VNI[found[0]], text)
    return _tcvn3_to_unicode(text)


def _tcvn3_to_unicode(text: str) -> str:
    """TCVN3 where "NGUYÔN THÞ" holds small bytes for capitals: a text, or else a word, without small ASCII letters is written in capitals."""
    if _is_loud(text):
        return text.translate(TCVN3).upper()
    return re.sub(r"\S+", lambda found: found[0].translate(TCVN3).upper() if _is_loud(found[0]) else found[0].translate(TCVN3), text)


def _is_loud(text: str) -> bool:
    return bool(_LOUD.search(text)) and not re.search("[a-z]", text)


# Recognising


_NUCLEI = frozenset(
    "a ă â e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iê iêu iu oa oai oao oay oă oe oeo oi oo ôi ơi ua uâ uây ui uê uô uôi uơ uy uya uyê uyu "
    "ưa ưi ưu ươ ươi ươu yê yêu".split()
)
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?([aăâeêioôơuưy]+)(?:ng|nh|ch|[cmnpt])?",
)


def _is_syllable(word: str) -> bool:
    """Whether the word can be a Vietnamese syllable: known vowels between known consonants, at most one tone."""
    parts = unicodedata.normalize("NFD", word.casefold())
    tones = [c for c in parts if c in _TONES.values()]
    bare = unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
    found = _SYLLABLE.fullmatch(bare)
    return len(tones) <= 1 and found is not None and (found[1] in _NUCLEI or found[1].removeprefix("i") in _NUCLEI)


def detect_encoding(texts: Iterable[str]) -> Encoding:
    """How the texts of a list are written, judged by the words that hold more than ASCII: which reading makes them Vietnamese.

    Needs a handful of names to say anything but "unicode", and says that of proper Vietnamese with some foreign or damaged words in it.
    """
    words = [word for text in texts for word in _WORD.findall(unicodedata.normalize("NFC", text)) if not word.isascii()]
    as_is = sum(map(_is_syllable, words))
    if len(words) - as_is < 4 or as_is > 0.6 * len(words):
        return "unicode"
    counts: dict[Encoding, int] = {way: sum(_is_syllable(to_unicode(word, way)) for word in words) for way in ("tcvn3", "vni")}
    best = max(counts, key=lambda way: counts[way])
    return best if counts[best] >= 0.7 * len(words) and counts[best] - as_is >= 0.2 * len(words) else "unicode"

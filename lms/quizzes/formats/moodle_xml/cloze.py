"""The gaps of a Moodle cloze, {1:SHORTANSWER:=a~=b}, and our gaps with [[1]] in the text."""

import re
from typing import Any

from ...fields import decimal_of

GAP = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^}\\])*)\}", re.DOTALL)
_CHOICES = {"MULTICHOICE", "MULTICHOICE_V", "MULTICHOICE_H", "MULTICHOICE_S", "MULTICHOICE_VS", "MULTICHOICE_HS"}
_CHOICES |= {"MC", "MCV", "MCH", "MCS", "MCVS", "MCHS"}
_TEXTS, _NUMBERS = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}, {"NUMERICAL", "NM"}
_ESCAPE = re.compile(r"\\([}#~=%:{\"/\\])")


class ClozeFault(Exception):
    """A gap is of a kind that we do not have; the text names it."""


def gaps_in(text: str) -> tuple[str, list[dict[str, Any]], list[str]]:
    """(text with [[1]] …, gaps, what the gaps say that we do not hold). Raises ClozeFault."""
    gaps: list[dict[str, Any]] = []
    lost: list[str] = []

    def mark(found: re.Match[str]) -> str:
        gaps.append(_gap(found[2], found[3], lost))
        return f"[[{len(gaps)}]]"

    return GAP.sub(mark, text), gaps, lost


def _gap(kind: str, inside: str, lost: list[str]) -> dict[str, Any]:
    right: list[str] = []
    texts: list[str] = []
    for piece in re.split(r"(?<!\\)~", inside.replace("\\\\", "\x01")):
        body, _hash, why = re.sub(r"\\#", "\x02", piece).partition("#")
        weight = re.match(r"=|%(-?[\d.]+)%", body)
        shown = _shown(body[weight.end() :] if weight else body)
        if why:
            lost.append(_shown(why))
        if weight and (weight[0] == "=" or decimal_of(weight[1]) == 100):
            right.append(shown)
        elif weight and decimal_of(weight[1]):
            lost.append(weight[0])
        texts.append(shown)
    if kind in _CHOICES:
        return {"kind": "choice", "options": texts, "right": right[0] if right else ""}
    if kind in _TEXTS:
        lost += ["_C"] if kind.endswith("C") else []
        lost += [text for text in texts if text not in right]
        return {"kind": "text", "accepted": right}
    if kind in _NUMBERS:
        lost += texts[1:]
        value, _colon, tolerance = (right or [""])[0].partition(":")
        return {"kind": "number", "value": value.strip(), **({"tolerance": tolerance.strip()} if tolerance.strip() not in ("", "0") else {})}
    raise ClozeFault(kind)


def _shown(text: str) -> str:
    return _ESCAPE.sub(r"\1", text).replace("\x01", "\\").replace("\x02", "#").strip()


def _escaped(text: str) -> str:
    return re.sub(r"([}#~=%:{\"\\])", r"\\\1", text)


def gap_written(gap: dict[str, Any]) -> str:
    """One of our gaps as Moodle writes it."""
    if gap["kind"] == "choice":
        pieces = [("=" if text == gap["right"] else "") + _escaped(text) for text in gap["options"]]
        return "{1:MULTICHOICE:" + "~".join(pieces) + "}"
    if gap["kind"] == "text":
        return "{1:SHORTANSWER:" + "~".join("=" + _escaped(text) for text in gap["accepted"]) + "}"
    return "{1:NUMERICAL:=" + f"{gap['value']}:{gap.get('tolerance', '0')}" + "}"

"""Questions as hypothesis makes them up: texts full of the signs by which the formats tell one thing from another."""

from typing import Any

from hypothesis import strategies as st

from lms.base import inline, nfc
from lms.quizzes import FORMATS, check_question
from lms.quizzes.format import NO_WHY
from lms.quizzes.kind import BLOCKS

LINES = ("\n", "\n\n", " \n ", "\n- ", "\n1. ")
SIGNS = (
    *("~", "=", "#", "{", "}", ":", "\\", "%", "*", "**", "_", "->", "//", "::", "$CATEGORY: x", "[html]", "[markdown]", "####", "%50%", "\\n"),
    *("Câu 1. ", "2) ", "A. ", "*B. ", " C. ", "b) ", "Đáp án: B", "ĐÁP ÁN", "Giải thích A: ", "GT: ", "ANSWER: A", "(đúng)", "- ", "1-A 2-B", "\\|"),
    *(
        "{1:SA:=x}",
        "]]>",
        "<b>",
        "&amp;",
        "&",
        '"',
        "'",
        "_x0041_",
        "=SUM(A1)",
        "[[1]]",
        "[x](y)",
        "`",
        "“",
        "”",
        "…",
        "\u00a0",
        "\t",
        "\u2028",
        "🙂",
        "Ẩ",
    ),
    *("mật khẩu", "Đúng", "Sai", "a", "B", "7", "?", " ", "  ", "Mức độ: Dễ", "[tag:x]", "]", "|"),
)
PIECES = st.sampled_from(SIGNS)
TEXTS = st.lists(PIECES | st.sampled_from(LINES) | st.text(max_size=3), min_size=1, max_size=6).map("".join)
LINE_TEXTS = st.lists(PIECES, min_size=1, max_size=4).map("".join)


def is_text(text: str) -> bool:
    """Whether a question may have this text."""
    return bool(nfc(text).strip()) and "<img" not in inline(nfc(text).strip())


def is_option(text: str) -> bool:
    """Whether an option may have it."""
    return is_text(text) and not any(block in inline(nfc(text).strip()) for block in BLOCKS)


TEXT = TEXTS.filter(is_text)
OPTION = (LINE_TEXTS | TEXTS).filter(is_option)
WHY = st.just(NO_WHY) | TEXT
NUMBER = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-999, max_value=999).map(str)
TOLERANCE = st.sampled_from(["0.5", "1", "0.25"])
BESIDE = st.fixed_dictionaries(
    {},
    optional={
        "difficulty": st.sampled_from(["easy", "medium", "hard"]),
        "standards": st.lists(st.sampled_from(["TT03-1.2", "IU 04", "a]b"]), min_size=1, max_size=2),
        "tags": st.lists(
            st.sampled_from(["mật khẩu", "use:test", "scenario", "tag:x", "standard:y", "a]b", "[x"]), min_size=1, max_size=3, unique=True
        ),
    },
)
RULES = st.fixed_dictionaries({}, optional={"scenario": st.just(True), "use": st.just("self-check"), "lesson": st.just("01-bai")})
SCORING = st.fixed_dictionaries({}, optional={"scoring": st.just("parts")})


def several(texts: st.SearchStrategy[str], fewest: int, most: int) -> st.SearchStrategy[list[str]]:
    """So many texts that differ once they are composed."""
    return st.lists(texts, min_size=fewest, max_size=most, unique_by=lambda text: nfc(text).strip())


def optional(**entries: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Each of the entries, or not."""
    return st.fixed_dictionaries({}, optional=entries)


@st.composite
def choices(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """A question with options."""
    texts = draw(several(OPTION, 3, 5))
    right = set(draw(st.permutations(range(len(texts))))[: 1 if kind == "single" else draw(st.integers(2, len(texts) - 1))])
    options = [{"text": text, **({"correct": True} if place in right else {}), "why": draw(WHY)} for place, text in enumerate(texts)]
    return {"kind": kind, "text": draw(TEXT), "options": options}


@st.composite
def cloze(draw: st.DrawFn) -> dict[str, Any]:
    """A text with gaps."""
    gap = st.one_of(
        several(LINE_TEXTS.filter(is_text), 2, 4).map(lambda texts: {"kind": "choice", "options": [nfc(t).strip() for t in texts]}),
        st.lists(LINE_TEXTS.filter(is_text), min_size=1, max_size=3).map(lambda texts: {"kind": "text", "accepted": texts}),
        st.tuples(NUMBER, optional(tolerance=TOLERANCE)).map(lambda pair: {"kind": "number", "value": pair[0], **pair[1]}),
    )
    gaps = draw(st.lists(gap, min_size=1, max_size=3))
    for one in gaps:
        if one["kind"] == "choice":
            one["right"] = draw(st.sampled_from(one["options"]))
    between = TEXT.filter(lambda text: "[[" not in text)
    text = draw(between) + "".join(f" [[{place}]] {draw(between)}" for place in range(1, len(gaps) + 1))
    return {"kind": "cloze", "text": text, "gaps": gaps, "why": draw(WHY)}


def pairs(texts: list[str]) -> dict[str, Any]:
    """Texts as pairs, and what is left over."""
    half = len(texts) // 2
    return {"pairs": [{"left": left, "right": right, "why": NO_WHY} for left, right in zip(texts[:half], texts[half : 2 * half], strict=True)]}


def fixed(kind: str, **entries: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A question with these entries."""
    return st.fixed_dictionaries({"kind": st.just(kind), "text": TEXT, **entries})


def joined(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Dictionaries as one."""
    return st.tuples(*parts).map(lambda found: {name: value for one in found for name, value in one.items()})


@st.composite
def essay(draw: st.DrawFn) -> dict[str, Any]:
    """An essay whose criteria sum to a hundred."""
    texts = draw(several(LINE_TEXTS.filter(is_text), 1, 3))
    points = [100 // len(texts)] * (len(texts) - 1)
    rubric = [{"text": text, "points": n} for text, n in zip(texts, [*points, 100 - sum(points)], strict=True)]
    return {"kind": "essay", "text": draw(TEXT), "rubric": rubric, "model": draw(WHY)}


MULTIPLE_SCORING = st.fixed_dictionaries({}, optional={"scoring": st.sampled_from(["parts", "penalty"])})
WORD_LIMITS = st.fixed_dictionaries({}, optional={"fewest_words": st.just(20), "most_words": st.just(300)})

QUESTIONS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "single": choices("single"),
    "multiple": joined(choices("multiple"), MULTIPLE_SCORING),
    "essay": joined(essay(), WORD_LIMITS),
    "truefalse": fixed("truefalse", answer=st.booleans(), why_true=WHY, why_false=WHY),
    "shortanswer": joined(
        fixed("shortanswer", accepted=st.lists(OPTION, min_size=1, max_size=4), why=WHY), optional(case=st.just(True), accents=st.just(True))
    ),
    "numerical": joined(fixed("numerical", value=NUMBER, why=WHY), optional(tolerance=TOLERANCE, unit=st.sampled_from(["GB", "kg/m²", "± m"]))),
    "matching": joined(fixed("matching"), several(OPTION, 4, 8).map(pairs), optional(extra=st.just(["Thừa ra"])), SCORING),
    "ordering": joined(fixed("ordering", items=several(OPTION, 3, 6), why=WHY), SCORING),
    "cloze": joined(cloze(), SCORING),
}


def questions_for(name: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Questions of the kinds that a format knows."""
    kinds = st.sampled_from(sorted(FORMATS[name].kinds)).flatmap(lambda kind: QUESTIONS[kind])
    return st.lists(joined(kinds, BESIDE, RULES).filter(is_sound), min_size=1, max_size=3)


def is_sound(raw: dict[str, Any]) -> bool:
    """Whether the question could stand in a bank."""
    return check_question({"key": "k", "topic": "k", "difficulty": "easy", **raw}) == []

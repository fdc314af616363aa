"""Lessons at random, for property tests: everything that the language has, with words that Markdown could mistake for marks."""

import re

from hypothesis import strategies as st

WORDS = st.sampled_from(
    "mật khẩu Anh/Chị An Phúc 12.000 5% (xem “sổ”) a_b _x 2*3 C++ R&D &amp; a\\b x~y 50~60 [1] ] ! # - + 1. 2) > : ::: = | $ e-mail, “Lưu ý:” … 1.5 "
    "\u00e1\u0300 \U0001f600 \\* \\_ \\[x] &lt;b> a`".split(" ")
)
PLAIN = st.sampled_from("mật khẩu Anh/Chị An Phúc 12.000 5% (xem “sổ”) e-mail – cơ quan".split())
SAID = st.lists(WORDS, min_size=1, max_size=6).map(" ".join).filter(lambda text: text.strip("` ") != "")
CLEAN = st.lists(PLAIN, min_size=1, max_size=4).map(" ".join)
NAMES = st.sampled_from(["anh-1.png", "so-do.jpg", "x.webp"])
KEYS = st.sampled_from(["mot", "hai-2", "khoa"])
MARKED = st.one_of(
    CLEAN.map("**{}**".format),
    CLEAN.map("*{}*".format),
    CLEAN.map("~~{}~~".format),
    st.tuples(CLEAN, CLEAN).map(lambda two: f"**{two[0]} *{two[1]}***"),
    st.tuples(CLEAN, CLEAN).map(lambda two: f"*{two[0]} **{two[1]}** {two[0]}*"),
    CLEAN.map("***{}***".format),
    st.sampled_from(["++Ctrl+C++", "++Ctrl+++", "++F2++", "++|++", "`x = 1`", "`` a`b ``", "`a\\b`", "`<b>`", "` x `"]),
    st.tuples(CLEAN, KEYS).map(lambda two: f"[{two[0]}](lesson:{two[1]})"),
    st.tuples(CLEAN, KEYS).map(lambda two: f"[**{two[0]}**](term:{two[1]})"),
    CLEAN.map("**[{}](files/mau.docx)**".format),
)
INLINE = st.lists(st.one_of(SAID, MARKED), min_size=1, max_size=4).map(" ".join)
TIGHT = st.tuples(PLAIN, MARKED, st.sampled_from([", sau", ". Rồi", ": là", " là"])).map(lambda three: f"{three[0]} {three[1]}{three[2]}")
LINE = st.one_of(INLINE, TIGHT).map(lambda text: f"Dòng {text} hết")
PARAGRAPH = st.one_of(LINE, st.lists(LINE, min_size=2, max_size=3).map("\\\n".join), st.lists(LINE, min_size=2, max_size=2).map("\n".join))
PICTURE = st.tuples(CLEAN, NAMES).map(lambda two: f"![{two[0]}](files/{two[1]})")
MEDIA = st.tuples(CLEAN, st.sampled_from(["phim.mp4", "bai.webm", "loi.mp3"])).map(lambda two: f"![{two[0]}](files/{two[1]})")
CODE = st.sampled_from(["```\nx = 1\n\n  y\n```", "```\n<b>\n```", "~~~\n```\n~~~", "    indented\n    code", "```\n```"])


def _entries(mark: str, texts: list[str], gap: str = "\n") -> str:
    return gap.join(f"{mark} ".replace("1", str(at)) + text.replace("\n", "\n" + " " * (len(mark) + 1)) for at, text in enumerate(texts, 1))


ENTRIES = st.lists(LINE, min_size=1, max_size=4)
NESTED = st.tuples(LINE, ENTRIES, st.sampled_from(["-", "*", "1."])).map(lambda three: f"{three[0]}\n{_entries(three[2], three[1])}")
TWO = st.tuples(LINE, st.one_of(LINE, PICTURE)).map("\n\n".join)
LIST = st.one_of(
    st.tuples(st.sampled_from(["-", "*", "1.", "1)"]), st.lists(st.one_of(LINE, NESTED), min_size=1, max_size=4)).map(lambda two: _entries(*two)),
    st.tuples(st.sampled_from(["-", "1."]), st.lists(st.one_of(LINE, TWO, NESTED), min_size=1, max_size=3), st.just("\n\n")).map(
        lambda three: _entries(*three)
    ),
)
CELL = st.one_of(LINE, CLEAN, st.just("")).map(lambda text: text.replace("|", "\\|"))
TABLE = (
    st.integers(1, 3)
    .flatmap(
        lambda wide: st.tuples(
            st.lists(CLEAN, min_size=wide, max_size=wide),
            st.lists(st.sampled_from(["---", "---:", ":---:", ":---"]), min_size=wide, max_size=wide),
            st.lists(st.lists(CELL, min_size=wide, max_size=wide).filter(any), min_size=1, max_size=3),
        )
    )
    .map(lambda parts: "\n".join(f"| {' | '.join(row)} |" for row in (parts[0], parts[1], *parts[2])))
)
QUOTE = st.lists(st.one_of(LINE, LIST), min_size=1, max_size=2).map(lambda texts: "> " + "\n\n".join(texts).replace("\n", "\n> "))
SIMPLE = st.one_of(PARAGRAPH, LIST, TABLE, PICTURE, CODE, QUOTE, st.just("---"))
CALL_OUT = st.tuples(st.sampled_from(["scenario", "note", "try", "remember", "warning"]), st.lists(SIMPLE, min_size=1, max_size=3)).map(
    lambda two: f"::: {two[0]}\n" + "\n\n".join(two[1]) + "\n:::"
)
NOTED = st.tuples(LINE, LINE).map(lambda two: f"{two[0]}[^@] và[^@]\n\n[^@]: {two[1]}")
SECTION = st.tuples(LINE, st.lists(st.one_of(SIMPLE, CALL_OUT, MEDIA, NOTED), max_size=4), st.lists(SIMPLE, max_size=2)).map(
    lambda three: "\n\n".join([f"## {three[0]}", *three[1], "### Mục con", *three[2]])
)
NOTE_GOES_ON = re.compile(r"^\[\^\w+\]:.*\n\n    ", re.MULTILINE)  # what is indented after a note belongs to the note
LESSONS = (
    st.tuples(st.lists(SECTION, min_size=1, max_size=3), st.booleans())
    .map(lambda two: _numbered("\n\n".join([*two[0], *(["[[self-check: kiem-tra]]"] if two[1] else [])]) + "\n"))
    .filter(lambda source: not NOTE_GOES_ON.search(source))
)


def _numbered(source: str) -> str:
    """Every footnote with a label of its own."""
    pieces = source.split("[^@]")
    return pieces[0] + "".join(f"[^{at // 3 + 1}]{piece}" for at, piece in enumerate(pieces[1:]))

"""What an author writes, for the tests of the bank: plain questions and quizzes, and a Hypothesis strategy for every kind."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

Raw = dict[str, Any]
CANARY = "BÍ-MẬT"  # begins every explanation, and stands nowhere else
TITLE = {"vi": "Bài thử", "en": "A trial"}


def options(right: tuple[int, ...], total: int = 4, said: str = "") -> list[Raw]:
    """Options of which those at the places `right` are correct."""
    return [{"text": f"Phương án {n}{said}", "correct": n in right, "why": f"{CANARY} {n}{said}"} for n in range(total)]


def single(key: str, topic: str = "mot", right: int = 0, **more: Any) -> Raw:
    """A question with one correct option."""
    said = {"text": f"Câu hỏi {key}?", "options": options((right,))}
    return {"key": key, "kind": "single", "topic": topic, "difficulty": "easy", **said, **more}


def multiple(key: str, topic: str = "mot", right: tuple[int, ...] = (0, 2), **more: Any) -> Raw:
    """A question with several correct options."""
    return {**single(key, topic), "kind": "multiple", "options": options(right), **more}


def truefalse(key: str, topic: str = "mot", answer: bool = True, **more: Any) -> Raw:
    """A statement."""
    said = {"text": f"Nhận định {key}.", "answer": answer, "why_true": f"{CANARY} nếu đúng.", "why_false": f"{CANARY} nếu sai."}
    return {"key": key, "kind": "truefalse", "topic": topic, "difficulty": "easy", **said, **more}


def quiz(*lines: Raw, **rules: Any) -> Raw:
    """A quiz by these lines; ten minutes, no limit of attempts, passed at 80 %."""
    return {"key": "bai", "title": TITLE, "minutes": 10, "pass_percent": 80, "blueprint": list(lines) or [{"topic": "mot", "take": 3}], **rules}


def topics_of(questions: list[Raw]) -> list[Raw]:
    """The topics that the questions name."""
    return [{"key": key, "title": {"vi": f"Chủ đề {key}"}} for key in sorted({raw["topic"] for raw in questions})]


@dataclass(frozen=True)
class Written:
    """A question; a twin that looks the same but has another key and other explanations; the right answer of the first."""

    raw: Raw
    twin: Raw
    right: frozenset[str]


SAID = st.text(st.sampled_from("abđêơư 159 *_`<>&\"'()[]/\\=-~"), max_size=30)


@st.composite
def _choices(draw: st.DrawFn, kind: str, fewest: int, spare: int) -> Written:
    texts = draw(st.lists(SAID, min_size=3, max_size=5))
    places = st.sets(st.integers(0, len(texts) - 1), min_size=fewest, max_size=max(fewest, len(texts) - spare) if fewest > 1 else 1)
    base = {"kind": kind, "text": f"Câu hỏi {draw(SAID)}?"}

    def with_key(right: set[int], mark: str) -> Raw:
        written = [{"text": f"Phương án {n} {said}", "correct": n in right, "why": f"{CANARY} {mark} {said}"} for n, said in enumerate(texts)]
        return {**base, "options": written}

    right = draw(places)
    return Written(with_key(right, "một"), with_key(draw(places), "hai"), frozenset("abcde"[n] for n in right))


@st.composite
def _statements(draw: st.DrawFn) -> Written:
    text, said, answer = f"Nhận định {draw(SAID)}.", draw(SAID), draw(st.booleans())
    raw = {"kind": "truefalse", "text": text, "answer": answer, "why_true": f"{CANARY} {said}", "why_false": f"{CANARY} khác"}
    twin = {**raw, "answer": not answer, "why_true": f"{CANARY} hai", "why_false": f"{CANARY} ba"}
    return Written(raw, twin, frozenset({"true" if answer else "false"}))


WRITTEN: dict[str, st.SearchStrategy[Written]] = {
    "single": _choices("single", 1, 0),
    "multiple": _choices("multiple", 2, 1),
    "truefalse": _statements(),
}
PLAIN = {"single": single("mau"), "multiple": multiple("mau"), "truefalse": truefalse("mau")}
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=4),
    max_leaves=12,
)

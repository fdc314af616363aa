"""A bank of the tests with canaries in everything that a page must not hold before marking, and learners who sit its quizzes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import MultiDict

from lms import quizzes
from lms.base import commit, db
from lms.quizzes import Attempt, Paper, QuestionVersion, Receipt
from lms.quizzes.models import AttemptItem

CANARY = "chim-hoàng-yến"  # stands in every explanation
TOPICS = [{"key": key, "title": {"vi": f"Chủ đề {key}", "en": f"Topic {key}"}} for key in ("mot", "hai", "ba")]
QUIZ = {
    "key": "thi",
    "title": {"vi": "Bài thi", "en": "Test"},
    "minutes": 10,
    "attempts": 3,
    "pass_percent": 80,
    "blueprint": [{"topic": "mot", "take": 2}, {"topic": "hai", "take": 2}, {"topic": "ba", "take": 1}],
}


def more_fields(kind: str, key: str) -> dict[str, Any]:
    """What a question of parts or fields has besides its text; every explanation holds the canary, every right answer too where it is typed."""
    why = f"{CANARY} {key}"
    written: dict[str, dict[str, Any]] = {
        "matching": {"pairs": [{"left": f"T{n} của {key}", "right": f"P{n} của {key}", "why": why} for n in range(3)], "extra": [f"P9 của {key}"]},
        "ordering": {"items": [f"P{n} của {key}" for n in range(4)], "why": why},
        "grouping": {
            "groups": ["Nên", "Không nên"],
            "items": [{"text": f"P{n} của {key}", "group": "Nên" if n % 2 else "Không nên", "why": why} for n in range(4)],
        },
        "numerical": {"value": "12.5", "tolerance": "0.1", "unit": "GB", "why": why},
        "shortanswer": {"accepted": [f"{CANARY} là đúng", "mật khẩu"], "why": why},
        "cloze": {
            "text": f"{key}: máy [[1]] có [[2]] GB và [[3]].",
            "gaps": [
                {"kind": "text", "accepted": [f"{CANARY} tính"]},
                {"kind": "number", "value": "8"},
                {"kind": "choice", "options": ["một ổ đĩa", "một cái bàn"], "right": "một ổ đĩa"},
            ],
            "why": why,
        },
    }
    written["essay"] = {
        "rubric": [{"text": f"{CANARY} đủ ý", "points": 60}, {"text": f"{CANARY} rõ ràng", "points": 40}],
        "fewest_words": 3,
        "most_words": 200,
        "model": why,
    }
    account = {"name": "Nguyễn Văn An", "address": "an@anphuc.example"}
    written["inbox"] = {"account": account, "take": 6, "messages": [message(key, n, why) for n in range(9)]}
    written["places"] = {
        "picture": "files/ban.png",
        "places": [{"x": 30 * n, "y": 20, "w": 20, "h": 20, "label": f"P{n} của {key}", "correct": n < 3, "why": why} for n in range(5)],
    }
    return written.get(kind, {})


def message(key: str, number: int, why: str) -> dict[str, Any]:
    """A message of an inbox: by turns safe, to be reported, to be asked about; the tell is a link or the sender."""
    verdict = ("safe", "report", "ask")[number % 3]
    spots = [{"label": f"Người gửi {number}", "place": "sender"}, {"label": f"Liên kết {number}", "place": "link"}]
    if verdict != "safe":
        spots[number % 2]["tell"] = True  # type: ignore[assignment]
    sender = {"channel": "email", "from_name": f"Tin {number}", "from_address": f"tin{number}@{key}.example", "sent": "08:12 hôm nay"}
    text = f"{key}: mời Anh/Chị xem [bản đầy đủ](https://{key}-{number}.example/xem)."
    return {**sender, "subject": f"Việc {number}", "text": text, "verdict": verdict, "spots": spots, "why": why}


def question(key: str, topic: str, kind: str = "single", **more: Any) -> dict[str, Any]:
    """A question as an author writes it; the texts of right options begin with P, of wrong ones too, so that only the key tells."""
    raw: dict[str, Any] = {"key": key, "kind": kind, "use": "test", "topic": topic, "difficulty": "easy", "text": f"Câu {key}?", "lesson": "01-bai"}
    if kind == "truefalse":
        return raw | {"answer": True, "why_true": f"{CANARY} t {key}", "why_false": f"{CANARY} f {key}"} | more
    if kind not in ("single", "multiple"):
        return raw | more_fields(kind, key) | more
    right = {1} if kind == "single" else {0, 2}
    options = [{"text": f"P{n} của {key}", "why": f"{CANARY} {n} {key}"} | ({"correct": True} if n in right else {}) for n in range(4)]
    return raw | {"options": options} | more


def bank() -> list[dict[str, Any]]:
    """Four questions of each kind in each topic, and a self-check."""
    rows = [
        question(f"{topic}-{kind}-{n}", topic, kind) for topic in ("mot", "hai", "ba") for kind in ("single", "multiple", "truefalse") for n in (1, 2)
    ]
    return [*rows, question("tu-1", "mot", use="self-check")]


def load(app: Flask, agency_id: int, questions: list[dict[str, Any]] | None = None, **rules: Any) -> quizzes.BankReport:
    """Load the bank Q with one quiz."""
    with app.app_context():
        report = quizzes.load_bank(None, "Q", agency_id, TOPICS, bank() if questions is None else questions, [QUIZ | rules])
        commit()
        return report


@dataclass
class Sitter:
    """A learner of the world before a quiz. Every call is a transaction of its own, as a request is."""

    app: Flask
    person_id: int
    agency_id: int
    version_id: int
    client: str = "trang-1"

    def carry_out(self, act: Callable[[], Any]) -> Any:
        """Do it in a transaction; what it refuses is not kept."""
        with self.app.app_context():
            value = act()
            commit()
            return value

    def start(self, cycle: int = 1, access_code: str = "") -> int:
        """Begin or go on."""
        who: dict[str, Any] = {"person_id": self.person_id, "person_name": "Nguyễn Văn An", "agency_id": self.agency_id, "agency_name": "Xã An Phúc"}
        who["access_code"] = access_code
        attempt_id: int = self.carry_out(lambda: quizzes.start_attempt(None, **who, quiz_version_id=self.version_id, cycle=cycle))
        return attempt_id

    def paper(self, attempt_id: int) -> Paper:
        """What the page shows."""
        paper = self.carry_out(lambda: quizzes.paper(attempt_id, self.person_id))
        assert isinstance(paper, Paper)
        return paper

    def save(self, attempt_id: int, position: int, values: list[str], number: int, seen: int = 0, late: bool = False, client: str = "") -> Receipt:
        """One numbered save."""
        receipt = self.carry_out(lambda: quizzes.save_answer(self.person_id, attempt_id, position, values, client or self.client, number, seen, late))
        assert isinstance(receipt, Receipt)
        return receipt

    def save_form(self, attempt_id: int, *fields: tuple[str, str]) -> int:
        """A plain form post."""
        written: int = self.carry_out(lambda: quizzes.save_form(self.person_id, attempt_id, MultiDict(fields)))
        return written

    def submit(self, attempt_id: int, *fields: tuple[str, str]) -> Attempt:
        """Hand in."""
        attempt = self.carry_out(lambda: quizzes.submit_attempt(self.person_id, attempt_id, MultiDict(fields)))
        assert isinstance(attempt, Attempt)
        return attempt

    def right_answers(self, attempt_id: int) -> dict[int, list[str]]:
        """position -> keys of the correct options, read from the database."""
        wanted = sa.select(AttemptItem.position, QuestionVersion.body).join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        rows = self.carry_out(lambda: db.session.execute(wanted.where(AttemptItem.attempt_id == attempt_id)).all())
        return {position: [option["key"] for option in body["options"] if option["correct"]] for position, body in rows}

    def stored(self, attempt_id: int) -> dict[int, list[str] | None]:
        """position -> answer in the database."""
        wanted = sa.select(AttemptItem.position, AttemptItem.answer).where(AttemptItem.attempt_id == attempt_id).order_by(AttemptItem.position)
        return {position: answer for position, answer in self.carry_out(lambda: db.session.execute(wanted).all())}


def as_fields(answers: dict[int, list[str]]) -> list[tuple[str, str]]:
    """Answers as a form carries them."""
    return [(f"answer-{position}", key) for position, keys in answers.items() for key in keys]

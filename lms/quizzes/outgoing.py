"""The questions of a bank as a file that is handed out, and what of them it does not hold."""

from dataclasses import dataclass

from lms.base import XLSX

from .format import Fault
from .formats import FORMATS
from .importing import questions_of
from .models import Bank

TYPES = {".xlsx": XLSX, ".xml": "application/xml; charset=utf-8"}
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Outgoing:
    """A file of the questions in use. total: how many there are, whether the format holds them or not."""

    content: bytes
    file_name: str
    content_type: str
    lost: list[Fault]
    total: int


def written_file(bank: Bank, format_name: str, topic_key: str | None = None) -> Outgoing:
    """The questions in use of a bank (of a topic with those below it) in this format."""
    chosen = FORMATS[format_name]
    questions = questions_of(bank.key, topic_key or None)
    written = chosen.write(questions)
    ending = chosen.endings[0]
    file_name = "-".join([bank.key, *([topic_key] if topic_key else [])]) + ending
    return Outgoing(written.content, file_name, TYPES.get(ending, PLAIN), written.lost, len(questions))

"""What readers of question files share: gathering questions, faults and what would be lost, each with its place."""

import re
import time

from lms.base import gettext as _
from lms.base import nfc

from .checks import check_question
from .format import NO_WHY, Fault, Found, Raw, Read
from .kind import rich
from .kind_names import MULTIPLE, SINGLE
from .kinds import KINDS
from .models import DIFFICULTIES
from .noting import MODEL, Notes, place_name, places_of_why

MOST_FOUND, MOST_FAULTS, MOST_SECONDS = 2000, 200, 20
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")


class Reading:
    """What a reader gathers while it goes through a file."""

    def __init__(self, unit: str = "line") -> None:
        self.unit = unit
        self._questions: list[Found] = []
        self._faults: list[tuple[int, str]] = []
        self._more_faults = 0
        self._lost = Notes(unit)
        self._unexplained: list[int] = []
        self._met = 0
        self._until = time.monotonic() + MOST_SECONDS

    def fault(self, number: int, sentence: str) -> None:
        """Something is wrong there: nothing of the file will be imported."""
        if len(self._faults) < MOST_FAULTS:
            self._faults.append((number, sentence))
        else:
            self._more_faults += 1

    def lose(self, number: int, sentence: str) -> None:
        """Something there has no place with us."""
        self._lost.add(number, sentence)

    def lose_kind(self, number: int, name: str) -> None:
        """A whole question there is of a kind that we do not have."""
        self.lose(number, _("Loại câu “%(name)s” chưa có ở đây, câu này không được nhập.", name=name[:40]))

    def add(self, raw: Raw, number: int, topic: str = "", is_markup: bool = False) -> None:
        """A question, checked as a typed one is. `is_markup`: the file says itself that its texts are Markdown."""
        self._met += 1
        if self._met > MOST_FOUND:
            if self._met == MOST_FOUND + 1:
                self.fault(number, _("Tệp có hơn %(n)s câu. Anh/Chị chia thành nhiều tệp.", n=MOST_FOUND))
            return
        if time.monotonic() > self._until:
            self._met = MOST_FOUND + 1
            self.fault(number, _("Tệp này quá nặng nên hệ thống dừng đọc ở đây. Anh/Chị chia thành nhiều tệp."))
            return
        for holder, name in places_of_why(raw):
            if not holder.get(name):
                holder[name] = NO_WHY
                self._unexplained.append(number)
        faults = check_question({"key": "k", "topic": "k", "difficulty": DIFFICULTIES[1], **raw})
        for sentence in faults:
            self.fault(number, sentence)
        if faults:
            return
        if not is_markup and _is_formatted(raw):
            self.lose(number, _("Dấu *, _, #, ` … trong câu được hiểu là định dạng chữ. Anh/Chị xem lại câu này."))
        self._questions.append(Found(raw, place_name(self.unit, number), topic))

    def done(self) -> Read:
        """What was gathered, in the order of the file."""
        if self._unexplained:
            sentence = _("%(n)s phương án hoặc câu chưa có giải thích. Anh/Chị bổ sung sau khi nhập.", n=len(self._unexplained))
            for number in set(self._unexplained):
                self.lose(number, sentence)
        faults = [Fault(place_name(self.unit, number), sentence) for number, sentence in sorted(self._faults, key=lambda fault: fault[0])]
        if self._more_faults:
            faults.append(Fault(place_name(self.unit, 0), _("Còn %(n)s lỗi nữa.", n=self._more_faults)))
        if not self._questions and not faults:
            faults.append(Fault(place_name(self.unit, 0), _("Không thấy câu hỏi nào trong tệp.")))
        return Read(self._questions, faults, self._lost.listed())


def _is_formatted(raw: Raw) -> bool:
    """Whether a text of the question is not shown as it stands in the file."""
    texts = [raw["text"], *(one["text"] for one in raw.get("options", ()))]
    return any(" ".join(rich(nfc(text).strip()).striptags().split()) != " ".join(nfc(text).split()) for text in texts)


def give_why(raw: Raw, text: str) -> bool:
    """Put the explanation of a whole question where its kind has room: with the right answer. False: there is no room."""
    if not text:
        return True
    places = [(raw, "why")] if "why" in KINDS[raw["kind"]].fields else []
    places += [(one, "why") for one in raw.get("options", ()) if one.get("correct")]
    places += [(raw, MODEL)] if MODEL in KINDS[raw["kind"]].fields else []
    if isinstance(raw.get("answer"), bool):
        places.append((raw, "why_true" if raw["answer"] else "why_false"))
    free = [(holder, name) for holder, name in places if not holder.get(name)]
    for holder, name in free:
        holder[name] = text
    return bool(free)


def choice_question(text: str, options: list[Raw]) -> Raw:
    """A question with these options: with one right answer, or with several."""
    right = sum(bool(option.get("correct")) for option in options)
    return {"kind": MULTIPLE if right > 1 else SINGLE, "text": text, "options": options}


def text_in(content: bytes, most_bytes: int = 2 << 20) -> tuple[str, str]:
    """(composed text with plain line ends, "") of a text file, or ("", the sentence why it is none)."""
    if len(content) > most_bytes:
        return "", _("Tệp lớn hơn %(n)s MB. Anh/Chị chia thành nhiều tệp.", n=most_bytes >> 20)
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        return "", _("Tệp không phải văn bản UTF-8. Anh/Chị mở tệp, chọn Lưu thành (Save As) với mã UTF-8 rồi thử lại.")
    if len(_CONTROLS.findall(text)) > len(text) // 1000:
        return "", _("Tệp này không phải tệp văn bản.")
    return nfc(text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")), ""

"""Inbox: messages of several channels; each is judged (safe, report, ask by another channel) and its tell-tale spot is marked.

Marked as in signal detection theory. A threat is a message to be reported or asked about, all others are safe.
- Hit rate H: the credit of all threats / the number of threats. Half of a threat's credit is its handling (half of that half for the other
  cautious way: asked instead of reported, or reported instead of asked; caution is never worth nothing), half is the tell-tale spot, which
  counts only where the threat was handled with caution.
- False-alarm rate F: safe messages that were reported / safe messages; one asked about or left open weighs half (it costs time, harms nobody).
Points = floor(maximum x (H - F)), never below 0. So all the same answer everywhere gives nothing, and only an inbox that is right in
every message, spots included, gives the maximum.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from markupsafe import Markup

from lms.base import gettext as _
from lms.base import nfc

from ..kind import Answer, Body, Kind, KindError, keyed_list, rich, text_of
from ..pairs import blind_keys, plain_list, refuse_twice

FEWEST, MOST = 6, 20
FEWEST_SPOTS, MOST_SPOTS = 2, 6
LONGEST_LINE = 200
GUESSED_PAPERS = 300
MESSAGE_KEYS, SPOT_KEYS = "abcdefghijklmnopqrst", "123456"
CHANNELS = ("email", "chat", "sms", "letter")
VERDICTS = ("safe", "report", "ask")
SIGNS, SIGN = "ABC", re.compile("[ABC][1-6]?|-")  # on paper: how the verdicts are written, and what stands beside a message
PLACES = ("sender", "link", "attachment", "text", "qr")
LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\(([^()\s]{1,500})\)")
HELD = re.compile("\ue000(\\d+)\ue001")  # stands for a link while the rest becomes HTML
UNFIT = ("<a>", "<a ", "<h2>", "<h3>", "<h4>", "<div", "<hr", "<pre>")
ENTRIES = ("channel", "from_name", "from_address", "subject", "sent", "text", "attachments", "qr", "verdict", "spots", "why")


def _line(raw: dict[str, Any], name: str, place: str, is_needed: bool = True) -> str:
    value = raw.get(name, "")
    if not isinstance(value, str) or (is_needed and not value.strip()):
        raise KindError(_("%(place)s thiếu `%(name)s` (đặt nội dung trong dấu ngoặc kép).", place=place, name=name))
    line = " ".join(nfc(value).split())
    if len(line) > LONGEST_LINE:
        raise KindError(_("%(place)s: `%(name)s` dài quá %(most)s ký tự.", place=place, name=name, most=LONGEST_LINE))
    return line


def _word(raw: dict[str, Any], name: str, words: Sequence[str], place: str) -> str:
    if raw.get(name) not in words:
        raise KindError(_("%(place)s: `%(name)s` phải là một trong: %(names)s.", place=place, name=name, names=", ".join(words)))
    return str(raw[name])


def _refuse_unknown(raw: Any, known: Sequence[str], place: str) -> None:
    if not isinstance(raw, dict):
        raise KindError(_("%(place)s không đúng dạng.", place=place))
    if unknown := sorted(str(name) for name in raw if name not in known):
        raise KindError(_("%(place)s có mục lạ `%(name)s`.", place=place, name=unknown[0]))


def pieces_of(text: str) -> list[dict[str, Any]]:
    """The text as [{html, label, address}]: HTML, then the link after it. No piece holds an address that a browser would follow."""
    links = LINK.findall(text)
    numbers = iter(range(len(links)))
    html = str(rich(LINK.sub(lambda _found: f"\ue000{next(numbers)}\ue001", text)))
    cut = HELD.split(html)
    pieces: list[dict[str, Any]] = [{"html": Markup(one), "label": ""} for one in cut[::2]]  # noqa: S704 - pieces of HTML that was sanitised as a whole
    for piece, number in zip(pieces, cut[1::2], strict=False):
        piece["label"], piece["address"] = links[int(number)]
    return pieces


@dataclass
class Tally:
    """What an answer found. credit: quarters of threats; cost: halves of safe messages."""

    threats: int = 0
    safes: int = 0
    credit: int = 0
    cost: int = 0
    detections: int = 0
    false_alarms: int = 0

    def add(self, message: dict[str, Any], verdict: str, spot: str) -> bool:
        """Count one message; whether it is wholly right."""
        if message["verdict"] == "safe":
            self.safes += 1
            self.cost += {"safe": 0, "report": 2}.get(verdict, 1)
            self.false_alarms += verdict == "report"
            return verdict == "safe"
        is_handled, has_spot = verdict in ("report", "ask"), spot in tells_of(message)
        credit = ((2 if verdict == message["verdict"] else 1) + (2 if has_spot else 0)) if is_handled else 0
        self.threats += 1
        self.credit += credit
        self.detections += is_handled
        return credit == 4

    def points(self, max_points: int) -> int:
        """floor(maximum x (H - F)), never below 0."""
        whole = 4 * self.threats * 2 * self.safes
        return max(0, max_points * (self.credit * 2 * self.safes - self.cost * 4 * self.threats) // whole) if whole else 0


def tells_of(message: dict[str, Any]) -> list[str]:
    """The keys of the spots that tell."""
    return [spot["key"] for spot in message["spots"] if spot["tell"]]


class Inbox(Kind):
    """body = {text, account: {name, address}, take, messages: [{key, channel, from_name, from_address, subject, sent, text, attachments,
    qr, verdict, spots: [{key, label, place, tell}], why}]}.

    An answer lists "message:verdict" and "message:spot". Each paper draws `take` messages anew, at least a third of them threats and
    at least a third safe.
    """

    name = "inbox"
    list_order = 12
    fields = ("text", "account", "take", "messages")
    empties = True
    can_be_printed = True
    print_template = "quizzes/kinds/inbox_print.html"
    result_template = "quizzes/kinds/inbox_result.html"
    self_check_template = "quizzes/kinds/inbox_self_check.html"

    def called(self) -> str:
        return _("Hộp thư mô phỏng")

    def parse(self, raw: dict[str, Any]) -> Body:
        account = raw.get("account")
        _refuse_unknown(account, ("name", "address"), "`account`")
        owner = {name: _line(account, name, "`account`") for name in ("name", "address")}  # type: ignore[arg-type]  # it is a dictionary
        found = plain_list(raw, "messages", FEWEST, MOST)
        messages = [self._message(one, _("Tin thứ %(n)s", n=number)) for number, one in enumerate(found, 1)]
        said = ["\n".join(message[name] for name in ("from_name", "subject", "text")) for message in messages]
        refuse_twice(said)
        keyed = [{"key": key, **message} for key, message in zip(blind_keys(said, MESSAGE_KEYS), messages, strict=True)]
        take = raw.get("take", len(keyed))
        if not isinstance(take, int) or isinstance(take, bool) or not FEWEST <= take <= len(keyed):
            raise KindError(_("`take` là số tin lấy ra mỗi lượt, từ %(fewest)s đến %(most)s.", fewest=FEWEST, most=len(keyed)))
        threats, least = sum(message["verdict"] != "safe" for message in keyed), -(-take // 3)
        if threats < least or len(keyed) - threats < least:
            raise KindError(_("Cần ít nhất %(n)s tin an toàn và %(n)s tin nguy hiểm (một phần ba của `take`).", n=least))
        return {"text": text_of(raw, "text", _("Câu hỏi")), "account": owner, "take": take, "messages": keyed}

    def _message(self, raw: Any, place: str) -> dict[str, Any]:
        _refuse_unknown(raw, ENTRIES, place)
        text = text_of(raw, "text", place)
        html = "".join(piece["html"] for piece in pieces_of(text))
        if "\ue000" in text or any(one in html for one in UNFIT):
            raise KindError(_("%(place)s: `text` chỉ gồm đoạn văn, danh sách và liên kết dạng [chữ](địa chỉ).", place=place))
        attachments = (
            [_line({"attachments": one}, "attachments", place) for one in plain_list(raw, "attachments", 0, 5)] if "attachments" in raw else []
        )
        message = {
            "channel": _word(raw, "channel", CHANNELS, place),
            **{name: _line(raw, name, place) for name in ("from_name", "from_address", "sent")},
            **{name: _line(raw, name, place, is_needed=False) for name in ("subject", "qr")},
            "text": text,
            "attachments": attachments,
            "verdict": _word(raw, "verdict", VERDICTS, place),
            "why": text_of(raw, "why", place),
        }
        return {**message, "spots": self._spots(raw, message["verdict"] != "safe", place)}

    def _spots(self, raw: dict[str, Any], is_threat: bool, place: str) -> list[dict[str, Any]]:
        found = plain_list(raw, "spots", FEWEST_SPOTS, MOST_SPOTS)
        for one in found:
            _refuse_unknown(one, ("label", "place", "tell"), place)
            if not isinstance(one.get("tell", False), bool):
                raise KindError(_("%(place)s: `tell` chỉ là true hoặc false.", place=place))
        labels = [_line(one, "label", place) for one in found]
        refuse_twice(labels)
        tells = sum(one.get("tell", False) for one in found)
        if not (0 < tells < len(found) if is_threat else tells == 0):
            raise KindError(_("%(place)s: tin nguy hiểm cần một chỗ có `tell: true` và một chỗ không; tin an toàn không có chỗ nào.", place=place))
        return [
            {"key": key, "label": label, "place": _word(one, "place", PLACES, place), "tell": one.get("tell", False)}
            for key, label, one in zip(blind_keys(labels, SPOT_KEYS), labels, found, strict=True)
        ]

    def written(self, body: Body) -> dict[str, Any]:
        messages = [self._written(message) for message in body["messages"]]
        return {"text": body["text"], "account": body["account"], "take": body["take"], "messages": messages}

    def _written(self, message: dict[str, Any]) -> dict[str, Any]:
        spots = [{"label": spot["label"], "place": spot["place"], **({"tell": True} if spot["tell"] else {})} for spot in message["spots"]]
        said = {name: message[name] for name in ENTRIES if name != "spots" and message[name]}
        return {**said, "spots": spots, "why": said.pop("why")}

    def keys(self, body: Body) -> list[str]:
        return [message["key"] for message in body["messages"]]

    def drawn(self, body: Body, random: Random) -> list[str]:
        threats = [message["key"] for message in body["messages"] if message["verdict"] != "safe"]
        safes = [message["key"] for message in body["messages"] if message["verdict"] == "safe"]
        take, least = body["take"], -(-body["take"] // 3)
        number = random.randint(max(least, take - len(safes)), min(len(threats), take - least))
        keys = random.sample(threats, number) + random.sample(safes, take - number)
        random.shuffle(keys)
        return keys

    def _ordered(self, body: Body, order: Sequence[str]) -> list[dict[str, Any]]:
        """The messages of a paper; all of them, by their keys, where there is none."""
        by_key = {message["key"]: message for message in body["messages"]}
        return [by_key[key] for key in order or sorted(by_key)]

    def _shown(self, message: dict[str, Any]) -> dict[str, Any]:
        names = ("key", "channel", "from_name", "from_address", "subject", "sent", "attachments", "qr")
        spots = sorted(({"key": spot["key"], "label": spot["label"]} for spot in message["spots"]), key=lambda spot: spot["key"])
        return {**{name: message[name] for name in names}, "pieces": pieces_of(message["text"]), "spots": spots}

    def deliver(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        messages = [self._shown(message) for message in self._ordered(body, order)]
        return {"text": rich(body["text"]), "account": body["account"], "messages": messages}

    def read(self, body: Body, values: Sequence[str]) -> Answer:
        known = [f"{one['key']}:{said}" for one in body["messages"] for said in (*VERDICTS, *(spot["key"] for spot in one["spots"]))]
        given = {value for value in values if value}
        said_of = [(value.split(":")[0], value.split(":")[-1] in VERDICTS) for value in given]
        if not given <= set(known) or len(set(said_of)) < len(said_of):
            raise KindError(_("Câu trả lời không thuộc câu hỏi này. Anh/Chị tải lại trang rồi chọn lại."))
        return [value for value in known if value in given] or None

    def _given(self, message: dict[str, Any], answer: Answer) -> tuple[str, str]:
        said = [value.partition(":")[2] for value in answer or () if value.startswith(f"{message['key']}:")]
        return next((one for one in said if one in VERDICTS), ""), next((one for one in said if one not in VERDICTS), "")

    def mark(self, body: Body, answer: Answer, max_points: int, order: Sequence[str] = ()) -> int | None:
        tally = Tally()
        for message in self._ordered(body, order):
            tally.add(message, *self._given(message, answer))
        return tally.points(max_points)

    def explain(self, body: Body, answer: Answer, order: Sequence[str]) -> dict[str, Any]:
        tally, told = Tally(), []
        for message in self._ordered(body, order):
            verdict, spot = self._given(message, answer)
            labels = {one["key"]: one["label"] for one in message["spots"]}
            told.append(
                {
                    **self._shown(message),
                    "verdict": message["verdict"],
                    "chosen": verdict,
                    "spot": labels.get(spot, ""),
                    "has_spot": spot in tells_of(message),
                    "tells": [labels[key] for key in tells_of(message)],
                    "is_right": tally.add(message, verdict, spot),
                    "why": rich(message["why"]),
                }
            )
        return {"text": rich(body["text"]), "account": body["account"], "messages": told, "tally": tally}

    def key_said(self, body: Body, order: Sequence[str]) -> str:
        return " ".join(self._signs(message) for message in self._ordered(body, order))

    def _signs(self, message: dict[str, Any]) -> str:
        """What is written on paper beside a message that is judged rightly: "A", or "B2" where the second spot tells."""
        numbers = [str(number) for number, spot in enumerate(self._shown(message)["spots"], 1) if spot["key"] in tells_of(message)]
        return SIGNS[VERDICTS.index(message["verdict"])] + (numbers[0] if numbers else "")

    def read_keyed(self, body: Body, order: Sequence[str], typed: str) -> Answer:
        """For each message in order its letter and the number of the spot, "-" for none, with spaces or commas between them: "A B2 - C1"."""
        given = keyed_list(typed)
        messages = self._ordered(body, order)
        if given and (len(given) != len(messages) or not all(SIGN.fullmatch(one) for one in given)):
            raise KindError(_("Câu này nhập %(n)s mục cách nhau bằng dấu cách, mỗi tin một mục, ví dụ A B2 - C1.", n=len(messages)))
        values = []
        for message, sign in zip(messages, given, strict=False):
            if sign == "-":
                continue
            values.append(f"{message['key']}:{VERDICTS[SIGNS.index(sign[0])]}")
            values += [f"{message['key']}:{sign[1]}"] if sign[1:] else []
        return self.read(body, values)

    def guess(self, body: Body) -> int:
        """The mean of papers that are filled in at random; the same every time."""
        chance, total = Random(0), 0  # noqa: S311  not a secret: makes up answers, and must be repeatable
        for _paper in range(GUESSED_PAPERS):
            order = self.drawn(body, chance)
            answer = [
                f"{message['key']}:{chance.choice(said)}"
                for message in self._ordered(body, order)
                for said in (VERDICTS, [spot["key"] for spot in message["spots"]])
            ]
            total += self.mark(body, answer, 100, order) or 0
        return round(total / GUESSED_PAPERS)

    def keyed_like(self, body: Body, shown: Body) -> Body:
        if [self._words(message) for message in self._ordered(body, ())] != [self._words(message) for message in self._ordered(shown, ())]:
            raise KindError(_("Các tin không còn như lúc học viên làm bài."))
        return body

    def _words(self, message: dict[str, Any]) -> tuple[Any, ...]:
        names = ("key", "from_name", "from_address", "subject", "text", "attachments", "qr")
        return (*(message[name] for name in names), sorted((spot["key"], spot["label"]) for spot in message["spots"]))


KIND = Inbox()

"""A learner who sits a test, doing what the page's script does: numbered saves, a journal, resending, handing in."""

import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from .browsers import JSON_TYPE, Answer, Browser

ITEM = re.compile(r'<[^>]*\bdata-item="(\d+)"[^>]*>')
SEEN = re.compile(r'data-seen="(\d+)"')
INPUT = re.compile(r"<input[^>]*>")
NAME, VALUE = re.compile(r'\bname="answer-(\d+)"'), re.compile(r'\bvalue="([^"]*)"')


@dataclass
class Sheet:
    """The paper as the page shows it: for each question the values of its options, and the version that was served."""

    key: str
    options: dict[int, list[str]] = field(default_factory=dict)
    seen: dict[int, int] = field(default_factory=dict)

    @classmethod
    def read(cls, page: Answer, submit: str) -> "Sheet":
        """Read the page."""
        sheet = cls(page.key(submit))
        for tag in ITEM.finditer(page.text):
            seen = SEEN.search(tag.group(0))
            sheet.seen[int(tag.group(1))] = int(seen.group(1)) if seen else 0
        for tag in INPUT.findall(page.text):
            name, value = NAME.search(tag), VALUE.search(tag)
            if name and value:
                sheet.options.setdefault(int(name.group(1)), []).append(value.group(1))
        return sheet


class Sitting:
    """One open test page. `chosen` is what it shows, `acknowledged` what receipts said, `under_way` the save that has no receipt yet."""

    def __init__(self, browser: Browser, attempt_id: int) -> None:
        self.browser, self.attempt_id = browser, attempt_id
        self.address = f"/study/attempts/{attempt_id}"
        self.sheet = Sheet.read(browser.get(self.address), f"{self.address}/submit")
        self.client, self.number = secrets.token_hex(8), 0
        self.chosen: dict[int, list[str]] = {}
        self.acknowledged: dict[int, list[str]] = {}
        self.under_way: tuple[int, list[str]] | None = None

    @property
    def positions(self) -> list[int]:
        """The numbers of the questions, in order."""
        return sorted(self.sheet.options)

    def choose(self, position: int, values: list[str], *, is_cut: bool = False, is_double: bool = False) -> None:
        """Choose and wait for the receipt. is_cut: the line goes dead before it comes, the journal sends again; is_double: sent twice."""
        save = self.save(position, values)
        if is_cut:
            self.browser.send("POST", f"{self.address}/answers", json.dumps(save).encode(), self._headers())
            self.browser.cut()
            save["late"] = True
        for _turn in range(2 if is_double else 1):
            self.take_receipt(save, self.post(save))

    def save(self, position: int, values: list[str]) -> dict[str, Any]:
        """The next numbered save; from now on it is under way."""
        self.number += 1
        self.chosen[position] = values
        self.under_way = (position, values)
        seen = self.sheet.seen.get(position, 0)
        return {"position": position, "values": values, "client": self.client, "number": self.number, "seen": seen, "late": False}

    def _headers(self) -> dict[str, str]:
        return {"Accept": JSON_TYPE, "Content-Type": JSON_TYPE, "X-Form-Key": self.sheet.key}

    def post(self, save: dict[str, Any]) -> Answer:
        """Send one save."""
        return self.browser.ask("POST", f"{self.address}/answers", json.dumps(save).encode(), self._headers())

    def take_receipt(self, save: dict[str, Any], answer: Answer) -> None:
        """Note what the receipt says; it must say the truth as far as this page can know."""
        assert answer.status == 200, f"{self.address} {save}: {answer.status} {answer.text[:300]}"
        receipt, position = answer.json, save["position"]
        assert receipt["kept"] == "yours" and receipt["number"] == save["number"], f"{save}: {receipt}"
        assert sorted(receipt["answer"]) == sorted(save["values"]), f"{save}: {receipt}"
        self.acknowledged[position] = receipt["answer"]
        self.sheet.seen[position] = receipt["version"]
        self.under_way = None
        assert (receipt["answered"], receipt["total"]) == (len(self.acknowledged), len(self.positions)), f"{save}: {receipt}"

    def hand_in(self, browser: Browser | None = None) -> str:
        """Submit with all answers, as the page does (here, or in another tab); answers the address of the result."""
        fields: dict[str, list[str]] = {"sure": ["1"]}
        for position in self.positions:
            fields[f"was-{position}"] = [",".join(self.acknowledged.get(position, []))]
            if values := self.chosen.get(position):
                fields[f"answer-{position}"] = values
        answer = (browser or self.browser).post(f"{self.address}/submit", fields, self.sheet.key, Accept=JSON_TYPE)
        assert answer.status == 200, f"{self.address}/submit: {answer.status} {answer.text[:300]}"
        self.acknowledged = dict(self.chosen)
        return str(answer.json["result"])

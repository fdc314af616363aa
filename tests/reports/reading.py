"""What a report says: its tables as numbers, the names in a list, the rows of a file."""

import io
from typing import Any
from xml.etree.ElementTree import Element

import openpyxl

from tests.pages import Page, Visitor

COLUMNS = ("assigned", "completed", "in_progress", "not_started", "overdue", "percent", "on_leave")
Table = dict[str, dict[str, int]]


def lines(table: Element) -> Table:
    """The rows of a table of figures by their heading; the percentage is left out."""
    found = {}
    for row in table.iter("tr"):
        cells = list(row.iter("td"))
        if cells:
            texts = ["".join(cell.itertext()).strip().replace(".", "") for cell in cells]
            heading = " ".join("".join(next(row.iter("th")).itertext()).split())
            found[heading] = {name: int(text) for name, text in zip(COLUMNS, texts, strict=True) if name != "percent"}
    return found


def tables(page: Page) -> list[Table]:
    """The tables of a report: by course, by agency."""
    return [lines(table) for table in page.all("table")]


def figure_links(page: Page) -> list[tuple[str, int]]:
    """(address, figure) of every figure of a report that leads to a list."""
    links = [link for table in page.all("table") for cell in table.iter("td") for link in cell.iter("a")]
    return [(link.get("href", ""), int("".join(link.itertext()).replace(".", ""))) for link in links]


def people_listed(who: Visitor, address: str) -> list[str]:
    """The names on all pages of a list."""
    names = []
    while address:
        page = who.get(address)
        names += [" ".join("".join(row.itertext()).split()) for body in page.all("tbody") for row in body.iter("th")]
        address = next((link.get("href", "") for link in page.all("a") if link.get("rel") == "next"), "")
    return names


def opened(who: Visitor, address: str) -> tuple[list[str], list[str], list[tuple[Any, ...]]]:
    """Heading lines, column labels and rows of the sheet at an address."""
    answer = who.get(address)
    assert answer.response.headers["Content-Disposition"].startswith("attachment")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.body)).active.iter_rows(values_only=True))
    start = next(index for index, row in enumerate(rows) if row[0] == "STT")
    return [row[0] for row in rows[:start] if row[0]], list(rows[start]), rows[start + 1 :]

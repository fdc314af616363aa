"""A table of HTML as rows of equal length: merged cells are taken apart."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .tree import Node

MOST_COLUMNS, MOST_ROWS, MOST_CELLS = 30, 500, 6000
SIDES = {"right": "---:", "center": ":---:", "left": ":---"}


@dataclass
class Grid:
    """Rows of the Markdown of cells, the first being the heads; sides of the columns; what was given up: "merged", "cut"."""

    rows: list[list[str]] = field(default_factory=list)
    sides: list[str] = field(default_factory=list)
    given_up: set[str] = field(default_factory=set)


def grid_of(table: Node, cell_text: Callable[[Node, bool], str]) -> Grid:
    """The table; `cell_text` writes a cell as one line of Markdown, and is told whether it stands in the first row."""
    grid, below = Grid(), {}  # type: ignore[var-annotated]
    for at, row in enumerate(_rows(table)):
        if at >= MOST_ROWS or at * len(grid.sides) > MOST_CELLS:
            grid.given_up.add("cut")
            break
        cells: list[str] = []
        for cell in [one for one in row.elements if one.tag in ("td", "th")]:
            while (at, len(cells)) in below:
                cells.append(below.pop((at, len(cells))))
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            if len(cells) + wide > MOST_COLUMNS:
                grid.given_up.add("cut")
                break
            if wide > 1 or high > 1:
                grid.given_up.add("merged")
            said = cell_text(cell, at == 0)
            for further in range(1, high):
                below |= {(at + further, len(cells) + place): said if place == 0 else "" for place in range(wide)}
            _side(grid, len(cells), cell)
            cells += [said, *[""] * (wide - 1)]
        while (at, len(cells)) in below:
            cells.append(below.pop((at, len(cells))))
        grid.rows.append(cells)
    _even(grid)
    return grid


def _rows(table: Node) -> list[Node]:
    found = []
    for child in table.elements:
        if child.tag == "tr":
            found.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            found += [row for row in child.elements if row.tag == "tr"]
    return found


def _span(cell: Node, name: str) -> int:
    text = cell.attrs.get(name, "1").strip()
    return max(1, min(int(text), MOST_COLUMNS + 1)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _side(grid: Grid, column: int, cell: Node) -> None:
    """The side of a column is that of its last cell that has one."""
    found = next((name for name in (*cell.classes, cell.attrs.get("align", "").lower()) if name in SIDES), "")
    found = found or next((name for name in SIDES if f"text-align:{name}" in cell.style), "")
    grid.sides += [""] * (column + 1 - len(grid.sides))
    grid.sides[column] = found or grid.sides[column]


def _even(grid: Grid) -> None:
    grid.rows = [row for row in grid.rows if any(row)] if not grid.rows or any(grid.rows[0]) else grid.rows
    width = max(map(len, grid.rows), default=0)
    grid.rows = [[*row, *[""] * (width - len(row))] for row in grid.rows]
    grid.sides += [""] * (width - len(grid.sides))


def written_table(grid: Grid) -> str:
    """The Markdown of a table."""
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in grid.rows]
    marks = [SIDES.get(side, "---") for side in grid.sides]
    return "\n".join([lines[0], f"| {' | '.join(marks)} |", *lines[1:]])

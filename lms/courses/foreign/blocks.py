"""The blocks of foreign HTML (paragraphs, headings, lists, tables, call-outs) as blocks of a lesson, and what had to be left out."""

import re
from collections.abc import Callable

from lms.base import gettext as _
from lms.base import medium_of

from ..folder.markdown import CALL_OUTS, PLACE
from .inline import atoms_of, escaped, line_starts, plain, written
from .line import Atom
from .tables import grid_of, written_table
from .tree import BLOCKS, Child, Node
from .writing import Block

OWN_FILE = re.compile(r"(?:/courses/\d+/files/[\w-]+/|files/)([\w][\w.-]{0,150})")
NAME = re.compile(r"[\w][\w.-]{0,150}")
OWN_LINK = re.compile(r"(?:lesson|term):[a-z0-9][a-z0-9-]{0,60}")
SHOWN_LESSON, SHOWN_TERM = re.compile(r"\d\d-[a-z0-9-]{1,60}"), re.compile(r"#term-([a-z0-9][a-z0-9-]{0,60})")
WEIGHT = re.compile(r" \([A-Z0-9]{1,5}, [\d,.]+ [KMk]B\)$")
MISTAKEN = re.compile(r"\[\[|\[\^|<[A-Za-z/!]|^\s*(:::|#|[=-]+\s*$|```|~~~)", re.MULTILINE)
MOST_TOLD = 40
Marks = tuple[Node, ...]
Resolve = Callable[[str], str | None]


def own_file(address: str) -> str | None:
    """The name of the course's file that an address of ours leads to, as written in a lesson or as served; else None."""
    found = OWN_FILE.fullmatch(address.strip())
    return found[1] if found else None


class Reading:
    """Reads blocks. left_out: sentences about what could not be carried over."""

    def __init__(self, resolve: Resolve) -> None:
        self.resolve = resolve
        self.left_out: list[str] = []
        self.notes: set[str] = set()
        self.places: set[str] = set()
        self.later: list[Block] = []  # what cannot stand within a list, table or call-out comes after it

    def tell(self, sentence: str) -> None:
        """Say what was left out; each sentence once."""
        if sentence not in self.left_out and len(self.left_out) < MOST_TOLD:
            self.left_out.append(sentence)

    def top(self, root: Node) -> list[Block]:
        """All blocks of a text."""
        found: list[Block] = []
        for block in self.blocks(root.children, "", ()):
            found.append(block)
        return [*found, *self.taken_later()]

    def taken_later(self) -> list[Block]:
        """What has to come after the block that was just read."""
        later, self.later = self.later, []
        return later

    def blocks(self, children: list[Child], inside: str, marks: Marks) -> list[Block]:
        """The blocks of some nodes. inside: "" at the top, else "call-out", "list" or "quote"; marks: inline elements around them."""
        found: list[Block] = []
        run: list[Child] = []
        for child in children:
            if isinstance(child, str) or not (child.has_blocks or child.tag in BLOCKS):
                run.append(child)
                continue
            found += self.paragraphs(run, inside, marks)
            run = []
            found += self.block(child, inside, marks)
            if not inside:
                found += self.taken_later()
        return [*found, *self.paragraphs(run, inside, marks)]

    def block(self, node: Node, inside: str, marks: Marks) -> list[Block]:
        """The blocks of one element."""
        if node.tag not in BLOCKS:
            return self.blocks(node.children, inside, (*marks, node))
        if "data-self-check" in node.attrs:
            return self.place(node.attrs["data-self-check"].strip(), inside)
        name = next((one.removeprefix("call-out-") for one in node.classes if one.startswith("call-out-")), "")
        if name in CALL_OUTS and not inside:
            return self.call_out(name, node)
        read = READERS.get(node.tag)
        return read(self, node, inside, marks) if read else self.blocks(node.children, inside, marks)

    def paragraphs(self, run: list[Child], inside: str, marks: Marks) -> list[Block]:
        """Paragraphs, pictures and self-check questions of inline nodes."""
        said = "".join(one if isinstance(one, str) else one.text() for one in run)
        found = PLACE.fullmatch(plain(said).strip()) if "[[self-check" in said else None
        if found:
            return self.place(found[1], inside)
        for mark in reversed(marks):
            run = [Node(mark.tag, mark.attrs, run)]
        blocks: list[Block] = []
        for atoms in _paragraphs(atoms_of(run, self.address, self.notes)):
            if atoms[0].kind == "picture":
                blocks += self.picture(atoms[0].node or Node("img"), inside)
            elif text := line_starts(written(atoms).strip()):
                blocks.append(Block("text", text))
        return blocks

    def one_line(self, children: list[Child], inside: str = "") -> str:
        """Inline nodes as one line; pictures come after the block in which they stand."""
        texts = []
        for atoms in _paragraphs(atoms_of(_without_blocks(children), self.address, self.notes)):
            if atoms[0].kind == "picture":
                self.later += self.picture(atoms[0].node or Node("img"), inside)
            else:
                texts.append(written([Atom("space", " ") if atom.kind == "break" else atom for atom in atoms]))
        return " ".join(texts)

    def picture(self, node: Node, inside: str = "") -> list[Block]:
        """A picture or recording of the course; others are left out and told."""
        address, said = node.attrs.get("src", ""), plain(node.attrs.get("alt") or node.attrs.get("title") or "").strip()
        name = self.resolve(address)
        if name is None or not NAME.fullmatch(name):
            shown = said or ("" if address.startswith("data:") else address)
            self.tell(_("Chưa mang theo được hình “%(name)s”. Anh/Chị tải hình lên rồi chèn vào bài.", name=shown[:80]))
            return []
        if not said:
            self.tell(_("Hình %(name)s chưa có lời mô tả.", name=name))
        return [Block("text", f"![{escaped(said, in_link=True)}](files/{name})")]

    def place(self, key: str, inside: str) -> list[Block]:
        """Where a self-check question stands: alone, outside everything, once."""
        block = Block("text", f"[[self-check: {key}]]")
        if not PLACE.fullmatch(block.text) or key in self.places:
            self.tell(_("Câu tự kiểm tra “%(key)s” đã có ở trên hoặc mã không đúng, nên được bỏ.", key=key[:60]))
            return []
        self.places.add(key)
        if inside:
            self.later.append(block)
            return []
        return [block]

    def call_out(self, name: str, node: Node) -> list[Block]:
        """A call-out with what is in it."""
        parts = self.blocks(node.children, "call-out", ())
        code = [part for part in parts if part.kind == "code" and ":::" in part.text]
        self.later = [*code, *self.later]
        parts = [part for part in parts if part not in code]
        return [Block("call-out", name, parts=parts)] if parts else []

    def address(self, node: Node) -> str | None:
        """Where a link leads, if a lesson may lead there."""
        address = node.attrs.get("href", "").strip()
        if OWN_LINK.fullmatch(address):
            return address
        if name := own_file(address):
            if address.startswith("/") and node.children and isinstance(node.children[-1], str):
                node.children[-1] = WEIGHT.sub("", node.children[-1])
            return f"files/{name}"
        if found := SHOWN_TERM.fullmatch(address):
            return f"term:{found[1]}"
        if SHOWN_LESSON.fullmatch(address):
            return f"lesson:{address}"
        if address and not address.startswith("#"):
            self.tell(_("Bỏ liên kết ra ngoài, giữ lại chữ: %(address)s", address=address[:120]))
        return None

    def heading(self, node: Node, inside: str, marks: Marks) -> list[Block]:
        """A heading; within a list, a table or a quotation it is a strong line."""
        if inside in ("list", "quote"):
            return self.paragraphs([Node("strong", children=_without_blocks(node.children))], inside, marks)
        text = re.sub(r"(^|\s)(#+)$", r"\1\\\2", self.one_line(_without_marks(node.children), inside).strip())
        later = [] if inside else self.taken_later()
        return [*([Block("heading", text, int(node.tag[1]))] if text else []), *later]

    def bullets(self, node: Node, inside: str, marks: Marks) -> list[Block]:
        """A list. What stands in it beside its entries belongs to the entry before."""
        entries: list[Block] = []
        for child in node.children:
            if isinstance(child, str) and not child.strip():
                continue
            is_entry = isinstance(child, Node) and child.tag == "li"
            parts = self.blocks(child.children if is_entry and isinstance(child, Node) else [child], "list", marks)
            if is_entry or not entries:
                entries.append(Block("entry", parts=parts))
            else:
                entries[-1].parts += parts
        entries = [entry for entry in entries if entry.parts]
        start = node.attrs.get("start", "1").strip()
        first = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
        return [Block("bullets" if node.tag == "ul" else "numbers", level=first, parts=entries)] if entries else []

    def quote(self, node: Node, inside: str, marks: Marks) -> list[Block]:
        """A quotation."""
        if inside == "quote":
            return self.blocks(node.children, inside, marks)
        parts = self.blocks(node.children, "list" if inside == "list" else "quote", marks)
        return [Block("quote", parts=parts)] if parts else []

    def code(self, node: Node, inside: str, _marks: Marks) -> list[Block]:
        """A block of code; what looks like a mark of lessons in it is only safe outside lists and quotations."""
        text = node.text().replace("\x00", "").replace("\r", "").removesuffix("\n")
        fence = "`" * max(3, max(map(len, re.findall(r"`+", text)), default=0) + 1)
        block = Block("code", f"{fence}\n{text}\n{fence}" if text else f"{fence}\n{fence}")
        if inside in ("list", "quote") and MISTAKEN.search(text):
            self.later.append(block)
            return []
        return [block]

    def rule(self, _node: Node, inside: str, _marks: Marks) -> list[Block]:
        """A line across."""
        return [] if inside in ("list", "quote") else [Block("text", "---")]

    def table(self, node: Node, inside: str, marks: Marks) -> list[Block]:
        """A table; one with a single cell is only a frame around its content."""
        rows = [row for row in node.walk() if row.tag == "tr"]
        cells = [cell for row in rows for cell in row.elements if cell.tag in ("td", "th")]
        if len(cells) == 1:
            return self.blocks(cells[0].children, inside, marks)
        grid = grid_of(node, lambda cell, is_head: self.cell(cell, is_head, marks))
        if "merged" in grid.given_up:
            self.tell(_("Bảng có ô gộp: ô gộp đã được tách ra."))
        if "cut" in grid.given_up:
            self.tell(_("Bảng quá lớn: chỉ giữ phần đầu."))
        later = [] if inside else self.taken_later()
        return [*([Block("text", written_table(grid))] if any(map(any, grid.rows)) else []), *later]

    def cell(self, node: Node, is_head: bool, marks: Marks) -> str:
        """A cell of a table as one line; the heads of columns are strong by themselves."""
        if any(inner.tag == "table" for inner in node.walk()):
            self.tell(_("Bảng nằm trong ô của bảng khác: chỉ giữ chữ."))
        children: list[Child] = _without_blocks(node.children)
        if is_head and node.tag == "td":
            children = _without_marks(children)
        for mark in reversed(marks):
            children = [Node(mark.tag, mark.attrs, children)]
        return self.one_line(children, "list").strip()

    def figure(self, node: Node, inside: str, marks: Marks) -> list[Block]:
        """A picture or recording with what is written below it."""
        player = next((one for one in node.walk() if one.tag in ("video", "audio")), None)
        if player is not None:
            return self.player(player, inside, marks)
        caption = next((one for one in node.walk() if one.tag == "figcaption"), None)
        picture = next((one for one in node.walk() if one.tag == "img"), None)
        if picture is not None and caption is not None and not picture.attrs.get("alt", "").strip():
            picture.attrs["alt"] = caption.text()
        return self.blocks(node.children, inside, marks)

    def player(self, node: Node, inside: str, _marks: Marks) -> list[Block]:
        """A recording of the course."""
        sources = [node.attrs.get("src", ""), *(one.attrs.get("src", "") for one in node.elements if one.tag == "source")]
        found = next((address for address in sources if (name := self.resolve(address)) and medium_of(name)), None)
        if found is None:
            self.tell(_("Chưa mang theo được đoạn phim hoặc đoạn tiếng. Anh/Chị tải tệp lên rồi chèn vào bài."))
            return []
        return self.picture(Node("img", {"src": found, "alt": node.attrs.get("aria-label") or node.attrs.get("title") or ""}), inside)

    def strong(self, node: Node, inside: str, marks: Marks) -> list[Block]:
        """A line that stands for a heading: the term of a list of definitions, the head of a box that opens."""
        return self.paragraphs([Node("strong", children=_without_blocks(node.children))], inside, marks)


READERS: dict[str, Callable[[Reading, Node, str, Marks], list[Block]]] = {
    **{f"h{level}": Reading.heading for level in range(1, 7)},
    "ul": Reading.bullets,
    "ol": Reading.bullets,
    "blockquote": Reading.quote,
    "pre": Reading.code,
    "hr": Reading.rule,
    "table": Reading.table,
    "figure": Reading.figure,
    "video": Reading.player,
    "audio": Reading.player,
    "dt": Reading.strong,
    "summary": Reading.strong,
}


def _paragraphs(atoms: list[Atom]) -> list[list[Atom]]:
    """Atoms cut at pictures and at double breaks; pictures within marks come after the paragraph."""
    found: list[list[Atom]] = [[]]
    depth, later = 0, []
    for at, atom in enumerate(atoms):
        depth += {"open": 1, "close": -1}.get(atom.kind, 0)
        is_double = atom.kind == "break" and at + 1 < len(atoms) and atoms[at + 1].kind == "break"
        if atom.kind == "picture" and depth:
            later.append([atom])
        elif atom.kind == "picture":
            found += [[atom], []]
        elif is_double and not depth:
            found.append([])
        elif not is_double and not (atom.kind == "break" and not found[-1]):
            found[-1].append(atom)
    while found and found[-1] and found[-1][-1].kind == "break":
        found[-1].pop()
    return [one for one in [*found, *later] if one]


def _without_blocks(children: list[Child]) -> list[Child]:
    """Nodes of which everything is inline: blocks become their content with a space around it."""
    found: list[Child] = []
    for child in children:
        if isinstance(child, Node) and (child.has_blocks or child.tag in BLOCKS):
            inner = _without_blocks(child.children)
            found += [" ", *inner, " "] if child.tag in BLOCKS else [Node(child.tag, child.attrs, inner)]
        else:
            found.append(child)
    return found


def _without_marks(children: list[Child]) -> list[Child]:
    """A heading that is strong as a whole is only a heading."""
    while len(said := [child for child in children if not (isinstance(child, str) and not child.strip())]) == 1:
        only = said[0]
        if isinstance(only, str) or only.tag not in ("strong", "span"):
            break
        children = only.children
    return children

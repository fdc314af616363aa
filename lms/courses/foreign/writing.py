"""Blocks of a lesson, and their Markdown."""

from dataclasses import dataclass, field


@dataclass
class Block:
    """A paragraph, heading, list and so on. text: ready Markdown of one block; parts: the blocks within (of a list: one block "entry" for each)."""

    kind: str
    text: str = ""
    level: int = 0
    parts: list["Block"] = field(default_factory=list)


def write_blocks(blocks: list[Block], between: str = "\n\n") -> str:
    """The Markdown of blocks that follow each other."""
    texts: list[str] = []
    before = Block("")
    other = False
    for block in blocks:
        other = block.kind == before.kind in ("bullets", "numbers") and not other
        texts.append(_written(block, other))
        before = block
    return between.join(texts)


def _written(block: Block, is_other: bool) -> str:
    match block.kind:
        case "heading":
            return f"{'#' * block.level} {block.text}"
        case "call-out":
            return f"::: {block.text}\n{write_blocks(block.parts)}\n:::"
        case "quote":
            return "\n".join(f"> {line}" if line else ">" for line in write_blocks(block.parts).split("\n"))
        case "bullets" | "numbers":
            return _written_list(block, is_other)
    return block.text


def _written_list(block: Block, is_other: bool) -> str:
    marks = ("*" if is_other else "-") if block.kind == "bullets" else (")" if is_other else ".")
    is_close = all([part.kind for part in entry.parts] in (["text"], ["text", "bullets"], ["text", "numbers"]) for entry in block.parts)
    is_close = is_close and all(part.level == 1 for entry in block.parts for part in entry.parts if part.kind == "numbers")
    entries = []
    for number, entry in enumerate(block.parts, block.level):
        mark = f"{marks} " if block.kind == "bullets" else f"{number}{marks} "
        text = write_blocks(entry.parts, "\n" if is_close else "\n\n")
        indent = "\n" + " " * len(mark)
        entries.append(mark + text.replace("\n", indent).replace(indent + "\n", "\n\n").replace(indent + "\n", "\n\n"))
    return ("\n" if is_close else "\n\n").join(entries)

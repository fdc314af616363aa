"""Pictures that tests draw, sound and hostile ones."""

import io
import random
import zlib
from typing import Any

from PIL import Image, ImageDraw


def written(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    """The picture in a file, decoded."""
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def screenshot(width: int = 400, height: int = 200) -> Image.Image:
    """Dark letters on white under a blue bar."""
    picture = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, width, 30), fill=(20, 60, 140))
    for top in range(40, height, 24):
        pen.text((20, top), "mat khau dai kho doan hon mat khau ngan", fill=(30, 30, 30))
    return picture


def photograph(width: int = 640, height: int = 480, patch: int = 40) -> Image.Image:
    """Soft colours without many equal neighbours; the smaller the patches, the heavier."""
    small = (width // patch + 1, height // patch + 1)
    colours = random.Random(7).randbytes(small[0] * small[1] * 3)
    return Image.frombytes("RGB", small, colours).resize((width, height), Image.Resampling.BICUBIC)


def png_of(width: int, height: int, octets_a_row: int = 1, rows: int = 1, colours: int = 2) -> bytes:
    """A PNG by hand: what its header claims, and so many rows of zeros."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)

    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(bytes(octets_a_row)) for _row in range(rows)) + packer.flush()
    header = width.to_bytes(4) + height.to_bytes(4) + bytes((8, colours, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")

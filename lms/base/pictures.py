"""Pictures: their width and height by content. The one file that knows Pillow; nothing is decoded beyond what tells the size."""

import io
import warnings
from collections.abc import Sequence

from PIL import Image

LARGEST_SIDE = 4000


def picture_size(content: bytes, formats: Sequence[str] = ("PNG", "JPEG")) -> tuple[int, int] | None:
    """(width, height) in pixels of a picture; None when it is of no such format, broken, or larger than 4000 a side."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=list(formats)) as picture:
                width, height = picture.size
                picture.verify()
    except Exception:  # Pillow raises a dozen kinds for damaged files; each means the same here
        return None
    return (width, height) if 0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE else None

"""Pictures of a course: their width and height. The one file that knows Pillow; it opens only PNG files of course folders."""

import io
import warnings

from PIL import Image

LARGEST_SIDE = 4000


def picture_size(content: bytes) -> tuple[int, int] | None:
    """(width, height) of a PNG picture; None when the content is no PNG, is broken or larger than 4000 a side."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
                width, height = picture.size
                picture.verify()
    except Exception:  # Pillow raises a dozen kinds for damaged files; each means the same here
        return None
    return (width, height) if 0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE else None

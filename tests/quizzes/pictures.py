"""Small pictures of the tests."""

import io

from PIL import Image


def png(width: int, height: int, kind: str = "PNG") -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#ddcdb4").save(out, kind)
    return out.getvalue()


PNG, JPEG = png(200, 100), png(200, 100, "JPEG")

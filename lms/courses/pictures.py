"""Pictures of a course: PNG only."""

from lms.base import picture_size as size_of


def picture_size(content: bytes) -> tuple[int, int] | None:
    """(width, height) of a PNG picture; None when the content is no PNG, is broken or larger than 4000 a side."""
    return size_of(content, ["PNG"])

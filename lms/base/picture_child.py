"""The one file that knows Pillow: the size of a picture by its header, and, in a child process with limits, a picture made ready for pages.

Loaded by `child.in_child` from its file alone: it imports only the standard library and Pillow.
"""

import base64
import io
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from PIL import Image, ImageChops, ImageSequence, ImageStat

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
MOST_PIXELS = 40_000_000
WIDEST, TALLEST = 1280, 4000
NARROWEST = 640
TARGET = 60_000  # octets
MOST_FRAMES, MOST_FRAME_PIXELS, HEAVIEST_MOVING = 100, 12_000_000, 200_000
QUALITIES = (80, 68, 56, 46)
COLOURS = (256, 64, 16)
FARTHEST = 6.0  # how far a picture of few colours may be from the original: root mean square of 255
DRAWN = 0.4  # from this share of equal neighbours on it is a drawing or a screenshot, no photograph
SHARE = 0.01  # the light and the dark part of a picture: the lightest and the darkest hundredth
SAMPLE = 256
TURNS = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
ORIENTATION = 0x0112


def size_of(content: bytes, formats: Sequence[str]) -> tuple[int, int] | None:
    """(width, height) in pixels of a picture of one of these formats, or None. Nothing is decoded beyond what tells the size."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=list(formats)) as picture:
                size = picture.size
                picture.verify()
    except Exception:  # Pillow raises a dozen kinds for damaged files; each means the same here
        return None
    return size


def prepare(encoded: str) -> dict[str, Any]:
    """A picture (in base64) turned upright, scaled to at most 1280 x 4000, without metadata, as light as it can be while it is still good.

    Answers {"content" in base64, "ending", "width", "height", "contrast"}, or {"refused": "pixels"} for more than 40 million of them.
    """
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    content = base64.b64decode(encoded)
    with Image.open(io.BytesIO(content), formats=list(FORMATS)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            return {"refused": "pixels"}
        moving = _moving(picture)
        if moving:
            picture.seek(0)
        upright = _upright(picture)
    made, ending, shown = (moving, "gif", upright) if moving else _lightest(upright)
    width, height = shown.size
    return {"content": base64.b64encode(made).decode(), "ending": ending, "width": width, "height": height, "contrast": _contrast(shown)}


def _moving(picture: Image.Image) -> bytes | None:
    """An animated GIF written anew, if it is small enough to be kept as it is."""
    frames = getattr(picture, "n_frames", 1) if picture.format == "GIF" else 1
    if not 1 < frames <= MOST_FRAMES or picture.width > WIDEST or picture.width * picture.height * frames > MOST_FRAME_PIXELS:
        return None
    stills = [_bare(frame.convert("RGB")) for frame in ImageSequence.Iterator(picture)]
    lasting = [max(20, int(frame.info.get("duration") or 100)) for frame in ImageSequence.Iterator(picture)]
    file = io.BytesIO()
    stills[0].save(file, "GIF", save_all=True, append_images=stills[1:], duration=lasting, loop=0, optimize=True)
    return file.getvalue() if len(file.getvalue()) <= HEAVIEST_MOVING else None


def _upright(picture: Image.Image) -> Image.Image:
    """The picture in plain colours on white, turned as its camera was held, within the largest size."""
    turns = TURNS.get(_orientation(picture), ())
    lies = len(turns) == 1 and turns[0] not in TURNS[2] + TURNS[3] + TURNS[4]
    width, height = picture.size[::-1] if lies else picture.size
    scale = min(1.0, WIDEST / width, TALLEST / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    size = size[::-1] if lies else size
    if picture.format == "JPEG":
        picture.draft(None, size)
    plain = _plain(picture)
    if plain.size != size:
        plain = plain.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    plain = _on_white(plain)
    for turn in turns:
        plain = plain.transpose(turn)
    return _bare(plain)


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # what a broken EXIF says does not matter
        return 1


def _plain(picture: Image.Image) -> Image.Image:
    """In one of the modes RGB, RGBA and L, eight bits a channel."""
    if picture.mode.startswith("I"):  # sixteen bits of grey
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    white = Image.new("RGB", picture.size, (255, 255, 255))
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _bare(picture: Image.Image) -> Image.Image:
    """Without anything that was said beside the pixels: place, camera, colour profile, comments."""
    picture.info = {}
    return picture


def _lightest(picture: Image.Image) -> tuple[bytes, str, Image.Image]:
    """(file, ending, picture as it is in it): the first good one below the target, else the lightest good one."""
    ways = _as_drawing(picture) if _equal_neighbours(picture) >= DRAWN else _as_photograph(picture)
    best: tuple[bytes, str, Image.Image] | None = None
    for made, ending, shown in ways:
        if best is None or len(made) < len(best[0]):
            best = (made, ending, shown)
        if len(made) <= TARGET:
            break
    assert best is not None
    return best


def _as_drawing(picture: Image.Image) -> Iterator[tuple[bytes, str, Image.Image]]:
    """PNG with fewer and fewer colours, as long as nobody sees a difference: letters stay sharp."""
    if picture.mode == "L":
        yield _png(picture), "png", picture
        picture = picture.convert("RGB")
    colours = picture.getcolors(256)
    if colours is None and picture.width * picture.height <= WIDEST * WIDEST:
        yield _png(picture), "png", picture
    for number in COLOURS:
        few = picture.quantize(number, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        if colours is None or len(colours) > number:
            if number < COLOURS[0] and _distance(picture, few.convert("RGB")) > FARTHEST:
                return
        yield _png(few), "png", picture


def _as_photograph(picture: Image.Image) -> Iterator[tuple[bytes, str, Image.Image]]:
    """JPEG at falling quality, then smaller."""
    width = picture.width
    while True:
        for quality in QUALITIES:
            file = io.BytesIO()
            picture.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
            yield file.getvalue(), "jpg", picture
        width = width * 4 // 5
        if width < NARROWEST:
            return
        picture = picture.resize((width, max(1, round(picture.height * width / picture.width))), Image.Resampling.LANCZOS)


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _equal_neighbours(picture: Image.Image) -> float:
    """The share of pixels that are exactly as the one to their left."""
    grey = picture.convert("L")
    if grey.width < 2:
        return 1.0
    left, right = grey.crop((0, 0, grey.width - 1, grey.height)), grey.crop((1, 0, grey.width, grey.height))
    equal = ImageChops.difference(left, right).histogram()
    return equal[0] / sum(equal)


def _distance(picture: Image.Image, other: Image.Image) -> float:
    """Root mean square of the difference, of 255."""
    return max(ImageStat.Stat(ImageChops.difference(picture, other)).rms)


def _contrast(picture: Image.Image) -> int:
    """The ratio of the light to the dark parts by WCAG's formula, in hundredths: 100 to 2100."""
    size = (min(SAMPLE, picture.width), min(SAMPLE, picture.height))
    bare = picture.convert("RGB").resize(size, Image.Resampling.NEAREST).tobytes()
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in (octet / 255 for octet in range(256))]
    levels = sorted(
        0.2126 * linear[red] + 0.7152 * linear[green] + 0.0722 * linear[blue]
        for red, green, blue in zip(bare[::3], bare[1::3], bare[2::3], strict=True)
    )
    dark, light = levels[int(SHARE * len(levels))], levels[-1 - int(SHARE * len(levels))]
    return round(100 * (light + 0.05) / (dark + 0.05))

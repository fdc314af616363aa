"""Pictures that people send: made light and plain, and whatever is wrong with one ends in one sentence and leaves nothing behind."""

import random
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from lms.base import Refused, prepare_picture
from lms.base.pictures import HEAVIEST_SENT, MEGABYTES, SECONDS
from tests.base.drawing import opened, photograph, png_of, screenshot, written

HIDDEN = b"GPS-21.0285-105.8542"


def sentence_about(content: bytes) -> str:
    """Why the picture is refused; empty when it is not."""
    try:
        prepare_picture(content)
    except Refused as refused:
        return refused.sentence
    return ""


def turned() -> bytes:
    """A photograph lying on its side, with a red corner that belongs to the upper right, and a place in its metadata."""
    picture = photograph(300, 200)
    picture.paste((255, 0, 0), (0, 0, 60, 60))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, HIDDEN.decode()
    return written(picture, "JPEG", exif=exif, quality=92, comment=HIDDEN)


@pytest.fixture(scope="module")
def heavy() -> bytes:
    """A photograph as a camera makes it."""
    return written(photograph(3000, 2000, patch=100), "JPEG", quality=98)


def test_a_photograph_is_scaled_and_stays_below_the_target(heavy: bytes) -> None:
    made = prepare_picture(heavy)
    assert (made.ending, made.width, made.height) == ("jpg", 1280, 853)
    assert opened(made.content).size == (1280, 853) and len(made.content) <= 60_000 < len(heavy)


def test_a_photograph_full_of_detail_becomes_smaller_to_stay_below_the_target() -> None:
    made = prepare_picture(written(photograph(3000, 2000), "JPEG"))
    assert made.ending == "jpg" and 640 <= (made.width or 0) < 1280 and len(made.content) <= 60_000


def test_a_screenshot_stays_sharp() -> None:
    sent = screenshot()
    made = prepare_picture(written(sent, "BMP"))
    assert made.ending == "png" and len(made.content) < 12_000
    assert opened(made.content).convert("RGB").getpixel((200, 15)) == (20, 60, 140)
    assert opened(made.content).convert("RGB").getcolors() == sent.getcolors()


def test_a_turned_picture_stands_upright_and_tells_nothing_of_its_camera() -> None:
    sent = turned()
    made = prepare_picture(sent)
    shown = opened(made.content).convert("RGB")
    red, _green, blue = shown.getpixel((made.width - 30, 30))  # type: ignore[operator, misc]
    assert shown.size == (200, 300) and red > 200 > blue
    assert HIDDEN in sent and HIDDEN not in made.content and b"Exif" not in made.content


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_way_of_holding_a_camera_is_known(turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    lying = Image.new("RGB", (90, 30), "white")
    made = prepare_picture(written(lying, "JPEG", exif=exif))
    assert (made.width, made.height) == ((90, 30) if turn < 5 else (30, 90))


def test_what_is_said_beside_the_pixels_of_a_png_is_dropped() -> None:
    polyglot = written(screenshot()) + b"<html><script>alert(1)</script>" + HIDDEN
    made = prepare_picture(polyglot)
    assert HIDDEN not in made.content and b"<script" not in made.content and made.ending == "png"


def test_transparent_parts_become_white_and_sixteen_bits_eight() -> None:
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    few = screenshot(64, 64).quantize(8)
    assert opened(prepare_picture(written(clear)).content).convert("RGB").getpixel((9, 9)) == (255, 255, 255)
    assert opened(prepare_picture(written(few, transparency=few.getpixel((9, 9)))).content).convert("RGB").getpixel((9, 9)) == (255, 255, 255)
    grey = Image.frombytes("I;16", (64, 64), (32_768).to_bytes(2, "little") * 64 * 64)
    assert opened(prepare_picture(written(grey)).content).convert("L").getpixel((9, 9)) == 128


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "WEBP", "TIFF"])
def test_pictures_of_other_kinds(kind: str) -> None:
    content = written(photograph(200, 100).convert("CMYK"), "JPEG") if kind == "JPEG" else written(photograph(200, 100), kind)
    assert bool(sentence_about(content)) is (kind == "TIFF")


def test_a_small_animation_is_kept_and_a_large_one_stands_still() -> None:
    small = [screenshot(80, 60), photograph(80, 60)]
    kept = prepare_picture(written(small[0], "GIF", save_all=True, append_images=small[1:], comment=HIDDEN))
    assert kept.ending == "gif" and opened(kept.content).n_frames == 2 and HIDDEN not in kept.content  # type: ignore[attr-defined]
    large = [photograph(900, 600), screenshot(900, 600), photograph(900, 600).rotate(9)]
    still = prepare_picture(written(large[0], "GIF", save_all=True, append_images=large[1:]))
    assert still.ending != "gif" and still.width == 900
    wide = prepare_picture(written(Image.new("RGB", (1400, 20), "navy"), "GIF", save_all=True, append_images=[Image.new("RGB", (1400, 20))]))
    assert (wide.ending, wide.width) == ("png", 1280)


@pytest.mark.parametrize(("dark", "light", "least", "most"), [(0, 255, 2050, 2100), (118, 255, 440, 470), (200, 210, 100, 130)])
def test_the_contrast_is_that_of_the_light_and_the_dark_parts(dark: int, light: int, least: int, most: int) -> None:
    picture = Image.new("L", (200, 200), light)
    picture.paste(dark, (0, 0, 200, 10))
    contrast = prepare_picture(written(picture)).contrast
    assert contrast is not None and least <= contrast <= most


def test_the_same_picture_gives_the_same_file() -> None:
    assert prepare_picture(turned()) == prepare_picture(turned())


HOSTILE = {
    "nothing": b"",
    "no picture": b"ngay mai hop luc 8 gio",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "page": b"<!doctype html><script>alert(1)</script>",
    "only a header": b"\x89PNG\r\n\x1a\n",
    "wrong header": b"\xff\xd8\xff\xe0" + written(screenshot())[4:],
    "page behind a header": b"GIF89a<script>alert(1)</script>",
    "cut off": written(photograph(), "JPEG")[:9000],
    "cut off png": written(screenshot())[:-200],
    "400 million pixels": png_of(20_000, 20_000),
    "a side of two thousand million": png_of(2**31 - 1, 1),
    "no side": png_of(0, 0),
    "36 million pixels of four colours, all there": png_of(6000, 6000, 24_001, 6000, colours=6),
    "too heavy": b"\x89PNG\r\n\x1a\n" + bytes(HEAVIEST_SENT),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_picture_ends_in_one_sentence_and_leaves_nothing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sentence = sentence_about(HOSTILE[name])
    assert sentence.startswith(("Hệ thống không đọc được hình này", "Hình ")) and sentence.endswith(".")
    assert list(tmp_path.iterdir()) == []


def test_too_many_pixels_are_refused_before_they_are_decoded_and_too_many_octets_before_they_are_read() -> None:
    assert "40 triệu điểm ảnh" in sentence_about(HOSTILE["400 million pixels"])
    assert "10 MB" in sentence_about(HOSTILE["too heavy"])


def test_a_picture_has_ten_seconds_and_256_megabytes() -> None:
    assert SECONDS + 1 <= 10 and MEGABYTES <= 256
    assert "quá lớn" in sentence_about(HOSTILE["36 million pixels of four colours, all there"])


def corruptions(number: int) -> list[bytes]:
    """Sound pictures of every kind, each spoilt at some places."""
    dice = random.Random(2026)
    sound = [written(photograph(160, 120), kind) for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP")] + [turned()]
    spoilt = []
    for index in range(number):
        content = bytearray(sound[index % len(sound)])
        for _bite in range(dice.randint(1, 12)):
            content[dice.randrange(min(len(content), 4000))] = dice.randrange(256)
        spoilt.append(bytes(content[: dice.randint(20, len(content))] if dice.random() < 0.3 else content))
    return spoilt


def test_spoilt_pictures_are_shown_or_refused_in_one_sentence() -> None:
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(sentence_about, corruptions(50)))
    assert {sentence for sentence in told if sentence and not sentence.startswith(("Hệ thống không đọc được", "Hình có hơn 40"))} == set()
    assert 5 < sum(bool(sentence) for sentence in told)

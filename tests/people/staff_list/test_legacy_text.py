"""Vietnamese before Unicode: both encodings convert every letter, are recognised in real names, and never in proper Vietnamese."""

import unicodedata
from collections.abc import Callable
from random import Random
from typing import Literal

import pytest

from demo.names import full_name
from lms.people.staff_list.legacy_text import detect_encoding, to_unicode
from tests.people.staff_list.lists import in_tcvn3, in_vni

TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = [unicodedata.normalize("NFC", base + tone) for base in "aăâeêioôơuưy" for tone in TONES] + ["đ"]
WRITERS = pytest.mark.parametrize(("write", "encoding"), [(in_tcvn3, "tcvn3"), (in_vni, "vni")], ids=["tcvn3", "vni"])


def names(seed: int, count: int = 300) -> list[str]:
    random = Random(seed)
    return [full_name(random, random.choice(["female", "male"])) for _ in range(count)]


@WRITERS
def test_every_letter_comes_back(write: Callable[[str], str], encoding: str) -> None:
    assert len(LETTERS) == 73
    for letter in LETTERS:
        old = write(f"x{letter}x")
        assert all(c <= "\xff" for c in old) and (letter.isascii() or not old.isascii())
        assert to_unicode(old, encoding) == f"x{letter}x"


def test_every_capital_comes_back() -> None:
    for letter in LETTERS:
        assert to_unicode(in_vni(f"N{letter.upper()}N"), "vni") == f"N{letter.upper()}N"
        assert to_unicode(in_tcvn3(f"NN{letter.upper()}N"), "tcvn3") == f"NN{letter.upper()}N"


@pytest.mark.parametrize(
    ("old", "encoding", "text"),
    [
        ("NguyÔn V¨n An", "tcvn3", "Nguyễn Văn An"),
        ("NGUYÔN THÞ V¢N", "tcvn3", "NGUYỄN THỊ VÂN"),
        ("§ç H÷u ¦íc", "tcvn3", "Đỗ Hữu Ước"),
        ("Tr­êng THCS §«ng H­ng", "tcvn3", "Trường THCS Đông Hưng"),
        ("Lª Hµ", "tcvn3", "Lê Hà"),
        ("nguyÔn v¨n an", "tcvn3", "nguyễn văn an"),
        ("Nguyeãn Vaên An", "vni", "Nguyễn Văn An"),
        ("NGUYEÃN THÒ AÙNH", "vni", "NGUYỄN THỊ ÁNH"),
        ("Nguyeãn Thò Aùnh", "vni", "Nguyễn Thị Ánh"),
        ("Ñoã Höõu Öôùc", "vni", "Đỗ Hữu Ước"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "vni", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
    ],
)
def test_known_texts_are_converted(old: str, encoding: str, text: str) -> None:
    assert to_unicode(old, encoding) == text


@WRITERS
def test_three_hundred_names_come_back(write: Callable[[str], str], encoding: str) -> None:
    back = [to_unicode(write(name), encoding) for name in names(1)]
    assert [name.casefold() for name in back] == [name.casefold() for name in names(1)]  # TCVN3 has no Á: "Thị ánh", see read_name


@WRITERS
def test_lists_are_recognised_from_five_names_on(write: Callable[[str], str], encoding: str) -> None:
    old = [write(name) for name in names(2)]
    assert detect_encoding(old) == encoding
    wrong = [old[at : at + 5] for at in range(295) if detect_encoding(old[at : at + 5]) != encoding]
    assert not wrong
    assert detect_encoding([write(name.upper()) for name in names(3)]) == encoding


@WRITERS
def test_one_heading_in_unicode_does_not_hide_an_old_list(write: Callable[[str], str], encoding: str) -> None:
    assert detect_encoding(["Họ và tên", "Đơn vị công tác", *map(write, names(4, 40))]) == encoding


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_proper_vietnamese_is_never_taken_for_an_old_font(form: Literal["NFC", "NFD"]) -> None:
    for seed in range(8):
        texts = [unicodedata.normalize(form, name) for name in names(seed)]
        assert detect_encoding(texts) == "unicode"
        assert detect_encoding([text.upper() for text in texts]) == "unicode"
        assert not [at for at in range(295) if detect_encoding(texts[at : at + 5]) != "unicode"]


def test_plain_and_foreign_texts_are_unicode() -> None:
    assert detect_encoding(["Nguyen Van An", "Tran Thi Ha"] * 50) == "unicode"
    assert detect_encoding([]) == "unicode"
    assert detect_encoding(["Hélène Müller", "Renée Façade", "José Ångström", "Zoë Muñoz", "Björn Borg", "René Descartes"]) == "unicode"
    assert detect_encoding(["H’Hen Niê", "K’Brể", "Giàng A Páo", "Đắk Lắk", "Krông Pắc", "Y Phôn Ksơr", "Pleiku Rơ Châm"]) == "unicode"


@WRITERS
def test_unicode_beside_an_old_font_stays(write: Callable[[str], str], encoding: str) -> None:
    assert to_unicode("Trường Tiểu học An Phúc", encoding) == "Trường Tiểu học An Phúc"
    assert to_unicode("CB001", encoding) == "CB001"

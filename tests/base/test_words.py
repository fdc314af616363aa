"""Words: accent-free search keys, Vietnamese name order, addresses that stay ours."""

import unicodedata
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.base import accept_next, decimal, fold, nfc, sort_key

VIETNAMESE = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ ĐÁÀ", max_size=40)


@pytest.mark.parametrize(("text", "key"), [("Mật khẩu", "mat khau"), ("ĐINH Đức", "dinh duc"), ("  Hà   Nội ", "ha noi"), ("Ước", "uoc")])
def test_the_search_key_has_no_accents(text: str, key: str) -> None:
    assert fold(text) == key


@given(VIETNAMESE)
def test_composed_and_decomposed_text_have_one_search_key(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(fold(text)) == fold(text)


@given(VIETNAMESE)
def test_composed_and_decomposed_names_have_one_place(text: str) -> None:
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(unicodedata.normalize("NFC", text))


def test_names_are_ordered_by_given_name_in_the_vietnamese_alphabet() -> None:
    ordered = ["Trần Văn An", "Lê Thị Ánh", "Đỗ Văn Dũng", "Lê Văn Đạt", "Phạm Thị Lan", "Bùi Thị Ngân", "Vũ Văn Ước", "Hồ Thị Yến"]
    assert sorted(reversed(ordered), key=sort_key) == ordered


def test_the_same_given_name_is_ordered_by_the_rest() -> None:
    ordered = ["Dương Thị Hà", "Đặng Thị Hà", "Nguyễn Thị Hà"]
    assert sorted(reversed(ordered), key=sort_key) == ordered


def test_text_is_composed_and_without_control_characters() -> None:
    assert nfc("Hu\u031b\u01a1ng\u0000") == unicodedata.normalize("NFC", "Hu\u031b\u01a1ng")


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", None, "/a\nb"])
def test_only_our_own_paths_are_gone_to_next(target: str | None) -> None:
    assert accept_next(target) == "/"


def test_our_own_path_is_gone_to_next() -> None:
    assert accept_next("/study/courses/1?a=b") == "/study/courses/1?a=b"


def test_numbers_have_a_decimal_comma() -> None:
    assert [decimal(8.5), decimal(73.68), decimal(8.0), decimal(0)] == ["8,5", "73,7", "8", "0"]


def test_a_hundred_thousand_marks_on_one_letter_do_not_stop_the_site() -> None:
    began = perf_counter()
    assert nfc("a" + "\u0301\u0316" * 50_000).startswith("\u00e1") and len(nfc("a" + "\u0301\u0316" * 50_000)) <= 30
    assert perf_counter() - began < 2
    assert nfc("e\u0302\u0323") == "ệ"

"""The shape of the house: imports run downward through faces, SQL has one home, the map cannot lie, files and functions stay short."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import lms

pytestmark = pytest.mark.house
ROOT = Path(lms.__file__).parent
PROJECT = ROOT.parent
ORDER = ("base", *lms.ROOMS)
ONE_HOME = {  # foreign library -> the only file that imports it
    "bleach": "base/markup.py",
    "nh3": "base/markup.py",
    "markdown_it": "base/markup.py",
    "xlsxwriter": "base/sheets.py",
    "python_calamine": "base/reading_child.py",
    "mammoth": "base/docx_child.py",
    "pypdfium2": "base/pdf_child.py",
    "typst": "base/pdf.py",
    "segno": "base/pdf.py",
    "brotli": "base/assets.py",
    "cryptography": "base/sealing.py",
    "pyotp": "people/two_factor.py",
    "babel": "base/words.py",
    "argon2": "people/passwords.py",
    "PIL": "base/picture_child.py",
    "yaml": "base/yaml_lines.py",
    "waitress": "site/serving.py",
}
LONGEST_FILE, LONGEST_FUNCTION = 330, 45


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node.module or "", alias.name) for alias in node.names)


def test_rooms_import_only_the_faces_of_base_and_of_rooms_before_them() -> None:
    wrong = []
    for path, tree in _modules():
        room = path.parts[0] if len(path.parts) > 1 else ""
        for module, _name in _imports(tree):
            if not module.startswith("lms.") or not room:
                continue
            _lms, other, *inside = module.split(".")
            if other == room and room != "base":
                continue
            if inside or other not in ORDER or ORDER.index(other) >= ORDER.index(room):
                wrong.append(f"{path}: {module}")
    assert not wrong


def test_nothing_is_imported_inside_a_function() -> None:
    wrong = [
        f"{path}:{inner.lineno}"
        for path, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not wrong


def test_every_foreign_library_has_one_home() -> None:
    homes: dict[str, set[str]] = {}
    for path, tree in _modules():
        for module, _name in _imports(tree):
            library = module.split(".")[0]
            if library in ONE_HOME:
                homes.setdefault(library, set()).add(path.as_posix())
    assert {library: sorted(files) for library, files in homes.items() if files != {ONE_HOME[library]}} == {}


def test_views_forms_and_templates_hold_no_sql() -> None:
    wrong = [
        f"{path}: {module} {name}"
        for path, tree in _modules()
        if {path.stem, path.parent.name} & {"routes", "forms"}
        for module, name in _imports(tree)
        if module.startswith("sqlalchemy") or (module == "lms.base" and name in ("db", "insert_once", "commit"))
    ]
    assert not wrong


def test_only_base_commits() -> None:
    wrong = [
        f"{path}:{node.lineno}"
        for path, tree in _modules()
        if path.parts[0] != "base" and path.name != "commands.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("commit", "begin_nested")
    ]
    assert not wrong


def test_files_and_functions_stay_short() -> None:
    long = []
    for path, tree in _modules():
        lines = (ROOT / path).read_text("utf-8").count("\n")
        if lines > LONGEST_FILE:
            long.append(f"{path}: {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > LONGEST_FUNCTION:
                long.append(f"{path}:{node.lineno} {node.name}")
    assert not long


def test_no_file_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "common", "misc", "manager", "service", "util", "helper"}
    assert not [str(path) for path, _tree in _modules() if path.stem in empty]


def test_the_map_in_the_readme_is_the_first_line_of_each_room() -> None:
    readme = (PROJECT / "README.md").read_text("utf-8")
    table = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|$", readme, re.M))
    docstrings = {room: (ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text("utf-8"))) or "").split("\n")[0] for room in ORDER}
    assert table == docstrings


def test_nothing_speaks_of_the_workplace() -> None:
    words = ("/work" + "/", "." + "library", "../" + "shared", "/tmp" + "/prep")
    wrong = [
        f"{path.relative_to(PROJECT)}: {word}"
        for path in PROJECT.rglob("*")
        if path.suffix in (".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".yml", "") and path.is_file()
        if not {".git", ".venv", "var"} & set(path.relative_to(PROJECT).parts) and "cache" not in str(path) and "hypothesis" not in str(path)
        for word in words
        if word in path.read_text("utf-8", "ignore")
    ]
    assert not wrong

"""Knocking over HTTP as a named person. Every page that is opened is inspected: status, lang, h1, labels, ids, keys, weight, SQL."""

import gzip
import re
from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from tests.cast import code_for

LEARNER_WEIGHT, LEARNER_SQL, ANY_SQL = 14_000, 6, 10
LEARNER_PATHS = ("/study", "/certificates", "/c/", "/sign-in", "/help", "/account")
SETTINGS = ("SELECT setting.key, setting.value", 'SELECT setting."key", setting.value')  # read by a process every 20 seconds, not by a page
ON_PAPER = "/handout"  # a whole course to be printed: as heavy as its lessons together
NOT_COUNTED = ("PRAGMA", "BEGIN", "SET TRANSACTION", "COMMIT", "ROLLBACK", *SETTINGS)


class Statements:
    """The SQL statements since the last `clear`."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        sa.event.listen(Engine, "before_cursor_execute", self._note)

    def _note(self, _c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(NOT_COUNTED):
            self.seen.append(statement)

    def close(self) -> None:
        """Stop listening."""
        sa.event.remove(Engine, "before_cursor_execute", self._note)


class Page:
    """An answer, and its HTML as a tree without namespaces."""

    def __init__(self, response: TestResponse, statements: list[str]) -> None:
        self.response, self.statements = response, statements
        self.status, self.path = response.status_code, response.request.path
        body = response.get_data()
        self.body = gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body
        self.html = self.body.decode() if (response.mimetype or "").startswith(("text/", "application/json")) else ""
        self._tree: Element | None = None

    @property
    def tree(self) -> Element:
        """The parsed page."""
        if self._tree is None:
            parser = html5lib.HTMLParser(namespaceHTMLElements=False)
            self._tree = parser.parse(self.html)
            self.errors = [f"line {line}: {code}" for (line, _column), code, _values in parser.errors]
        return self._tree

    @property
    def text(self) -> str:
        """What a reader sees, with single spaces."""
        hidden = {"script", "style", "template"}
        parts: list[str] = []

        def collect(node: Element) -> None:
            if node.tag not in hidden:
                parts.append(node.text or "")
                for child in node:
                    collect(child)
                    parts.append(child.tail or "")

        body = self.tree.find("body")
        assert body is not None
        collect(body)
        return " ".join("".join(parts).replace("\u202f", " ").replace("\u00a0", " ").split())

    def all(self, tag: str) -> list[Element]:
        """Every element with this tag."""
        return list(self.tree.iter(tag))

    @property
    def h1(self) -> str:
        """The heading of the page."""
        return " ".join("".join(self.all("h1")[0].itertext()).split())

    def key(self, action: str | None = None) -> str:
        """The key of a form of this page (of the form with this action, if given)."""
        for form in self.all("form"):
            found = [field.get("value", "") for field in form.iter("input") if field.get("name") == "_key"]
            if found and (action is None or form.get("action") == action):
                return found[0]
        raise AssertionError(f"no form {action or ''} on {self.path}")

    def keys(self) -> list[str]:
        """The keys of all forms of this page."""
        return [field.get("value", "") for field in self.all("input") if field.get("name") == "_key"]

    def links(self) -> list[str]:
        """Where the links of this page lead."""
        return [link.get("href", "") for link in self.all("a")]

    def inspect(self) -> None:
        """Fail when the page breaks a rule of the house."""
        assert self.tree is not None
        where = f"{self.path}: "
        assert not self.errors, where + f"invalid HTML {self.errors[:5]}"
        assert self.tree.get("lang") in ("vi", "en"), where + "no lang"
        assert len(self.all("h1")) == 1, where + f"{len(self.all('h1'))} h1"
        assert "".join(self.all("title")[0].itertext()).strip(" ·"), where + "no title"
        self._inspect_ids(where)
        self._inspect_forms(where)
        assert not self.all("style"), where + "inline style"
        assert all(script.get("src") for script in self.all("script")), where + "inline script"
        for node in self.tree.iter():
            loud = [name for name in node.attrib if name == "style" or name.startswith("on")]
            assert not loud, where + f"{node.tag} has {loud}"
            for name in ("src", "href", "action"):
                assert not re.match(r"(https?:)?//", node.get(name) or ""), where + f"other host {node.get(name)}"
        assert all(picture.get("alt") is not None for picture in self.all("img")), where + "picture without alt"

    def _inspect_ids(self, where: str) -> None:
        ids = [node.get("id") for node in self.tree.iter() if node.get("id")]
        doubled = [name for name, count in Counter(ids).items() if count > 1]
        assert not doubled, where + f"ids twice {doubled}"
        for node in self.tree.iter():
            for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
                missing = [one for one in (node.get(name) or "").split() if one not in ids]
                assert not missing, where + f"{node.tag} {name} names {missing}"

    def _inspect_forms(self, where: str) -> None:
        labelled = {label.get("for") for label in self.all("label")}
        inside = {field for label in self.all("label") for field in label.iter()}
        for form in self.all("form"):
            fields = [field.get("name") for field in form.iter("input")]
            if (form.get("method") or "get").lower() == "post":
                assert fields.count("_key") == 1, where + f"form {form.get('action')} has {fields.count('_key')} keys"
        for tag in ("input", "select", "textarea"):
            for field in self.all(tag):
                if field.get("type") not in ("hidden", "submit"):
                    is_named = field.get("id") in labelled or field in inside or field.get("aria-label") or field.get("aria-labelledby")
                    assert is_named, where + f"{tag} {field.get('name')} has no label"

    def inspect_weight(self) -> None:
        """Fail when the page is over the budgets of design.md §8."""
        is_learners = self.path.startswith(LEARNER_PATHS)
        allowed = LEARNER_SQL if is_learners else ANY_SQL
        listed = "\n".join(self.statements)
        assert len(self.statements) <= allowed, f"{self.path}: {len(self.statements)} statements, {allowed} allowed:\n{listed}"
        weight = len(gzip.compress(self.body, 5))
        assert not is_learners or self.path.endswith(ON_PAPER) or weight <= LEARNER_WEIGHT, f"{self.path}: {weight} bytes compressed"


class Visitor:
    """Somebody at a browser. `get` and `post` inspect every page that comes back."""

    def __init__(self, app: Flask, statements: Statements, address: str = "127.0.0.1") -> None:
        self.app, self.statements = app, statements
        self.client = app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = address

    def knock(self, method: str, path: str, **options: Any) -> Page:
        """One request; no judgement on the status."""
        self.statements.seen.clear()
        headers = {"Accept-Encoding": "gzip", "Accept": "text/html", **options.pop("headers", {})}
        response = self.client.open(path, method=method, headers=headers, **options)
        page = Page(response, list(self.statements.seen))
        if response.mimetype == "text/html" and page.body:
            page.inspect()
            if method == "GET":
                page.inspect_weight()
        return page

    def get(self, path: str, status: int = 200, **options: Any) -> Page:
        """Open a page; the status must be as expected. Redirects are not followed."""
        page = self.knock("GET", path, **options)
        assert page.status == status, f"GET {path}: {page.status}, expected {status} {page.response.headers.get('Location', '')}"
        return page

    def follow(self, path: str) -> Page:
        """Open a page, through its redirects."""
        page = self.knock("GET", path)
        for _step in range(5):
            if page.status not in (301, 302, 303, 307, 308):
                break
            page = self.knock("GET", page.response.headers["Location"])
        assert page.status == 200, f"{path}: {page.status}"
        return page

    def post(
        self, path: str, data: Any = None, page: str | Page | None = None, status: int | None = None, key: str | None = None, **options: Any
    ) -> Page:
        """Send a form: its key comes from `page` (default: the page at the same address)."""
        if key is None:
            shown = page if isinstance(page, Page) else self.follow(page or path)
            try:
                key = shown.key(path)
            except AssertionError:
                key = shown.keys()[-1] if page is None or len(shown.keys()) == 1 else next(k for k in shown.keys() if not k.startswith("0.0."))
        answer = self.knock("POST", path, data={**(data or {}), "_key": key}, **options)
        if status is not None:
            assert answer.status == status, f"POST {path}: {answer.status}, expected {status}: {answer.html[:1500]}"
        return answer

    def sign_in(self, username: str, password: str) -> "Visitor":
        """Sign in over HTTP, with the code of the second factor where it is asked for; must succeed."""
        answer = self.post("/sign-in", {"username": username, "password": password})
        assert answer.status in (302, 303), f"{username} could not sign in: {answer.text[:400]}"
        if (code := answer.response.headers["Location"]).startswith("/sign-in/code"):
            answer = self.post("/sign-in/code", {"code": code_for(self.app, username)}, page=code)
            assert answer.status in (302, 303), f"{username} could not show the second factor: {answer.text[:400]}"
        return self

"""YAML that was written by people: plain values that remember their lines, and never an exception. The one file that knows PyYAML."""

import datetime
from collections.abc import Callable
from typing import Any

import yaml

from .words import gettext as _
from .words import nfc

DEEPEST = 12
TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
Tell = Callable[[int, str], None]


class Fields(dict[str, Any]):
    """A mapping that knows the line of each of its keys (counted from 1)."""

    line = 1
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        """The line of a key, or of the mapping itself."""
        return self.lines.get(key, self.line)


class Items(list[Any]):
    """A list that knows the line of each of its items."""

    line = 1
    lines: list[int]


def without_lines(value: Any) -> Any:
    """The value without line numbers: ordinary dictionaries and lists."""
    if isinstance(value, dict):
        return {key: without_lines(inner) for key, inner in value.items()}
    return [without_lines(inner) for inner in value] if isinstance(value, list) else value


def read_yaml(text: str, tell: Tell, first_line: int = 1) -> Any:
    """The value of a YAML text as Fields, Items and plain scalars; None when it cannot be read.

    Each thing wrong is told as tell(line, sentence); `first_line` is the line of the file on which the text begins.
    Tags that would make objects, aliases, doubled keys and deep nesting are refused.
    """
    try:
        node = _Loader(text).get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        tell(
            first_line + (mark.line if mark else 0),
            _("YAML viết sai: %(why)s. Đặt chữ trong dấu ngoặc kép, thụt dòng bằng dấu cách.", why=_reason(error)),
        )
        return None
    except (RecursionError, ValueError):
        tell(first_line, _("YAML viết sai: lồng nhau quá sâu."))
        return None
    return None if node is None else _Reading(tell, first_line).value(node, 0)


class _Loader(yaml.SafeLoader):
    """A safe loader that refuses aliases: they can make a small text enormous."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.get_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="không dùng bí danh (&, *)", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def _reason(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or "ký tự không đọc được").replace("\n", " ")


class _Reading:
    """Turns YAML nodes into values, telling what is wrong with each."""

    def __init__(self, tell: Tell, first_line: int) -> None:
        self.tell = tell
        self.first_line = first_line
        self.scalars = yaml.constructor.SafeConstructor()

    def line(self, node: yaml.Node) -> int:
        return self.first_line + int(node.start_mark.line)

    def value(self, node: yaml.Node, depth: int) -> Any:
        if depth > DEEPEST:
            self.tell(self.line(node), _("YAML viết sai: lồng nhau quá sâu."))
            return None
        if not isinstance(node, yaml.ScalarNode) and node.tag not in TAGS:
            self.tell(self.line(node), _("không dùng nhãn “%(tag)s”.", tag=node.tag))
            return None
        if isinstance(node, yaml.MappingNode):
            return self.fields(node, depth)
        if isinstance(node, yaml.SequenceNode):
            items = Items(self.value(inner, depth + 1) for inner in node.value)
            items.line, items.lines = self.line(node), [self.line(inner) for inner in node.value]
            return items
        return self.scalar(node)

    def fields(self, node: yaml.MappingNode, depth: int) -> Fields:
        fields = Fields()
        fields.line, fields.lines = self.line(node), {}
        for key_node, value_node in node.value:
            key = self.scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str):
                self.tell(self.line(key_node), _("tên mục phải là chữ."))
            elif key in fields:
                self.tell(self.line(key_node), _("mục “%(name)s” viết hai lần.", name=key))
            else:
                fields[key] = self.value(value_node, depth + 1)
                fields.lines[key] = self.line(key_node)
        return fields

    def scalar(self, node: yaml.Node) -> Any:
        try:
            value = self.scalars.construct_object(node, deep=True)
            if isinstance(value, str):
                value.encode()
                return nfc(value)
            if value is None or isinstance(value, bool | int | float | datetime.date):
                return value
        except (yaml.YAMLError, ValueError, ArithmeticError, LookupError, AttributeError, TypeError):
            pass
        self.tell(self.line(node), _("giá trị không đọc được; đặt chữ trong dấu ngoặc kép."))
        return None


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and a value that occurs twice twice: `read_yaml` refuses aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def write_yaml(value: Any) -> str:
    """A plain value as YAML that `read_yaml` reads back as the same value."""
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=100_000)

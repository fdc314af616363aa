"""Doors: who may knock at which route. A room's `route()` demands one; the app refuses to start without."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.routing import IntegerConverter, Map

from .words import wants_json

LEARNER, TRAINER, MANAGER, ADMINISTRATOR = "learner", "trainer", "manager", "administrator"
ROLES = (LEARNER, TRAINER, MANAGER, ADMINISTRATOR)


class Viewer(Protocol):
    """Whoever looks: the signed-in person with the roles they hold today, or nobody (`is_authenticated` is False)."""

    person_id: int
    name: str
    is_authenticated: bool

    def holds(self, role: str) -> bool:
        """Whether the viewer holds this role at any agency today."""

    def reach(self, *roles: str) -> sa.Select[tuple[int]]:
        """The ids of the agencies at or below which the viewer holds one of these roles today."""


@dataclass(frozen=True)
class Door:
    """A named group of people. `roles` empty: everybody signed in; `is_public`: nobody in particular, too."""

    name: str
    roles: tuple[str, ...] = ()
    is_public: bool = False

    def lets_in(self, viewer: Viewer) -> bool:
        """Whether this viewer may pass."""
        if self.is_public:
            return True
        return viewer.is_authenticated and (not self.roles or any(viewer.holds(role) for role in self.roles))


ANYONE = Door("ANYONE", is_public=True)
SIGNED_IN = Door("SIGNED_IN")
LEARNERS = Door("LEARNERS", (LEARNER,))
TRAINERS = Door("TRAINERS", (TRAINER,))
MANAGERS = Door("MANAGERS", (MANAGER,))
ADMINISTRATORS = Door("ADMINISTRATORS", (ADMINISTRATOR,))
STAFF_LISTS = Door("STAFF_LISTS", (MANAGER, ADMINISTRATOR))


@dataclass(frozen=True)
class Entry:
    """A menu entry or a link of a thing: a label (message key), where it leads, and the door before it; `is_for`: only those of them."""

    label: str
    endpoint: str
    door: Door
    order: int = 50
    is_for: Callable[[Any], bool] | None = None

    def is_shown_to(self, viewer: Any) -> bool:
        """Whether this viewer may open where it leads."""
        return self.door.lets_in(viewer) and (self.is_for is None or self.is_for(viewer))


class Kept(NamedTuple):
    """What a room keeps about a person: a key for machines, a title, (key, label) of the columns, and the rows by those keys."""

    key: str
    title: str
    columns: list[tuple[str, str]]
    rows: list[dict[str, Any]]


class RowId(IntegerConverter):
    """<int:…> in an address: no larger than a key can be, so that a long number is not found instead of an error."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


class Room(Blueprint):
    """A blueprint whose routes declare their door, and whose menu entries, links and names of things are data.

    `effects[thing]`: (ids, day) -> sentences that say what a change of these things from that day on would mean in this room.
    `ties[thing]`: (ids, since) -> sentences that say what was done here since that instant and rests on them.
    `keeps`: person id -> what is kept of them. `finds[thing]`: text -> a select of the ids of the things that it finds, whoever may see them.
    `forgets`: (person ids, the name that stands for them from now on) -> copies of their names here are replaced.
    `reaches[thing]`: viewer -> a select of the ids of the things of a lower room that a part the viewer has here lets them work on.
    `shows[thing]`: (viewer, what names the thing) -> whether a page of this room shows it to the viewer, whatever their reach is today.
    """

    def __init__(self, import_name: str, prefix: str | None = None) -> None:
        name = import_name.split(".")[1]
        super().__init__(name, import_name, url_prefix=f"/{name}" if prefix is None else prefix or None)
        self.menu: list[Entry] = []
        self.links: dict[str, list[Entry]] = {}
        self.names: dict[str, Callable[[Collection[int]], dict[int, str]]] = {}
        self.effects: dict[str, Callable[[Collection[int], date], list[str]]] = {}
        self.ties: dict[str, Callable[[Collection[int], datetime], list[str]]] = {}
        self.keeps: list[Callable[[int], list[Kept]]] = []
        self.shows: dict[str, Callable[[Any, Any], bool]] = {}
        self.reaches: dict[str, Callable[[Any], sa.Select[int]]] = {}
        self.finds: dict[str, Callable[[str], sa.Select[int]]] = {}
        self.forgets: list[Callable[[Collection[int], str], None]] = []

    def route(  # type: ignore[override]
        self, rule: str, *, to: Door, once: bool = True, late: bool = False, upload: int = 0, **options: Any
    ) -> Callable[[Any], Any]:
        """A route for the people of the door `to`.

        once=False: a repeated POST is harmless by itself and is carried out again (numbered saves).
        late=True: the view reads first and calls `begin_writing()` itself (slow work before a short transaction).
        upload: the view takes files, together up to so many bytes (otherwise the general limit of a body holds).
        """

        def declare(view: Any) -> Any:
            view.door, view.is_once, view.is_late, view.upload = to, once, late, upload
            self.add_url_rule(rule, view.__name__, view, **options)
            return view

        return declare


def viewer() -> Any:
    """Whoever looks at this request."""
    return current_user


def door_of(endpoint: str) -> Door:
    """The door that the endpoint declared."""
    door: Door = getattr(current_app.view_functions[endpoint], "door")
    return door


def stand_at_the_door() -> ResponseReturnValue | None:
    """Before every request: nobody is sent to sign in, somebody else's room is closed."""
    if request.endpoint is None or (door := door_of(request.endpoint)).is_public or door.lets_in(viewer()):
        return None
    if viewer().is_authenticated:
        raise Forbidden
    if request.method in ("GET", "HEAD") and not wants_json():
        return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
    raise Unauthorized


def refuse_undeclared_routes(app: Flask) -> None:
    """Raise unless every endpoint, however it was added, has a door."""
    undeclared = sorted(name for name, view in app.view_functions.items() if not isinstance(getattr(view, "door", None), Door))
    if undeclared:
        raise RuntimeError(f"these routes declare no door: {', '.join(undeclared)}")


def open_room(app: Flask, room: Room) -> None:
    """Register a room with its menu and links."""
    app.register_blueprint(room)
    app.extensions["menu"] = sorted([*app.extensions.get("menu", []), *room.menu], key=lambda entry: entry.order)
    app.extensions.setdefault("names", {}).update(room.names)
    app.extensions.setdefault("keeps", []).extend(room.keeps)
    app.extensions.setdefault("finds", {}).update(room.finds)
    app.extensions.setdefault("forgets", []).extend(room.forgets)
    for kind, told in (("effects", room.effects), ("ties", room.ties), ("shows", room.shows), ("reaches", room.reaches)):
        for thing, ask in told.items():
            app.extensions.setdefault(kind, {}).setdefault(thing, []).append(ask)
    links = app.extensions.setdefault("links", {})
    for thing, entries in room.links.items():
        links[thing] = sorted([*links.get(thing, []), *entries], key=lambda entry: entry.order)


def menu() -> list[Entry]:
    """The menu entries that the viewer may open."""
    return [entry for entry in current_app.extensions["menu"] if entry.is_shown_to(viewer())]


def links_for(thing: str, thing_id: int) -> list[tuple[str, str]]:
    """(label, address) of every page that rooms offer for this thing and the viewer may open."""
    entries = current_app.extensions["links"].get(thing, [])
    return [(entry.label, url_for(entry.endpoint, id=thing_id)) for entry in entries if entry.door.lets_in(viewer())]


def names_for(thing: str, ids: Collection[int]) -> dict[int, str]:
    """What these things are called, as the room that owns them says; nothing where no room does. For pages that list things of all rooms."""
    ask = current_app.extensions["names"].get(thing)
    return ask(ids) if ask and ids else {}


def effects_on(thing: str, ids: Collection[int], on: date) -> list[str]:
    """What a change of these things from that day on would mean, as every room says it."""
    return [sentence for ask in current_app.extensions.get("effects", {}).get(thing, []) for sentence in ask(ids, on)] if ids else []


def ties_to(thing: str, ids: Collection[int], since: datetime) -> list[str]:
    """What was done in any room since that instant and rests on these things: why a change of them may no longer be undone."""
    return [sentence for ask in current_app.extensions.get("ties", {}).get(thing, []) for sentence in ask(ids, since)] if ids else []


def kept_about(person_id: int, part: int | None = None) -> list[Kept]:
    """All that any room keeps about the person, in the order of the rooms; with `part` (from 1 to `kept_parts()`) only that much of it."""
    asked = current_app.extensions.get("keeps", [])
    return [kept for ask in (asked if part is None else asked[part - 1 : part]) for kept in ask(person_id)]


def kept_parts() -> int:
    """In how many parts `kept_about` may be asked for: each is a few statements."""
    return len(current_app.extensions.get("keeps", []))


def forget_people(ids: Collection[int], name: str) -> None:
    """Let every room replace its copies of these people's names; what was printed on papers stays."""
    for forget in current_app.extensions.get("forgets", []):
        forget(ids, name)


def found_by_name(text: str) -> dict[str, sa.Select[int]]:
    """thing -> a select of the ids that this text finds, of every kind that rooms find by name; whoever asks must keep to the viewer's reach."""
    return {thing: find(text) for thing, find in current_app.extensions.get("finds", {}).items()}


def is_shown(thing: str, name: Any) -> bool:
    """Whether any room shows this thing to the viewer on a page of theirs: then what it is made of may be fetched, too."""
    return any(ask(viewer(), name) for ask in current_app.extensions.get("shows", {}).get(thing, []))


def reached_through(thing: str, viewer: Any) -> list[sa.Select[int]]:
    """Selects of the ids of these things that a part in a higher room (trainer of a course) lets the viewer work on, whatever their agency."""
    return [ask(viewer) for ask in current_app.extensions.get("reaches", {}).get(thing, [])]


def policy(app: Flask) -> list[str]:
    """The access policy, a line a route: `METHOD path door`."""
    lines = []
    for rule in app.url_map.iter_rules():
        door = getattr(app.view_functions[rule.endpoint], "door")
        lines += [f"{method} {rule.rule} {door.name}" for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return sorted(lines, key=lambda line: line.split()[1::-1])

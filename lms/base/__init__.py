"""The ground: database, doors, clock, files, jobs, words, forms, markup, sheets, PDF, page frame. Knows no room."""

from . import clock
from .assets import assets
from .child import in_child
from .db import Base, Json, NoneIsNull, db, insert_once, is_allowed, is_migrated, is_writing, migrate, only_reading, words_in
from .doors import (
    ADMINISTRATOR,
    ADMINISTRATORS,
    ANYONE,
    LEARNER,
    LEARNERS,
    MANAGER,
    MANAGERS,
    ROLES,
    SIGNED_IN,
    STAFF_LISTS,
    TRAINER,
    TRAINERS,
    Door,
    Entry,
    Kept,
    Room,
    door_of,
    effects_on,
    forget_people,
    found_by_name,
    is_shown,
    kept_about,
    kept_parts,
    links_for,
    names_for,
    open_room,
    policy,
    reached_through,
    refuse_undeclared_routes,
    ties_to,
    viewer,
)
from .errors import Refused, StaleForm, error_answer
from .files import INLINE, MEDIA, PDF, PICTURES, XLSX, read_stored, send_made, send_stored, store_file
from .forms import Choice, Day, Form, Whole, at_most, required
from .ground import lay_ground, login, refuse_unsafe
from .jobs import Job, ask_for, every, forget_done_jobs, long_task, task, timers, work, work_once
from .keys import FormPost, forget_old_keys, form_key, is_own_key
from .lesson_markup import Part, medium_of
from .markup import html_seal, inline, read_markup, render_markdown, sanitise, trusted, well_formed
from .office import LARGEST_OFFICE_FILE, read_office
from .page import day, moment, page, percent, size, time_of_day
from .pdf import make_pdf, qr_svg
from .pictures import HEAVIEST_SENT, Prepared, picture_size, prepare_picture
from .reading import CellIn, SheetIn, read_sheets
from .request import before_commit, begin_writing, commit, keep_although_refused, look_again
from .sealing import fingerprint, seal, unseal
from .sheets import Cell, workbook
from .undo import CannotUndo, changed_since, forget_rows, notes_of, rehearsal, undo, undoable
from .waiting import drop_waiting, forget_waiting, keep_waiting, waiting
from .words import accept_next, decimal, fold, gettext, highlight, in_language, language, nfc, ngettext, remember_language, sort_key, wants_json
from .yaml_lines import Fields, Items, Tell, read_yaml, without_lines, write_yaml

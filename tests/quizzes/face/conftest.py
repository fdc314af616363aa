"""The bank Q is loaded and An sits before its quiz."""

import pytest
from flask import Flask

from lms.quizzes import BankReport
from tests.cast import World

from .sitting import Sitter, load


@pytest.fixture
def loaded(app: Flask, world: World) -> BankReport:
    """The bank of the tests, loaded."""
    return load(app, world.agencies["T"])


@pytest.fixture
def an_sits(app: Flask, world: World, loaded: BankReport) -> Sitter:
    """An, who may sit the quiz of the bank Q."""
    return Sitter(app, world.people["an"], world.agencies["XP"], loaded.quiz_versions["thi"])

"""The start page of each role, language switch, help, and health for machines."""

from .queries import database_answers

__all__ = ["database_answers"]

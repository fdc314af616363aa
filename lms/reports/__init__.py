"""Read-only answers for managers, on screen, on paper and as .xlsx.

What is counted: the required, not withdrawn enrolments in the latest cycle of each person and course, of people whose main membership
on the day of the report (default today) lies within what the manager manages today. People on leave are counted by themselves and belong
to no denominator. A past day is laid out by the agencies of that day, or rolled up to those that stand today.
"""

from .as_of import NOW, THEN, AsOf, as_of
from .choosing import Chosen, assigned_courses, choose
from .figures import COUNTED, STATES, Figures
from .person import result_of_person
from .queries import assignment_list, figures_by_agency, figures_by_course, figures_on

__all__ = [
    "COUNTED",
    "NOW",
    "STATES",
    "THEN",
    "AsOf",
    "Chosen",
    "Figures",
    "as_of",
    "assigned_courses",
    "assignment_list",
    "choose",
    "figures_by_agency",
    "figures_by_course",
    "figures_on",
    "result_of_person",
]

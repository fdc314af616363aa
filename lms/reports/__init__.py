"""Read-only answers for managers, on screen, on paper and as .xlsx.

What is counted: the required, not withdrawn enrolments in the latest cycle of each person and course, of people whose main membership
today lies within the manager's reach. People on leave are counted by themselves and belong to no denominator.
"""

from .figures import COUNTED, STATES, Figures
from .queries import Chosen, assigned_courses, assignment_list, choose, figures_by_agency, figures_by_course, result_of_person

__all__ = [
    "COUNTED",
    "STATES",
    "Chosen",
    "Figures",
    "assigned_courses",
    "assignment_list",
    "choose",
    "figures_by_agency",
    "figures_by_course",
    "result_of_person",
]

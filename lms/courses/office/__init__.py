"""Lessons from Word, PowerPoint and PDF files: taken in before the write, shown, cut into lessons, and made drafts of a course."""

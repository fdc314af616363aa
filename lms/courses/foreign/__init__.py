"""Reading HTML that others made (the editor, Word, a web page): a tree, its inline marks, tables and footnotes, for from_html.py."""

"""The WSGI application, for any server."""

from lms import create_app

app = create_app()

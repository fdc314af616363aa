"""An sits before the quiz of the bank Q, here as in `face`."""

from .face.conftest import an_sits, loaded

__all__ = ["an_sits", "loaded"]

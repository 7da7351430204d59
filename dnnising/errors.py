"""The package's own exceptions and warnings."""

from typing import Any

__all__ = ["DataFormatError", "NotConvergedError", "NotConvergedWarning"]


class DataFormatError(ValueError):
    """A file or model was read, and does not hold what its format promises.

    The message names the file or tensor, what was found, and what to do about it.
    """


class NotConvergedError(RuntimeError):
    """A computation has not come far enough to be used.

    Args:
        message: what is missing, and what to do about it.
        run: the result as far as it goes.
    """

    def __init__(self, message: str, run: Any) -> None:
        super().__init__(message)
        self.run = run

    def __reduce__(self) -> tuple[Any, ...]:  # or no other process could hand it back
        return type(self), (str(self), self.run)


class NotConvergedWarning(UserWarning):
    """A result stops short of what was asked, at the point up to which it can be vouched for."""

"""The package's own exceptions and warnings."""

from typing import Any

__all__ = ["DataFormatError", "MissingExtraError", "NotConvergedError", "NotConvergedWarning"]


class DataFormatError(ValueError):
    """A file or model was read, and does not hold what its format promises.

    The message names the file or tensor, what was found, and what to do about it.

    >>> raise DataFormatError("config.json is a JSON list, not a configuration; fetch it again")
    Traceback (most recent call last):
        ...
    dnnising.errors.DataFormatError: config.json is a JSON list, not a configuration; fetch it again
    """


class MissingExtraError(ModuleNotFoundError):
    """A name needs a package that was not installed along; the message says how to install it.

    >>> raise MissingExtraError("dnnising.figures.use_style needs seaborn: pip install 'dnnising[plot]'")
    Traceback (most recent call last):
        ...
    dnnising.errors.MissingExtraError: dnnising.figures.use_style needs seaborn: pip install 'dnnising[plot]'
    """


class NotConvergedError(RuntimeError):
    """A computation has not come far enough to be used, or has run away.

    Args:
        message: what is missing, and what to do about it.
        run: the result as far as it goes; the handler finds it as `error.run`.

    >>> try:
    ...     raise NotConvergedError("2 of 5 levels visited: take more flips", run=[-8, -4])
    ... except NotConvergedError as error:
    ...     print(error, error.run)
    2 of 5 levels visited: take more flips [-8, -4]
    """

    def __init__(self, message: str, run: Any) -> None:
        super().__init__(message)
        self.run = run

    def __reduce__(self) -> tuple[Any, ...]:  # or no other process could hand it back
        return type(self), (str(self), self.run)


class NotConvergedWarning(UserWarning):
    """A result stops short of what was asked, at the point up to which it can be vouched for.

    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     warnings.warn("the density ends at β = 0.5", NotConvergedWarning)
    >>> caught[0].category is NotConvergedWarning
    True
    """

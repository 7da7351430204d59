"""The package's own exceptions."""


class DataFormatError(ValueError):
    """A file or model was read, and does not hold what its format promises.

    The message names the file or tensor, what was found, and what to do about it.
    """

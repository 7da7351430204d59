"""What the package offers, as the book's reference lists it."""

import inspect

from book.tools.reference.public import names


def public_objects():
    """Every public object once."""
    return [name.value for name in names()]


def public_functions():
    """Functions, and the methods of public classes."""
    objects = public_objects()
    methods = [
        method
        for cls in filter(inspect.isclass, objects)
        for name, method in vars(cls).items()
        if inspect.isfunction(method) and not name.startswith("_")
    ]
    return [*filter(inspect.isfunction, objects), *methods]

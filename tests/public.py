"""What the package offers: the names of dnnising, of its rooms, and of the rooms within them."""

import importlib
import inspect
import pkgutil

import dnnising


def public_objects():
    """Every public object once: what `__all__` lists, or what a module without one defines."""
    found = {}
    for module in _rooms():
        for name in getattr(module, "__all__", None) or _defined_in(module):
            found.setdefault(id(getattr(module, name)), getattr(module, name))
    return list(found.values())


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


def _rooms():
    yield dnnising
    for found in pkgutil.walk_packages(dnnising.__path__, "dnnising."):
        if found.ispkg or found.name.count(".") == 1:
            yield importlib.import_module(found.name)


def _defined_in(module):
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    ]

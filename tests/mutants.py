"""Deliberately wrong versions of a function, which a test with teeth must reject."""

import inspect


def put_mutant(monkeypatch, module, name, right, wrong):
    """A function of the module, with one expression of its source replaced, in place of the real one.

    A compiled function is compiled anew, and not from the cache.
    """
    function = getattr(module, name)
    function = getattr(function, "py_func", function)
    source = inspect.getsource(function).replace("cache=True, ", "")
    assert source.count(right) == 1
    namespace = dict(function.__globals__)
    exec(source.replace(right, wrong), namespace)
    monkeypatch.setattr(module, name, namespace[name])

"""Deliberately wrong versions of a function, which a test with teeth must reject."""

import inspect


def put_mutant(monkeypatch, module, name, right, wrong):
    """A function of the module, with one expression of its source replaced, in place of the real one.

    A compiled function is compiled anew, and not from the cache. Its name is another one. Machine code goes
    by a function's name and a count, which starts anew in each process: a mutant of the same name can come to
    stand for the real function in code that is loaded from the cache later on, long after the test.
    """
    function = getattr(module, name)
    function = getattr(function, "py_func", function)
    source = inspect.getsource(function).replace("cache=True, ", "")
    assert source.count(right) == 1
    mutant = source.replace(right, wrong).replace(f"def {name}(", f"def mutant_{name}(", 1)
    namespace = dict(function.__globals__)
    exec(mutant, namespace)
    monkeypatch.setattr(module, name, namespace[f"mutant_{name}"])

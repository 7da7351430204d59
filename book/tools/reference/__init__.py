"""The reference of the package, made from its docstrings."""

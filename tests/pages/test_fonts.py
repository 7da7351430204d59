"""The suite is also run with other fonts (tests/elsewhere/fonts.conf); the browser must see them, too."""

import os

from book.tools import browser
from tests.elsewhere.machines import FONTS

WIDTHS = """() => ["serif", "sans-serif", "monospace"].map((family) => {
  const text = document.createElement("span");
  text.style.font = `40px ${family}`;
  text.append("Specific heat");
  document.body.append(text);
  return text.getBoundingClientRect().width;
})"""


def widths(chromium):
    page = chromium.new_page()
    found = page.evaluate(WIDTHS)
    page.close()
    return found


def test_on_another_machine_all_letters_are_of_one_family(chromium):
    elsewhere = chromium.browser_type.launch(
        executable_path=browser.executable(),
        chromium_sandbox=os.geteuid() != 0,
        env=os.environ | {"FONTCONFIG_FILE": str(FONTS)},
    )
    there = widths(elsewhere)
    elsewhere.close()
    assert len(set(there)) == 1
    if os.environ.get("FONTCONFIG_FILE") == str(FONTS):
        assert widths(chromium) == there
    else:
        assert widths(chromium) != there

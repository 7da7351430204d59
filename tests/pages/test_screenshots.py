"""Pictures are taken at three widths in two colour schemes, and differ as they should."""

import matplotlib.pyplot as plt

from book.tools import browser, screenshots


def test_a_page_is_pictured_in_every_view(chromium, tmp_path):
    taken = screenshots.take(chromium, browser.documents()[1], tmp_path)
    assert len(taken) == len(browser.WIDTHS) * len(browser.SCHEMES)
    pictures = {path.stem: plt.imread(path)[..., :3] for path in taken}
    for view, width in browser.WIDTHS.items():
        (light,), (dark,) = (
            [pixels for name, pixels in pictures.items() if name.endswith(f"{view}-{scheme}")]
            for scheme in browser.SCHEMES
        )
        assert light.shape[1] == dark.shape[1] == width
        assert light.mean() > 0.8
        assert dark.mean() < 0.4

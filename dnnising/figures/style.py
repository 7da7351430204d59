"""One look for every figure: colours that colour-blind readers tell apart, on light and dark pages."""

import matplotlib.pyplot as plt
import seaborn as sns

TRAINED = "#0072B2"
"""The colour of trained networks: blue."""
SHUFFLED = "#D55E00"
"""The colour of shuffled networks: vermilion."""
EXACT = "#444444"
"""The colour of exact results: dark grey."""
PALETTE = [TRAINED, SHUFFLED, "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
"""The colours of curves, in their order; those of Okabe and Ito, which colour-blind readers tell apart."""


def use_style() -> None:
    """Set matplotlib's defaults for the book.

    Call it once, at the top of a notebook.

    >>> with plt.rc_context():  # so that this example leaves everything as it was
    ...     use_style()
    ...     plt.rcParams["axes.spines.top"]
    False
    """
    sns.set_theme(style="ticks", palette=PALETTE, font_scale=0.95)
    plt.rcParams.update(
        {
            "figure.figsize": (6.4, 3.8),
            "figure.dpi": 130,
            "figure.constrained_layout.use": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "legend.frameon": False,
            "lines.linewidth": 1.6,
            "savefig.facecolor": "white",
        }
    )

"""Figures: each function draws a result on axes that it is given, and returns them."""

from dnnising.figures.chain import draw_chain
from dnnising.figures.density import draw_density, draw_log_g_error
from dnnising.figures.heat import draw_energy_distribution, draw_heat_capacity
from dnnising.figures.life import draw_life
from dnnising.figures.plane import draw_plane
from dnnising.figures.slider import svg_slider
from dnnising.figures.spectrum import draw_spectrum
from dnnising.figures.style import EXACT, PALETTE, SHUFFLED, TRAINED, use_style
from dnnising.figures.tempering import draw_entropy, draw_exchange

__all__ = [
    "EXACT",
    "PALETTE",
    "SHUFFLED",
    "TRAINED",
    "draw_chain",
    "draw_density",
    "draw_energy_distribution",
    "draw_entropy",
    "draw_exchange",
    "draw_heat_capacity",
    "draw_life",
    "draw_log_g_error",
    "draw_plane",
    "draw_spectrum",
    "svg_slider",
    "use_style",
]

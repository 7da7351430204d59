from .chain import draw_chain as draw_chain
from .density import draw_density as draw_density, draw_log_g_error as draw_log_g_error
from .eigenvalues import draw_spectrum as draw_spectrum
from .heat import (
    draw_energy_distribution as draw_energy_distribution,
    draw_heat_capacity as draw_heat_capacity,
)
from .life import draw_life as draw_life
from .plane import draw_plane as draw_plane
from .slider import svg_slider as svg_slider
from .style import (
    EXACT as EXACT,
    PALETTE as PALETTE,
    SHUFFLED as SHUFFLED,
    TRAINED as TRAINED,
    use_style as use_style,
)
from .tempering import draw_entropy as draw_entropy, draw_exchange as draw_exchange

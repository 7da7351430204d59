"""What the first source says of the specific heat: its equation, its maxima, and how shuffling moves them."""

from collections.abc import Iterator

import numpy as np

from book.claims.claim import Claim, Verdict, agree, check, number, numbers
from book.claims.nulls import Z
from book.claims.published_widths import OUT_OF_REACH
from book.claims.stosic_tables import IMAGE_NETWORKS, TABLE_3, TEXT_NETWORKS
from book.readings.released import released_peaks
from book.readings.sampled import heat_maxima
from dnnising import Estimate, beale_dos, critical_temperature, thermodynamics
from dnnising.results import Cells
from dnnising.stosic.heat import source_heat

PAGE = "04-specific-heat"


@check("released")
def heat_peaks(released: Cells) -> Iterator[Claim]:
    for name, theirs in TABLE_3.items():
        found = released_peaks(released, name, "trained")
        _, own = released_peaks(released, name, "own")
        yield Claim(
            where=f"Table III, {name}",
            claim="T_c in arbitrary units, trained; shuffled",
            theirs=numbers(theirs, 3).replace(", ", "; "),
            ours=(
                f"{numbers(found, 3).replace(', ', '; ')} from the released files, energies scaled by the "
                "trained network's range in both; by its own, as the text has it, the shuffled one is at "
                f"{number(own, 3)}"
            ),
            verdict=Verdict.REPRODUCED if agree(found, theirs, 3) else Verdict.DIFFERS,
            page=PAGE,
            figure="fig-source",
        )


@check("nulls")
def lower_temperatures(nulls: Cells) -> Claim:
    trained, shuffled = (
        Estimate.mean(heat_maxima(nulls.select(part="whole", kind=kind))) for kind in ("trained", "across")
    )
    return Claim(
        where="Figure 4",
        claim="shuffling moves C(T) to lower temperatures; T_c, its maximum, falls",
        theirs="T_c 0.109 → 0.031 (opt-125m)",
        ours=f"embedded model, canonical: C is largest at T = {trained}, shuffled at {shuffled}",
        verdict=Verdict.REPRODUCED if trained.sigmas_above(shuffled) > Z else Verdict.REFUTED,
        page=PAGE,
        figure="fig-canonical",
    )


@check("released")
def heat_panels(released: Cells) -> Iterator[Claim]:
    for where, names in {"Figures 8-9": TEXT_NETWORKS, "Figure 10": IMAGE_NETWORKS}.items():
        for name in names:
            own = released_peaks(released, name, "own")
            yield Claim(
                where=f"{where}, {name}",
                claim="C(T), trained and shuffled, each with its own range of energies",
                theirs=f"maxima at {numbers(TABLE_3[name], 3)}",
                ours=(
                    f"maxima at {numbers(own, 3)} with each network's own range; the exponent lacks the "
                    f"factor N, so that no canonical C(T) can be compared; {OUT_OF_REACH}"
                ),
                verdict=Verdict.REPRODUCED if agree(own, TABLE_3[name], 3) else Verdict.DIFFERS,
                page=PAGE,
                figure="fig-source",
            )


@check(made="none: exact")
def eight_by_eight() -> Claim:
    exact = beale_dos(8)
    canonical = critical_temperature(thermodynamics(exact, np.linspace(2, 3, 400)))
    scaled = critical_temperature(source_heat(exact, np.geomspace(1e-3, 1, 600)))
    return Claim(
        where="Appendix, specific heat",
        claim="equation 4 gives the maximum of an 8×8 lattice at 2.269",
        theirs="2.269",
        ours=f"{number(scaled, 3)} by equation 4 on the exact g(E); {number(canonical, 3)} canonically",
        verdict=Verdict.REPRODUCED if agree(scaled, 2.269, 3) else Verdict.REFUTED,
        page=PAGE,
        figure="fig-source",
    )

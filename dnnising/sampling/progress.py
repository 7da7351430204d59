"""A progress bar for tempering runs."""

from collections.abc import Callable

from tqdm.auto import tqdm


def progress_bar(label: str = "") -> Callable[[int, int, float], None]:
    """A bar for `parallel_tempering(progress=…)`: sweeps done, time left, third-law residual s(β_max).

    The residual falls to 0 as the coldest replicas come to equilibrium; NaN until energies are recorded.
    """
    bar = tqdm(desc=label, unit=" sweeps")

    def report(done: int, total: int, residual: float) -> None:
        bar.total = total
        bar.set_postfix_str(f"s(β_max) = {residual:.4f}", refresh=False)
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return report

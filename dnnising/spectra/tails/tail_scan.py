"""The best power-law tail of sorted numbers, over every place where it could begin; compiled.

A tail from x_min on has the maximum-likelihood slope a = α - 1 = n/Σ ln(x/x_min) and the distance
D = max |F(x) - F_emp(x)|, with F = 1 - (x/x_min)^(-a) and F_emp the share of the tail strictly below x. The
best x_min has the smallest D, the first of equals (Clauset, Shalizi and Newman, SIAM Rev. 51, 661, 2009, and
their own code, in which F_emp takes the lower side of each step).

All slopes come from one running sum. A distance would cost one exponential a number in the tail, but most
places lose to the best one known after a single look: at the point where their neighbour was worst. Only
those that may win are measured in full, so the result is exact.

Everything that the kernels call stands in this file: Numba's cache does not notice an edit elsewhere.
"""

import numpy as np
from numba import njit

_LOOKS = 16  # along a tail, before every point is looked at


@njit(cache=True, error_model="numpy")
def best_tail(logs):  # type: ignore[no-untyped-def]
    """(index of x_min, slope a, D) of logarithms that ascend; ties may occur.

    The largest number cannot begin a tail. Without two different numbers the index is -1.
    """
    n = logs.size
    slopes = np.empty(n)
    above = 0.0  # Σ of logs from here on, above this one
    last = -1
    for i in range(n - 2, -1, -1):
        above += (n - 1 - i) * (logs[i + 1] - logs[i])
        slopes[i] = (n - i) / above
        if last < 0 and above > 0:
            last = i
    worst, bound = n - 1, np.inf
    size = n // 2
    while size > 1 and last >= 0:  # a few tails set a bound before all compete
        start = _first_of_equals(logs, min(n - size, last))
        bound = min(bound, _distance(logs, start, slopes[start], worst, bound)[0])
        size //= 2
    best, best_distance = -1, np.inf
    for start in range(last + 1):
        if start > 0 and logs[start] == logs[start - 1]:
            continue
        distance, worst = _distance(logs, start, slopes[start], worst, bound)
        if distance <= bound and distance < best_distance:
            best, best_distance = start, distance
            bound = distance
    return best, slopes[best], best_distance


@njit(cache=True, error_model="numpy")
def _distance(logs, start, slope, hint, bound):  # type: ignore[no-untyped-def]
    """D of the tail from `start`, and where; the first deviation above `bound` instead, if there is one.

    It looks at `hint` first, then here and there along the tail, then everywhere.
    """
    n = logs.size - start
    lowest = logs[start]
    worst = max(_first_of_equals(logs, hint), start)
    largest = abs(1.0 - np.exp(-slope * (logs[worst] - lowest)) - (worst - start) / n)
    if largest > bound:
        return largest, worst
    for stride in (n // _LOOKS + 1, 1):
        for i in range(start, logs.size, stride):
            if i > start and logs[i] == logs[i - 1]:
                continue
            deviation = abs(1.0 - np.exp(-slope * (logs[i] - lowest)) - (i - start) / n)
            if deviation > largest:
                largest, worst = deviation, i
                if largest > bound:
                    return largest, worst
    return largest, worst


@njit(cache=True, error_model="numpy")
def _first_of_equals(logs, i):  # type: ignore[no-untyped-def]
    while i > 0 and logs[i] == logs[i - 1]:
        i -= 1
    return i


@njit(cache=True, error_model="numpy")
def resampled_tails(logs, picks):  # type: ignore[no-untyped-def]
    """Slopes (n_samples,) of the best tails of samples logs[picks[k]], picks of shape (n_samples, n).

    NaN where a sample has no two different numbers.
    """
    n_samples, n = picks.shape
    slopes = np.full(n_samples, np.nan)
    sample = np.empty(n)
    for k in range(n_samples):
        _fill_sorted(sample, logs, picks[k])
        best, slope, _ = best_tail(sample)
        if best >= 0:
            slopes[k] = slope
    return slopes


@njit(cache=True, error_model="numpy")
def synthetic_distances(body, slope, lowest, n_body, picks, exponentials):  # type: ignore[no-untyped-def]
    """Distances D (n_samples,) of the best tails of samples that have a power-law tail.

    A sample has n_body[k] numbers from `body` (logarithms, ascending), which picks[k] chooses with
    replacement, and above them a tail of slope `slope` that begins at `lowest`. Its sorted logarithms are
    running sums: the i-th gap of n unit exponentials is itself exponential, with mean 1/(n - i).
    """
    n_samples, n = exponentials.shape
    distances = np.empty(n_samples)
    sample = np.empty(n)
    for k in range(n_samples):
        below = n_body[k]
        _fill_sorted(sample[:below], body, picks[k, :below])
        log = lowest
        for i in range(below, n):
            log += exponentials[k, i] / (slope * (n - i))
            sample[i] = log
        distances[k] = best_tail(sample)[2]
    return distances


@njit(cache=True, error_model="numpy")
def _fill_sorted(sample, logs, picks):  # type: ignore[no-untyped-def]
    """Write logs[picks], ascending, into `sample`; logs ascend."""
    counts = np.zeros(logs.size, dtype=np.int64)
    for pick in picks:
        counts[pick] += 1
    filled = 0
    for i in range(logs.size):
        for _ in range(counts[i]):
            sample[filled] = logs[i]
            filled += 1

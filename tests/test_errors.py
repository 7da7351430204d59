"""What another process raised must arrive here whole, or joblib reports a broken pool instead."""

import pickle

import pytest

import dnnising as di
from dnnising.exact.closed_loops import ParamagnetEndsError
from dnnising.exact.transition import NoTransitionError
from dnnising.stosic.released import SumRuleError


@pytest.mark.parametrize(
    "error",
    [
        di.NotConvergedError("too short", {"flips": 3}),
        NoTransitionError(0.98, 0.4),
        ParamagnetEndsError(1.0, 2.5),
        SumRuleError("broken", 40.0),
    ],
    ids=lambda error: type(error).__name__,
)
def test_exceptions_survive_a_process(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)

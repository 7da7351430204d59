from .annealed import (
    LearningCurve as LearningCurve,
    annealed_curve as annealed_curve,
    annealed_drop as annealed_drop,
    generalisation_error as generalisation_error,
    overlap_entropy as overlap_entropy,
)
from .bounds import (
    consistent_bound as consistent_bound,
    entropy_bound as entropy_bound,
    log_dichotomies as log_dichotomies,
    perceptron_bound as perceptron_bound,
    uniform_gap as uniform_gap,
)
from .enumeration import StudentCounts as StudentCounts, enumerate_students as enumerate_students
from .gibbs import gibbs_curve as gibbs_curve, gibbs_drop as gibbs_drop, gibbs_spinodal as gibbs_spinodal

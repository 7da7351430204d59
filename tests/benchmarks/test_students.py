"""Updates of a student by three paths; `extra_info` holds microseconds an update of one network."""

import numpy as np
import pytest

from dnnising.students import TeacherStudent
from dnnising.students.batched import train_batched
from dnnising.students.student import draw_batches, draw_student
from tests.students.test_teacher_student import compiled, plain_loop

TASK = TeacherStudent()


@pytest.fixture(scope="module")
def student():
    return draw_student(TASK, 0.5, np.random.default_rng(0))


def record(benchmark, updates):
    benchmark.extra_info["microseconds an update"] = round(benchmark.stats.stats.min / updates * 1e6, 3)


def test_plain_torch_loop(benchmark, student):
    (order,) = draw_batches(student, 500, 4)
    benchmark.pedantic(lambda: plain_loop(TASK, student, order, 0.125), rounds=5)
    record(benchmark, 500)


@pytest.mark.parametrize("networks", [16, 128])
def test_batched_torch(benchmark, networks):
    students = [draw_student(TASK, 0.5, own) for own in np.random.default_rng(1).spawn(networks)]
    times = np.array([0, 1000])
    benchmark.pedantic(lambda: train_batched(TASK, students, 0.125, 4, times, "cpu"), rounds=3)
    record(benchmark, 1000 * networks)  # copying the examples to the device included


def test_compiled(benchmark, student):
    (order,) = draw_batches(student, 8192, 4)
    compiled(TASK, student, order[:1], 0.125)  # compiles
    benchmark.pedantic(lambda: compiled(TASK, student, order, 0.125), rounds=10)
    record(benchmark, 8192)

import math

import numpy as np
import pytest

from persona_sdk.training.gate.pairing import student


def below(t: float, freedom: int) -> float:
    """Integrate the density of Student's t from minus infinity to t by its angle."""
    angles = np.linspace(0.0, math.atan(t / math.sqrt(freedom)), 200_001)
    constant = math.gamma((freedom + 1) / 2) / (math.sqrt(math.pi) * math.gamma(freedom / 2))
    return 0.5 + constant * float(np.mean(np.cos(angles) ** (freedom - 1)) * angles[-1])


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 10, 30])
def test_students_t_holds_95_percent(freedom: int) -> None:
    assert below(student(freedom), freedom) == pytest.approx(0.975, abs=2e-4)


def test_without_a_degree_of_freedom_there_is_no_quantile() -> None:
    with pytest.raises(ValueError, match="at least 1 degree of freedom, was: 0"):
        student(0)

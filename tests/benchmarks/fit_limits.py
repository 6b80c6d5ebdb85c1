"""How well a smooth warp can be known inside the selection at all.

``python -m tests.benchmarks.fit_limits`` interpolates the true warp of the benchmark from all of
the context into the selection, by a Gaussian process, and prints what is left.
"""

from __future__ import annotations

import numpy as np

from tests.benchmarks.fit_drifts import smooth_warp
from tests.benchmarks.fit_scenes import SIZE, TASKS, make_case

STEP = 24
LENGTHS = (80, 110, 150)


def left(seed: int, scene: str, task: str, length: float) -> tuple[float, float]:
    """Mean error in px inside the selection, and the mean warp there."""
    selected = make_case(scene, task, seed).selection > 0
    warp = smooth_warp(np.random.default_rng(seed), SIZE, 1.0)
    x, y = np.meshgrid(np.arange(STEP // 2, SIZE[0], STEP), np.arange(STEP // 2, SIZE[1], STEP))
    at = np.stack([x.ravel(), y.ravel()], axis=1).astype(float)
    inside, true = selected[y, x].ravel(), warp[y, x].reshape(-1, 2)

    def covariance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.exp(-((a[:, None] - b) ** 2).sum(axis=-1) / (2 * length**2))

    context = covariance(at[~inside], at[~inside]) + 1e-3 * np.eye(int((~inside).sum()))
    guess = covariance(at[inside], at[~inside]) @ np.linalg.solve(context, true[~inside])
    error = np.linalg.norm(guess - true[inside], axis=1).mean()
    return float(error), float(np.linalg.norm(true[inside], axis=1).mean())


if __name__ == "__main__":
    for length in LENGTHS:
        found = [
            left(seed, scene, task, length)
            for seed in (1, 2, 3)
            for scene in ("coffee", "brick")
            for task in TASKS
        ]
        error, warp = np.mean(found, axis=0)
        print(f"length {length} px: {error:.3f} px left of {warp:.3f}")

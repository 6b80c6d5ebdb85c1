"""A classifier that tells patches from their surroundings by their noise residuals alone."""

from __future__ import annotations

import cv2
import numpy as np

__all__ = ["auc", "features", "learned"]

Blocks = tuple[np.ndarray, np.ndarray]
_SIDE, _STEP = 24, 20
_RIDGE, _ROUNDS = 3.0, 12


def features(pixels: np.ndarray, selection: np.ndarray) -> Blocks:
    """What the residual of each block is like beside those of the picture's others.

    Returns
    -------
    features : array, shape (blocks, features)
    inside : array of bool, shape (blocks,)
        Blocks that lie wholly within the selection; such as lie across its edge are left out.
    """
    residual = pixels.astype(np.float32) - cv2.medianBlur(pixels, 3)
    luma = cv2.cvtColor(residual, cv2.COLOR_RGB2GRAY)
    share = cv2.blur((selection > 0).astype(np.float32), (_SIDE, _SIDE), anchor=(0, 0))
    found, inside = [], []
    grey = cv2.cvtColor(pixels.astype(np.float32), cv2.COLOR_RGB2GRAY)
    for y in range(0, pixels.shape[0] - _SIDE, _STEP):
        for x in range(0, pixels.shape[1] - _SIDE, _STEP):
            if 0.001 < share[y, x] < 0.999:
                continue
            at = np.s_[y : y + _SIDE, x : x + _SIDE]
            found.append(_described(residual[at], luma[at], grey[at]))
            inside.append(share[y, x] > 0.5)
    described, within = np.array(found), np.array(inside)
    around = described[~within]
    middle = np.median(around, axis=0)
    spread = np.median(np.abs(around - middle), axis=0) * 1.4826 + 0.05
    return np.clip((described - middle) / spread, -6, 6), within


def _described(residual: np.ndarray, luma: np.ndarray, grey: np.ndarray) -> list[float]:
    noise = float(luma.var()) + 0.02
    colour = float((residual[..., 0] - residual[..., 2]).var()) + 0.02
    fine = luma - cv2.blur(luma, (3, 3))
    along = float((luma[:, 1:] * luma[:, :-1]).mean()) / noise
    down = float((luma[1:] * luma[:-1]).mean()) / noise
    skewed = float((luma**4).mean()) / noise**2
    quiet = float((np.abs(residual) < 0.5).mean())
    detail = float((grey - cv2.blur(grey, (5, 5))).var()) + 0.02
    return [
        np.log(noise),
        np.log(colour),
        np.log(float(fine.var()) + 0.02),
        along,
        down,
        np.log(skewed + 0.1),
        quiet,
        np.log(detail / noise),
    ]


def learned(pictures: list[Blocks]) -> np.ndarray:
    """Weights of a logistic regression on features and their squares, by Newton's method."""
    terms, labels = _stacked(pictures)
    balance = np.where(labels, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    weights = np.zeros(terms.shape[1])
    for _ in range(_ROUNDS):
        likely = 1 / (1 + np.exp(-np.clip(terms @ weights, -30, 30)))
        slope = terms.T @ (balance * (labels - likely)) - _RIDGE * weights
        bend = (terms * (balance * likely * (1 - likely))[:, None]).T @ terms
        weights += np.linalg.solve(bend + _RIDGE * np.eye(len(weights)), slope)
    return weights


def auc(weights: np.ndarray, pictures: list[Blocks]) -> float:
    """Chance that a block of the patch looks more like one than a block around it."""
    areas = []
    for each in pictures:
        terms, labels = _stacked([each])
        order = np.argsort(np.argsort(terms @ weights))
        count = int(labels.sum())
        ranks = order[labels].sum() - count * (count - 1) / 2
        areas.append(ranks / (count * (len(labels) - count)))
    return float(np.mean(areas))


def _stacked(pictures: list[Blocks]) -> tuple[np.ndarray, np.ndarray]:
    values = np.concatenate([each for each, _ in pictures])
    labels = np.concatenate([each for _, each in pictures])
    return np.column_stack([values, values**2, np.ones(len(values))]), labels

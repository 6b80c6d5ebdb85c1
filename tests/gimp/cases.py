"""Which images the matrix is made of: every pair of values meets in some case."""

from __future__ import annotations

from itertools import combinations, product

__all__ = ["Case", "all_pairs"]

Case = dict[str, object]

DIMENSIONS: dict[str, tuple[object, ...]] = {
    "precision": (
        *("u8", "u8-linear", "u8-perceptual", "u16", "u16-linear", "u16-perceptual"),
        *("u32", "u32-linear", "half", "half-linear", "float", "float-linear"),
    ),
    "layer": (
        *("plain", "offset", "large", "group", "group-active", "mask", "mask-active", "locked"),
        "hidden-below",
    ),
    "selection": ("none", "ellipse", "feathered", "inverted", "islands", "pixel", "border"),
    "profile": ("none", "adobe", "p3", "rec2020"),
    "alpha": (True, False),
    "base": ("rgb", "gray"),
    "source": ("visible", "layer"),
}


def _possible(case: Case) -> bool:
    """Grey images have no RGB profile, and a layer smaller than the canvas shows through."""
    return case.get("base") != "gray" or case.get("profile") in ("none", None)


def all_pairs() -> list[Case]:
    """Choose few cases such that every possible pair of two dimensions' values is in one.

    A greedy choice: each case takes the value that covers most of the pairs still missing.
    """
    names = list(DIMENSIONS)
    missing = {
        frozenset({(a, x), (b, y)})
        for a, b in combinations(names, 2)
        for x, y in product(DIMENSIONS[a], DIMENSIONS[b])
        if _possible({a: x, b: y})
    }
    cases: list[Case] = []
    while missing:
        case: Case = dict(sorted(missing, key=_order)[0])
        for name in names:
            if name not in case:
                case[name] = max(DIMENSIONS[name], key=lambda v: _gain(case, name, v, missing))
        missing -= {frozenset(pair) for pair in combinations(case.items(), 2)}
        words = [str(case[name]) for name in names if name != "alpha"]
        case["name"] = "_".join([*words, "alpha" if case["alpha"] else "opaque"])
        cases.append(case)
    return cases


def _order(pair: frozenset[tuple[str, object]]) -> list[str]:
    return sorted(f"{name}={value}" for name, value in pair)


def _gain(case: Case, name: str, value: object, missing: set[frozenset[tuple[str, object]]]) -> int:
    if not _possible({**case, name: value}):
        return -1
    return sum(frozenset({(name, value), other}) in missing for other in case.items())

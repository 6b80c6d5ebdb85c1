"""What is uploaded: everything a plan promises, for any picture and selection."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from seamfill.errors import BadInput
from seamfill.geometry import Box, Placement, Size, SizeRule, plan_uploads

CLASSIC = SizeRule(fixed=(Size(1024, 1024), Size(1536, 1024), Size(1024, 1536)))
FREE = SizeRule()
ANY = SizeRule(multiple=1, min_pixels=1)
MEGAPIXEL = SizeRule(
    min_pixels=786_432, max_pixels=2_359_296, min_edge=512, max_edge=2048, max_ratio=4.0
)
RULES = (CLASSIC, FREE, ANY, MEGAPIXEL)
SMALL = SizeRule(fixed=(Size(128, 128), Size(192, 128), Size(192, 192), Size(32, 32)))


@st.composite
def selections(draw: st.DrawFn, largest: int = 9000) -> tuple[Size, Box]:
    source = Size(draw(st.integers(1, largest)), draw(st.integers(1, largest)))
    x, y = draw(st.integers(0, source.w - 1)), draw(st.integers(0, source.h - 1))
    return source, Box(x, y, draw(st.integers(1, source.w - x)), draw(st.integers(1, source.h - y)))


contexts = st.one_of(
    st.sampled_from(["auto", "layer", "25%", "0%", "120px", "0px"]),
    st.builds(Box, *(st.integers(-50, 4000) for _ in range(2)), *(st.integers(1, 3000),) * 2),
)


@given(selections(), st.sampled_from(RULES), contexts)
def test_every_upload_has_a_size_that_the_model_takes_and_holds_its_part(
    case: tuple[Size, Box], rule: SizeRule, context: str
) -> None:
    source, selection = case
    for placement in plan_uploads(source, selection, rule, context):
        assert rule.allows(placement.size)
        assert placement.region.contains(placement.selection)
        assert selection.contains(placement.selection)


@given(selections(700), contexts)
def test_models_with_small_uploads_are_planned_for(case: tuple[Size, Box], context: str) -> None:
    source, selection = case
    for placement in plan_uploads(source, selection, SMALL, context):
        assert SMALL.allows(placement.size)
        assert placement.region.contains(placement.selection)


@pytest.mark.parametrize("side", [128, 192])
@pytest.mark.parametrize("selected", range(60, 200, 7))
def test_a_selection_about_as_large_as_the_upload_is_planned_for(side: int, selected: int) -> None:
    rule = SizeRule(fixed=(Size(side, side),))
    plan = plan_uploads(Size(800, 800), Box(300, 300, selected, 2 * side), rule)
    assert plan[0].size == (side, side)


@given(selections(2000))
def test_a_least_edge_is_kept_by_showing_more_or_by_scaling_up(case: tuple[Size, Box]) -> None:
    source, selection = case
    for placement in plan_uploads(source, selection, MEGAPIXEL):
        assert min(placement.size) >= 512
        assert placement.size.w * placement.size.h >= 786_432


@given(selections(3000), st.sampled_from(RULES))
def test_the_parts_of_all_uploads_together_are_the_selection(
    case: tuple[Size, Box], rule: SizeRule
) -> None:
    source, selection = case
    plan = plan_uploads(source, selection, rule)
    xs = sorted({x for p in plan for x in (p.selection.x, p.selection.right)})
    ys = sorted({y for p in plan for y in (p.selection.y, p.selection.bottom)})
    assert (xs[0], ys[0], xs[-1], ys[-1]) == (
        selection.x,
        selection.y,
        selection.right,
        selection.bottom,
    )
    for x in xs[:-1]:
        for y in ys[:-1]:
            assert any(p.selection.contains(Box(x, y, 1, 1)) for p in plan)


@given(selections(), st.sampled_from(RULES), contexts)
def test_a_region_reaches_beyond_the_source_only_on_an_axis_that_is_too_short(
    case: tuple[Size, Box], rule: SizeRule, context: str
) -> None:
    source, selection = case
    for placement in plan_uploads(source, selection, rule, context):
        region = placement.region
        if region.w <= source.w:
            assert region.x >= 0
            assert region.right <= source.w
        if region.h <= source.h:
            assert region.y >= 0
            assert region.bottom <= source.h


@given(selections(), st.sampled_from(RULES), contexts)
def test_a_region_has_the_shape_of_its_upload(
    case: tuple[Size, Box], rule: SizeRule, context: str
) -> None:
    source, selection = case
    for region, size in (
        (p.region, p.size) for p in plan_uploads(source, selection, rule, context)
    ):
        # To the pixel: the shorter side follows from the longer.
        longer, shorter = (0, 1) if size.w >= size.h else (1, 0)
        scale = region.size[longer] / size[longer]
        assert abs(region.size[shorter] - size[shorter] * scale) <= 1


@given(
    st.integers(1024, 9000),
    st.integers(1024, 9000),
    st.integers(1, 500),
    st.integers(1, 500),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from(RULES),
)
def test_pixels_go_one_for_one_where_the_picture_and_the_model_have_room(
    w: int, h: int, sw: int, sh: int, at_x: float, at_y: float, rule: SizeRule
) -> None:
    box = Box(int((w - sw) * at_x), int((h - sh) * at_y), sw, sh)
    (placement,) = plan_uploads(Size(w, h), box, rule)
    assert not placement.resampled
    assert Box(0, 0, w, h).contains(placement.region)


@given(selections(4000), st.sampled_from(RULES))
def test_a_third_of_an_upload_is_context_where_the_source_has_it(
    case: tuple[Size, Box], rule: SizeRule
) -> None:
    source, selection = case
    assume(selection.w * 3 < source.w * 2)
    assume(selection.h * 3 < source.h * 2)
    for p in plan_uploads(source, selection, rule):
        assert p.selection.w * p.selection.h <= 0.7 * p.region.w * p.region.h


@given(
    st.integers(1600, 9000),
    st.integers(1100, 9000),
    st.integers(0, 400),
    st.integers(0, 400),
    st.integers(1, 400),
)
def test_a_selection_larger_than_an_upload_keeps_its_detail_in_overlapping_tiles(
    w: int, h: int, x: int, y: int, more: int
) -> None:
    source = Size(x + w + more, y + h)
    plan = plan_uploads(source, Box(x, y, w, h), CLASSIC)
    assert len(plan) > 1
    assert not any(p.resampled for p in plan)
    for p in plan:
        others = [o.selection.intersection(p.selection) for o in plan if o is not p]
        assert any(min(o.size) >= 32 for o in others)


def test_the_user_can_have_one_scaled_upload_instead_of_tiles() -> None:
    plan = plan_uploads(Size(6000, 4000), Box(200, 200, 4000, 3000), CLASSIC, tiles=False)
    assert len(plan) == 1
    assert plan[0].size in CLASSIC.fixed
    assert plan[0].resampled


def test_a_whole_picture_is_one_upload() -> None:
    (placement,) = plan_uploads(Size(6000, 4000), Box(0, 0, 6000, 4000), CLASSIC)
    assert placement == Placement(Box(0, 0, 6000, 4000), Size(1536, 1024), Box(0, 0, 6000, 4000))


def test_islands_far_apart_become_uploads_of_their_own_rather_than_lose_detail() -> None:
    islands = [Box(100, 100, 300, 200), Box(5000, 3500, 200, 200), Box(480, 300, 50, 60)]
    bounds = islands[0].union(islands[1])
    plan = plan_uploads(Size(6000, 4000), bounds, CLASSIC, islands=islands)
    assert len(plan) == 2
    assert not any(p.resampled for p in plan)
    assert all(any(p.selection.contains(island) for p in plan) for island in islands)


def test_islands_that_one_upload_holds_stay_together() -> None:
    islands = [Box(1000, 1000, 100, 100), Box(1400, 1200, 100, 100)]
    plan = plan_uploads(Size(6000, 4000), islands[0].union(islands[1]), CLASSIC, islands=islands)
    assert len(plan) == 1


def test_a_small_picture_is_enlarged_by_a_whole_number() -> None:
    (placement,) = plan_uploads(Size(512, 512), Box(200, 200, 100, 100), FREE)
    assert placement.size.w % placement.region.w == 0
    assert placement.size.w // placement.region.w == placement.size.h // placement.region.h
    assert Box(0, 0, 512, 512).contains(placement.region)


def test_the_size_that_the_user_asked_for_is_used() -> None:
    (placement,) = plan_uploads(
        Size(6000, 4000), Box(3000, 2000, 200, 100), CLASSIC, size=Size(1536, 1024)
    )
    assert placement.size == Size(1536, 1024)
    assert placement.region.size == Size(1536, 1024)


def test_the_second_box_is_what_the_region_covers() -> None:
    box = Box(1000, 1000, 900, 700)
    (placement,) = plan_uploads(Size(6000, 4000), Box(1500, 1200, 100, 100), FREE, box)
    assert placement.region.contains(box)


@pytest.mark.parametrize("context", ["", "much", "-5%", "1e3px", "%", "12 cm", "9" * 30])
def test_a_context_that_is_not_understood_is_refused(context: str) -> None:
    with pytest.raises(BadInput, match="context"):
        plan_uploads(Size(900, 900), Box(0, 0, 9, 9), ANY, context)


@pytest.mark.parametrize(
    "box", [Box(0, 0, 0, 5), Box(-1, 0, 5, 5), Box(95, 0, 6, 5), Box(9, 9, 5, 0)]
)
def test_nothing_selected_inside_the_picture_is_refused(box: Box) -> None:
    with pytest.raises(BadInput):
        plan_uploads(Size(100, 100), box, ANY)

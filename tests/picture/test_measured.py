"""What is said about the outside was counted there: on what was composed, and on the file."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
import skimage.data
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from seamfill.cli import main
from seamfill.edits.compositing import changed_outside, compose, merge_patches
from seamfill.edits.patch import Patch
from seamfill.edits.region import Evidence, fit_patch
from seamfill.edits.saving import save_patches
from seamfill.fit import FitOptions, FitReport
from seamfill.geometry import Box, Size
from seamfill.image.reading import read_source
from seamfill.image.source import Selection, Source
from tests.endpoints import endpoint, repainted
from tests.picture.independent import chunks_of, read_png

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.image.arrays import Pixels

REPORT = FitReport(True, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0)
BOX = Box(60, 80, 120, 90)


@given(
    st.sampled_from(["uint8", "uint16", "float32"]), st.integers(1, 4), st.integers(0, 40),
    st.integers(0, 3),
)  # fmt: skip
def test_every_pixel_that_a_mask_lets_out_is_counted(
    kind: str, channels: int, let_out: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    peak = 1 if kind == "float32" else np.iinfo(kind).max
    pixels = (random.random((20, 24, channels)) * 0.5 * peak).astype(kind)
    source = Source(Size(24, 20), Box(0, 0, 24, 20), pixels)
    selection = Selection(Box(8, 6, 6, 5), np.full((5, 6), 255, np.uint8))
    outside = np.flatnonzero(selection.read(source.box) == 0)
    mask = selection.read(source.box).reshape(-1)
    mask[random.choice(outside, let_out, replace=False)] = 255
    patch = Patch(source.box, np.ones((20, 24, 3), np.float32), mask.reshape(20, 24), REPORT)
    result = compose(source, patch).pixels
    assert changed_outside(source, result, selection) == let_out
    strips = merge_patches([patch, patch])
    assert strips.report.outside_changed is None


def test_a_fit_says_what_was_counted_on_its_composed_result() -> None:
    region = skimage.data.astronaut()[:128, :128]
    selected = np.zeros((128, 128), np.uint8)
    selected[40:80, 40:80] = 255
    nothing = np.zeros_like(selected)
    evidence = Evidence(region, selected, nothing, selected)
    assert REPORT.outside_changed is None
    patch = fit_patch(FitOptions(), Box(0, 0, 128, 128), Size(128, 128), evidence, region // 2)
    assert patch.report.outside_changed == 0


def _photo(path: Path, kind: str = "uint8", channels: int = 3) -> Path:
    photo: Pixels = skimage.data.astronaut()[40:424, 20:404]
    if channels == 4:
        photo = np.dstack([photo, photo[..., 0]])
    if kind == "uint16":
        photo = photo.astype(np.uint16) * 256 + 7
        cv2.imwrite(str(path), photo[..., ::-1])
    else:
        Image.fromarray(photo).save(path)
    return path


@pytest.mark.parametrize(
    ("name", "kind", "channels", "why"),
    [
        ("out.jpg", "uint8", 3, "JPEG compresses with loss"),
        ("out.jpg", "uint8", 4, "JPEG compresses with loss and holds no transparency"),
        ("out.webp", "uint16", 3, "WebP holds 8 bits a channel"),
        ("out.webp", "uint8", 4, ""),
        ("out.png", "uint16", 3, ""),
    ],
)
def test_what_a_format_did_is_told_apart_from_what_the_edit_did(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    kind: str,
    channels: int,
    why: str,
) -> None:
    path, out = _photo(tmp_path / "photo.png", kind, channels), tmp_path / name
    with endpoint(repainted) as server:
        arguments = [
            *("edit", str(path), "--box", ",".join(map(str, BOX)), "--prompt", "x"),
            *("-o", str(out), "--base-url", server.base_url),
        ]
        assert main([*arguments, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert main(arguments) == 0
        said = capsys.readouterr().out
    (fit,) = told["fit"]
    assert fit["outside_changed"] == 0
    assert "0 pixels changed outside the selection" in said
    differs = _differs(path, out)
    differs[BOX.slices(Box(0, 0, 384, 384))] = False
    assert fit["file_outside_changed"] == np.count_nonzero(differs)
    if why:
        assert fit["file_outside_changed"] > 1000
        assert f"in the file {fit['file_outside_changed']} differ there, since {why}" in said
    else:
        assert "in the file" not in said


def _differs(before: Path, after: Path) -> Pixels:
    """Where two files differ, by OpenCV's readers."""
    old, new = (cv2.imread(str(path), cv2.IMREAD_UNCHANGED) for path in (before, after))
    assert old is not None
    assert new is not None
    if new.dtype != old.dtype:
        new = new.astype(np.uint16) * 257
    if new.shape != old.shape:
        new = np.dstack([new, np.full(new.shape[:2], 255, np.uint8)])
    differs: Pixels = (old != new).any(axis=2)
    return differs


def test_what_is_lost_beside_the_pixels_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = [Image.new("RGB", (200, 200), colour) for colour in ("red", "green")]
    path = tmp_path / "phone.jpg"
    images[0].save(path, "MPO", save_all=True, append_images=images[1:], comment="日本".encode())
    with endpoint(repainted) as server:
        arguments = [
            *("edit", str(path), "--box", "20,20,50,50", "--prompt", "x", "--no-fit"),
            *("-o", str(tmp_path / "out.png"), "--base-url", server.base_url),
        ]
        assert main([*arguments, "--json"]) == 0
        problems = json.loads(capsys.readouterr().out)["problems"]
        assert main(arguments) == 0
    (said,) = [each for each in problems if "no place" in each]
    assert "comment, the other pictures in it" in said
    printed = capsys.readouterr().out
    assert said in printed
    assert "was placed as it came" in printed


def test_a_refit_counts_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _photo(tmp_path / "photo.png")
    with endpoint(repainted) as server:
        main(
            [
                *("edit", str(path), "--box", ",".join(map(str, BOX)), "--prompt", "x", "--json"),
                *("-o", str(tmp_path / "out.png"), "--base-url", server.base_url),
            ]
        )
    entry = json.loads(capsys.readouterr().out)["journal"]
    assert main(["refit", entry, "-o", str(tmp_path / "again.jpg"), "--json"]) == 0
    (fit,) = json.loads(capsys.readouterr().out)["fit"]
    assert fit["outside_changed"] == 0
    assert fit["file_outside_changed"] > 1000


def _saved_layers(tmp_path: Path, pixels: Pixels, profile: bytes) -> dict[str, bytes]:
    image = Image.fromarray(pixels)
    image.save(tmp_path / "photo.png", icc_profile=profile)
    box = Box(4, 4, 8, 8)
    patch = Patch(box, np.full((8, 8, 3), 0.7, np.float32), np.full((8, 8), 99, np.uint8), REPORT)
    selection = Selection(box, patch.mask)
    save_patches(read_source(tmp_path / "photo.png"), [patch], tmp_path / "out.ora", selection)
    with zipfile.ZipFile(tmp_path / "out.ora") as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith("png")}


def test_both_layers_of_an_openraster_file_have_the_same_profile(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    layers = _saved_layers(tmp_path, np.zeros((20, 20, 3), np.uint8), profile)
    for name in ("data/patch.png", "data/original.png", "mergedimage.png"):
        assert Image.open(io.BytesIO(layers[name])).info["icc_profile"] == profile


def test_the_layer_over_a_grey_picture_is_grey_as_its_profile_is(tmp_path: Path) -> None:
    layers = _saved_layers(tmp_path, np.zeros((20, 20), np.uint8), b"")
    layer = read_png(layers["data/patch.png"])
    assert layer.shape == (8, 8, 2)
    assert (layer[..., 0] == 178).all() or (layer[..., 0] == 179).all()
    assert chunks_of(layers["data/original.png"])[0][1][9] == 0

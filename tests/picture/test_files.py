"""Picture files come in and go out with their depth, profile and every untouched pixel."""

from __future__ import annotations

import functools
import io
from itertools import product
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from seamfill.errors import BadInput
from seamfill.geometry import Size
from seamfill.image.reading import read_mask, read_source
from seamfill.image.writing import encode_picture

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.image.arrays import Pixels

RANDOM = np.random.default_rng(1)


def _pixels(channels: int, kind: str) -> Pixels:
    values = RANDOM.random((19, 23, channels))
    if kind == "float32":
        return values.astype(np.float32)
    return (values * np.iinfo(kind).max).astype(kind)


@functools.cache  # it says when it was made
def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize(
    ("suffix", "channels"),
    [*product((".png", ".tiff"), (1, 2, 3, 4)), *product((".webp",), (3, 4))],  # it has no grey
)
def test_eight_bits_come_back_as_they_were(tmp_path: Path, suffix: str, channels: int) -> None:
    pixels = _pixels(channels, "uint8")
    path = tmp_path / f"a{suffix}"
    path.write_bytes(encode_picture(pixels, suffix))
    assert np.array_equal(read_source(path).source.pixels, pixels)


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_sixteen_bits_come_back_as_they_were(tmp_path: Path, suffix: str, channels: int) -> None:
    pixels = _pixels(channels, "uint16")
    path = tmp_path / f"a{suffix}"
    path.write_bytes(encode_picture(pixels, suffix))
    back = read_source(path).source.pixels
    assert back.dtype == np.uint16
    assert np.array_equal(back, pixels)


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
@pytest.mark.parametrize("kind", ["uint8", "uint16"])
def test_the_colour_profile_is_carried_on(tmp_path: Path, suffix: str, kind: str) -> None:
    first = tmp_path / "first.png"
    Image.fromarray(_pixels(3, "uint8")).save(first, icc_profile=_profile())
    like = read_source(first)
    second = tmp_path / f"second{suffix}"
    second.write_bytes(encode_picture(_pixels(3, kind), suffix, like.metadata))
    assert read_source(second).metadata.icc_profile == _profile()


def test_a_photo_that_lies_on_its_side_is_put_upright(tmp_path: Path) -> None:
    upright = _pixels(3, "uint8")
    for orientation, stored in {
        3: upright[::-1, ::-1],
        6: np.rot90(upright),
        8: np.rot90(upright, -1),
    }.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        path = tmp_path / f"{orientation}.png"
        Image.fromarray(np.ascontiguousarray(stored)).save(path, exif=exif)
        file = read_source(path)
        assert np.array_equal(file.source.pixels, upright)
        assert _exif(file.metadata.exif)[0x0112] == 1


def _exif(data: bytes | None) -> Image.Exif:
    assert data
    exif = Image.Exif()
    exif.load(data)
    return exif


def test_an_indexed_picture_is_read_in_its_colours(tmp_path: Path) -> None:
    rgb = Image.fromarray(_pixels(3, "uint8"))
    indexed = rgb.quantize(16)
    indexed.save(tmp_path / "a.png")
    expected = np.asarray(indexed.convert("RGB"))
    assert np.array_equal(read_source(tmp_path / "a.png").source.pixels, expected)


def test_a_floating_point_tiff_keeps_its_values(tmp_path: Path) -> None:
    pixels = _pixels(3, "float32")
    cv2.imwrite(str(tmp_path / "a.tiff"), pixels[..., ::-1])
    assert np.array_equal(read_source(tmp_path / "a.tiff").source.pixels, pixels)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("none.png", None, "no file"),
        ("text.png", b"hello", "not a picture"),
        ("cut.png", "cut", "damaged"),
        ("ink.tiff", "cmyk", "Convert it to RGB"),
    ],
)
def test_what_cannot_be_edited_is_refused_in_words(
    tmp_path: Path, name: str, data: bytes | str | None, says: str
) -> None:
    path = tmp_path / name
    if data == "cmyk":
        Image.new("CMYK", (4, 4)).save(path)
    elif data == "cut":
        stream = io.BytesIO()
        Image.fromarray(_pixels(3, "uint8")).save(stream, "PNG")
        path.write_bytes(stream.getvalue()[:-400])
    elif isinstance(data, bytes):
        path.write_bytes(data)
    with pytest.raises(BadInput, match=says):
        read_source(path)


def test_a_mask_with_alpha_is_read_as_the_api_reads_it(tmp_path: Path) -> None:
    mask = np.full((10, 12, 4), 255, np.uint8)
    mask[2:5, 3:7, 3] = 0
    Image.fromarray(mask).save(tmp_path / "m.png")
    selection = read_mask(tmp_path / "m.png", Size(12, 10))
    assert selection.box == (3, 2, 4, 3)
    assert (selection.values == 255).all()


@pytest.mark.parametrize("mode", ["L", "RGB", "1", "I;16"])
def test_in_a_mask_without_alpha_white_is_edited(tmp_path: Path, mode: str) -> None:
    grey = np.zeros((10, 12), np.uint8)
    grey[2:5, 3:7] = 255
    image = Image.fromarray(grey)
    image = Image.fromarray(grey.astype(np.uint16) * 257) if mode == "I;16" else image.convert(mode)
    image.save(tmp_path / "m.png")
    selection = read_mask(tmp_path / "m.png", Size(12, 10))
    assert selection.box == (3, 2, 4, 3)
    assert (selection.values == 255).all()


def test_masks_that_select_nothing_or_do_not_fit_are_refused(tmp_path: Path) -> None:
    Image.new("L", (12, 10)).save(tmp_path / "m.png")
    with pytest.raises(BadInput, match="selects nothing"):
        read_mask(tmp_path / "m.png", Size(12, 10))
    with pytest.raises(BadInput, match="12 × 10"):
        read_mask(tmp_path / "m.png", Size(120, 100))

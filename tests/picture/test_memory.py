"""Pictures and masks that a script hands over are taken for what they show."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageCms

from seamfill.errors import BadInput
from seamfill.geometry import Size
from seamfill.image.memory import mask_from_memory, source_from_memory

RGB = Image.fromarray(np.random.default_rng(0).integers(0, 256, (12, 16, 3)).astype(np.uint8))


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "HSV", "LAB", "RGBa", "I"])
def test_an_image_of_other_colours_is_not_taken_for_rgb(mode: str) -> None:
    image = Image.new(mode, (16, 12))
    with pytest.raises(BadInput, match="cannot be edited"):
        source_from_memory(image)


@pytest.mark.parametrize(
    ("image", "shows"),
    [
        (RGB.quantize(16), "RGB"),
        (RGB.convert("1"), "L"),
        (RGB.convert("LA"), "LA"),
        (RGB.convert("RGBA"), "RGBA"),
    ],
)
def test_an_image_is_taken_in_the_colours_that_it_shows(image: Image.Image, shows: str) -> None:
    expected = np.asarray(image.convert(shows))
    pixels = source_from_memory(image).source.pixels
    assert np.array_equal(pixels, expected if expected.ndim == 3 else expected[..., None])


def test_an_images_profile_is_used_and_carried_on() -> None:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    name = profile.index("sRGB".encode("utf-16-be"))
    profile[name : name + 8] = "Wide".encode("utf-16-be")
    image = RGB.copy()
    image.info["icc_profile"] = bytes(profile)
    file = source_from_memory(image)
    assert file.metadata.icc_profile == bytes(profile)
    assert file.source.space is not None


@pytest.mark.parametrize(
    "picture",
    [np.zeros((0, 5, 3), np.uint8), np.zeros((2, 2, 7), np.uint8), np.full((4, 4), np.nan, "f4")],
)
def test_what_is_no_picture_is_refused_in_words(
    picture: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
) -> None:
    with pytest.raises(BadInput):
        source_from_memory(picture)


def test_a_mask_is_read_in_its_colours_and_not_in_their_numbers() -> None:
    shown = np.zeros((12, 16), np.uint8)
    shown[3:6, 2:9] = 255
    indexed = Image.fromarray(np.where(shown, 0, 1).astype(np.uint8), "L").convert("P")
    indexed.putpalette([255, 255, 255, 0, 0, 0])
    for mask in (indexed, Image.fromarray(shown).convert("1"), shown, shown > 0):
        assert mask_from_memory(mask, Size(16, 12)).box == (2, 3, 7, 3)
    for wrong in (np.zeros(12, np.uint8), np.zeros((12, 16, 0), np.uint8)):
        with pytest.raises(BadInput):
            mask_from_memory(wrong, Size(16, 12))

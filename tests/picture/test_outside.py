"""Outside the selection every pixel of every kind of picture stays, by the word of other readers.

Each source is made of samples that are known beforehand, by the letter of its format, so that what
it means is known without reading it; each result is read by `tests.picture.independent`.
"""

from __future__ import annotations

import io
import struct
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from seamfill.edits.patch import Patch
from seamfill.edits.saving import save_patches
from seamfill.errors import BadInput
from seamfill.fit import FitReport
from seamfill.geometry import Box, Size
from seamfill.image.reading import read_mask, read_source
from seamfill.image.source import Selection
from tests.fuzz import bounded
from tests.picture.independent import bits_of, chunk, exif, png, read_png, read_tiff, tiff

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from seamfill.image.arrays import Pixels

H, W = 21, 27
BOX = Box(5, 4, 11, 9)
Made = tuple[bytes, "Pixels"]
RANDOM = np.random.default_rng(7)


def _samples(channels: int, depth: int) -> Pixels:
    if depth == 32:
        return RANDOM.random((H, W, channels)).astype(np.float32)
    kind = np.uint16 if depth == 16 else np.uint8
    return RANDOM.integers(0, 1 << depth, (H, W, channels)).astype(kind)


def _scaled(samples: Pixels, depth: int) -> Pixels:
    return samples if depth >= 8 else samples * np.uint8(255 // ((1 << depth) - 1))


def _turned(pixels: Pixels, orientation: int) -> Pixels:
    """What a viewer shows of pixels stored so (EXIF 2.32: which edges row 0 and column 0 are)."""
    return {
        1: pixels,
        2: pixels[:, ::-1],
        3: pixels[::-1, ::-1],
        4: pixels[::-1],
        5: pixels.transpose(1, 0, 2),
        6: np.rot90(pixels, -1),
        7: pixels[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(pixels),
    }[orientation]


def _of_png(colour: int, depth: int, *, interlaced: bool = False, turn: int = 1) -> Made:
    samples = _samples({0: 1, 2: 3, 4: 2, 6: 4}[colour], depth)
    extra = [chunk(b"eXIf", exif(turn))] if turn > 1 else []
    data = png(samples, depth, colour, *extra, interlaced=interlaced)
    return data, _turned(_scaled(samples, depth), turn)


def _of_keyed_png(colour: int, depth: int) -> Made:
    samples = _samples({0: 1, 2: 3}[colour], depth)
    key = samples[0, 0]
    data = png(samples, depth, colour, chunk(b"tRNS", key.astype(">u2").tobytes()))
    peak = 65535 if depth == 16 else 255
    alpha = np.where((samples == key).all(axis=2), 0, peak).astype(samples.dtype)
    return data, np.dstack([_scaled(samples, depth), alpha])


def _of_indexed_png(depth: int, *, transparent: bool) -> Made:
    samples, table = _samples(1, depth), RANDOM.integers(0, 256, (1 << depth, 3)).astype(np.uint8)
    alphas = RANDOM.integers(0, 256, 1 << depth).astype(np.uint8)
    extra = [chunk(b"PLTE", table.tobytes())]
    extra += [chunk(b"tRNS", alphas.tobytes())] if transparent else []
    colours = table[samples[..., 0]]
    shown = np.dstack([colours, alphas[samples[..., 0]]]) if transparent else colours
    return png(samples, depth, 3, *extra), shown


def _of_tiff(channels: int, depth: int, turn: int = 1, **how: object) -> Made:
    samples = _samples(channels, depth)
    options: dict[str, object] = {"photometric": "rgb" if channels > 2 else "minisblack"} | how
    if channels in (2, 4):
        options.setdefault("extrasamples", ["unassalpha"])
    stored = samples
    if options.get("planarconfig") == "separate":
        stored = np.moveaxis(samples, 2, 0)
    elif channels > 1:
        options["planarconfig"] = "contig"
    else:
        stored = samples[..., 0]
    tags = [(274, 3, 1, turn, True)] if turn > 1 else []
    stream = io.BytesIO()
    tifffile.imwrite(stream, stored, metadata=None, extratags=tags, **options)  # type: ignore[arg-type]
    if options["photometric"] == "miniswhite":
        samples = samples.copy()
        samples[..., 0] = np.iinfo(samples.dtype).max - samples[..., 0]
    return stream.getvalue(), _turned(samples, turn)


def _of_packed_tiff(depth: int, photometric: int, order: str = "<", fill: int = 1) -> Made:
    samples = _samples(1, depth)
    data = bits_of(samples[..., 0], depth)
    if fill == 2:
        data = bytes(int(f"{value:08b}"[::-1], 2) for value in data)
    tags = {
        256: (3, W), 257: (3, H), 258: (3, depth), 259: (3, 1), 262: (3, photometric),
        266: (3, fill), 277: (3, 1), 278: (3, 8),
    }  # fmt: skip
    row = len(data) // H
    strips = [data[at * row : (at + 8) * row] for at in range(0, H, 8)]
    shown = _scaled(samples, depth)
    if photometric == 3:
        table = RANDOM.integers(0, 256, (1 << depth, 3)).astype(np.uint8)
        tags[320] = (3, [int(value) * 257 for value in table.T.reshape(-1)])  # type: ignore[assignment]
        shown = table[samples[..., 0]]
    elif photometric == 0:
        shown = 255 - shown
    return tiff(strips, tags, order=order), shown


def _by_pillow(kind: str, mode: str, **how: object) -> Made:
    channels = len(mode) if mode != "P" else 3
    pixels = _samples(channels, 8)
    image = Image.fromarray(pixels[..., 0] if channels == 1 else pixels)
    if mode == "P":
        image = image.quantize(32)
        pixels = np.asarray(image.convert("RGB"))
    stream = io.BytesIO()
    image.save(stream, kind, **how)
    return stream.getvalue(), pixels


def _by_opencv(suffix: str, channels: int, depth: int) -> Made:
    pixels = _samples(channels, depth)
    order = [2, 1, 0, 3][:channels] if channels > 1 else [0]
    return bytes(cv2.imencode(suffix, pixels[..., order])[1]), pixels


def _jpeg(mode: str, turn: int = 1) -> Made:
    """Recompression is not ours to undo: what a JPEG shows is what OpenCV shows of it."""
    data, _ = _by_pillow("JPEG", mode, exif=b"Exif\0\0" + exif(turn), quality=90)
    flag = cv2.IMREAD_UNCHANGED  # which leaves it lying as it is
    shown = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    shown = shown[..., None] if shown.ndim == 2 else shown[..., ::-1]
    return data, _turned(shown, turn)


LAYOUTS: dict[str, dict[str, Any]] = {
    "big-endian": {"byteorder": ">"},
    "BigTIFF": {"bigtiff": True},
    "deflated": {"compression": "zlib"},
    "deflated, predictor": {"compression": "zlib", "predictor": 2},
    "strips": {"rowsperstrip": 5},
    "tiles": {"tile": (16, 16)},
    "planar tiles": {"tile": (16, 16), "planarconfig": "separate", "byteorder": ">"},
}

KEPT: dict[str, Callable[[], Made]] = {
    **{
        f"PNG, type {colour}, {depth} bits{', interlaced' * laced}": (
            partial(_of_png, colour, depth, interlaced=laced)
        )
        for colour, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 4: (8, 16), 6: (8, 16)}.items()
        for depth in depths
        for laced in (False, True)
    },
    **{
        f"PNG, type {colour}, {depth} bits, tRNS": partial(_of_keyed_png, colour, depth)
        for colour, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16)}.items()
        for depth in depths
    },
    **{
        f"PNG, indexed, {depth} bits{', tRNS' * seen}": (
            partial(_of_indexed_png, depth, transparent=seen)
        )
        for depth in (1, 2, 4, 8)
        for seen in (False, True)
    },
    **{
        f"PNG, {depth} bits, orientation {turn}": partial(_of_png, 2, depth, turn=turn)
        for depth in (8, 16)
        for turn in range(2, 9)
    },
    **{
        f"TIFF, {channels} channels, {depth} bits": partial(_of_tiff, channels, depth)
        for channels in (1, 2, 3, 4)
        for depth in (8, 16, 32)
    },
    **{
        f"TIFF, planar, {channels} channels, {depth} bits": (
            partial(_of_tiff, channels, depth, planarconfig="separate")
        )
        for channels in (3, 4)
        for depth in (8, 16, 32)
    },
    **{
        f"TIFF, {depth} bits, {channels} channels, orientation {turn}": (
            partial(_of_tiff, channels, depth, turn)
        )
        for channels in (1, 3)
        for depth in (8, 16)
        for turn in range(2, 9)
    },
    **{
        f"TIFF, {depth} bits, MINISWHITE{', alpha' * (channels - 1)}": (
            partial(_of_tiff, channels, depth, photometric="miniswhite")
        )
        for channels in (1, 2)
        for depth in (8, 16)
    },
    **{
        f"TIFF, {depth} bits, {layout}": partial(_of_tiff, 3, depth, **how)
        for depth in (8, 16, 32)
        for layout, how in LAYOUTS.items()
        if not (depth == 32 and "predictor" in layout)
    },
    **{
        f"TIFF, {depth} bits, {kind}": partial(_of_packed_tiff, depth, photometric)
        for depth in (1, 2, 4)
        for kind, photometric in {"MINISWHITE": 0, "MINISBLACK": 1, "indexed": 3}.items()
    },
    "TIFF, 8 bits, indexed": lambda: _of_packed_tiff(8, 3, ">"),
    "TIFF, 1 bit, the other fill order": lambda: _of_packed_tiff(1, 1, fill=2),
    **{
        f"TIFF by OpenCV (LZW), {channels} channels, {depth} bits": (
            partial(_by_opencv, ".tiff", channels, depth)
        )
        for channels in (1, 3, 4)
        for depth in (8, 16)
    },
    **{
        f"TIFF by Pillow, {mode}, {name}": (
            partial(_by_pillow, "TIFF", mode, compression=name)
        )
        for mode in ("L", "RGB", "P", "RGBA")
        for name in ("tiff_lzw", "packbits", "tiff_adobe_deflate", "zstd")
    },
    **{
        f"WebP, {mode}": partial(_by_pillow, "WEBP", mode, lossless=True, exact=True)
        for mode in ("RGB", "RGBA")
    },
    **{f"BMP, {mode}": partial(_by_pillow, "BMP", mode) for mode in ("L", "RGB", "P")},
    **{f"PPM, {mode}": partial(_by_pillow, "PPM", mode) for mode in ("L", "RGB")},
    "GIF": lambda: _by_pillow("GIF", "P"),
    **{f"JPEG, {mode}": partial(_jpeg, mode) for mode in ("L", "RGB")},
    **{f"JPEG, orientation {turn}": partial(_jpeg, "RGB", turn) for turn in range(2, 9)},
}  # fmt: skip


def _patch(channels: int) -> Patch:
    report = FitReport(True, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0)
    mask = RANDOM.integers(1, 256, (BOX.h, BOX.w)).astype(np.uint8)
    pixels = RANDOM.random((BOX.h, BOX.w, channels)).astype(np.float32)
    return Patch(BOX, pixels, mask, report)


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
@pytest.mark.parametrize("kind", KEPT)
def test_outside_the_selection_every_pixel_stays(tmp_path: Path, kind: str, suffix: str) -> None:
    data, truth = KEPT[kind]()
    path, out = tmp_path / "source", tmp_path / f"out{suffix}"
    path.write_bytes(data)
    if truth.dtype == np.float32 and suffix == ".png":
        return  # which it does not hold
    selection = Selection(BOX, np.full((BOX.h, BOX.w), 255, np.uint8))
    (saved,) = save_patches(read_source(path), [_patch(3)], out, selection)
    assert (saved.outside_changed, saved.file_outside_changed) == (0, 0)
    result = (read_png if suffix == ".png" else read_tiff)(out.read_bytes())
    assert result.dtype == truth.dtype
    assert result.shape == truth.shape
    differs = (result != truth).any(axis=2)
    inside = BOX.slices(Box(0, 0, truth.shape[1], truth.shape[0]))
    assert differs[inside].any()
    differs[inside] = False
    assert not differs.any()


def _tags(photometric: int, samples: int, bits: int = 8, **more: object) -> bytes:
    kind = more.get("kind", 1)
    data = RANDOM.integers(0, 256, H * W * samples * bits // 8).astype(np.uint8).tobytes()
    tags: dict[int, tuple[int, object]] = {
        256: (3, W), 257: (3, H), 258: (3, [bits] * samples), 259: (3, 1), 262: (3, photometric),
        277: (3, samples), 278: (3, H), 339: (3, [kind] * samples),
    }  # fmt: skip
    if "extra" in more:
        tags[338] = (3, more["extra"])
    return tiff([data], tags)


def _saved(image: Image.Image, kind: str, **how: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **how)
    return stream.getvalue()


def _frames(kind: str) -> bytes:
    images = [Image.new("RGB", (W, H), colour) for colour in ("red", "green", "blue")]
    return _saved(images[0], kind, save_all=True, append_images=images[1:])


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "associated alpha, 8 bits": (lambda: _tags(2, 4, extra=[1]), "multiplied by its transparency"),
    "associated alpha, 16": (lambda: _tags(2, 4, 16, extra=[1]), "multiplied by its transparency"),
    "grey, associated alpha": (lambda: _tags(1, 2, 16, extra=[1]), "multiplied"),
    "a nameless channel": (lambda: _tags(2, 4, extra=[0]), "does not say whether"),
    "five channels": (lambda: _tags(2, 5, extra=[2, 0]), "5 channels"),
    "Lab, 8 bits": (lambda: _tags(8, 3), "a Lab picture"),
    "Lab, 16 bits": (lambda: _tags(8, 3, 16), "a Lab picture"),
    "CMYK, 8 bits": (lambda: _tags(5, 4), "a CMYK picture"),
    "CMYK, 16 bits": (lambda: _tags(5, 4, 16), "a CMYK picture"),
    "YCbCr": (lambda: _tags(6, 3), "a YCbCr picture"),
    "32-bit whole numbers": (lambda: _tags(1, 1, 32), "32 bits of a kind"),
    "signed numbers": (lambda: _tags(1, 1, 16, kind=2), "16 bits of a kind"),
    "64-bit floating point": (lambda: _tags(2, 3, 64, kind=3), "64 bits of a kind"),
    "CMYK JPEG": (lambda: _saved(Image.new("CMYK", (W, H)), "JPEG"), "a CMYK picture"),
    "pages of a TIFF": (lambda: _frames("TIFF"), "3 pages"),
    "frames of a GIF": (lambda: _frames("GIF"), "3 frames"),
    "frames of a WebP": (lambda: _frames("WEBP"), "3 frames"),
    "frames of a PNG": (lambda: _frames("PNG"), "3 frames"),
    "PPM of 16 bits": (lambda: b"P6 2 1 65535\n" + bytes(range(12)), "more than 8 bits"),
    "not a number": (lambda: _nan(), "no numbers"),
    "1-bit PNG of 3.6 gigapixels": (lambda: _vast(), "more than can be edited"),
}  # fmt: skip


def _nan() -> bytes:
    stream = io.BytesIO()
    tifffile.imwrite(stream, np.full((H, W), np.nan, np.float32), metadata=None)
    return stream.getvalue()


def _vast(side: int = 60_000) -> bytes:
    packer = zlib.compressobj(1)
    row = bytes(1 + side // 8) * 100
    body = b"".join(packer.compress(row) for _ in range(side // 100)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_kept_exactly_is_refused_in_a_sentence(tmp_path: Path, kind: str) -> None:
    make, says = REFUSED[kind]
    (tmp_path / "source").write_bytes(make())
    with pytest.raises(BadInput, match=says) as refused:
        read_source(tmp_path / "source")
    assert refused.value.hint


def test_what_a_header_says_is_too_large_is_not_decoded(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(_vast())
    with bounded(size=100_000_000), pytest.raises(BadInput, match="Crop or scale it"):
        read_source(tmp_path / "source")


def test_a_jpeg_of_a_thousand_passes_is_refused_unseen(tmp_path: Path) -> None:
    data = _saved(Image.new("RGB", (64, 64)), "JPEG", progressive=True)
    scan = data.rindex(b"\xff\xda")
    (tmp_path / "source").write_bytes(data[:-2] + data[scan:-2] * 1000 + data[-2:])
    with pytest.raises(BadInput, match="passes"):
        read_source(tmp_path / "source")


def test_a_profile_that_leads_nowhere_is_carried_on_and_not_used(tmp_path: Path) -> None:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    name = profile.index("sRGB".encode("utf-16-be"))
    profile[name : name + 8] = "Wide".encode("utf-16-be")
    red = profile.index(b"rTRC")
    profile[red : red + 4] = b"xxxx"  # the curve of red is gone
    Image.new("RGB", (W, H)).save(tmp_path / "source.png", icc_profile=bytes(profile))
    file = read_source(tmp_path / "source.png")
    assert file.metadata.icc_profile == bytes(profile)
    assert file.source.space is None


def test_a_mask_of_another_size_is_refused_by_its_header(tmp_path: Path) -> None:
    (tmp_path / "mask.png").write_bytes(_vast())
    with bounded(size=100_000_000), pytest.raises(BadInput):
        read_mask(tmp_path / "mask.png", Size(W, H))


def test_associated_alpha_that_is_opaque_everywhere_changes_nothing(tmp_path: Path) -> None:
    pixels = _samples(4, 16)
    pixels[..., 3] = 65535
    tifffile.imwrite(
        tmp_path / "a.tiff", pixels, photometric="rgb", extrasamples=["assocalpha"], metadata=None
    )
    assert np.array_equal(read_source(tmp_path / "a.tiff").source.pixels, pixels)


@pytest.mark.parametrize("depth", [8, 16])
def test_a_mask_selects_what_is_white_however_it_is_stored(tmp_path: Path, depth: int) -> None:
    selected = np.zeros((H, W), np.uint8 if depth == 8 else np.uint16)
    selected[BOX.slices(Box(0, 0, W, H))] = np.iinfo(selected.dtype).max
    stored = np.iinfo(selected.dtype).max - selected
    tifffile.imwrite(tmp_path / "m.tiff", stored, photometric="miniswhite", metadata=None)
    selection = read_mask(tmp_path / "m.tiff", Size(W, H))
    assert selection.box == BOX
    assert (selection.values == 255).all()

"""Sources, masks, references and markup that somebody has spoilt: a picture, or words."""

from __future__ import annotations

import functools
import struct
import tempfile
import zlib
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from seamfill.errors import BadInput, SeamfillError
from seamfill.geometry import Size
from seamfill.image.reading import read_markup, read_mask, read_source
from seamfill.image.references import read_reference
from seamfill.image.writing import check_output
from tests.fuzz import clean, fuzz
from tests.picture.independent import chunks_of, tiff
from tests.picture.test_metadata import photo
from tests.picture.test_outside import KEPT, REFUSED, W
from tests.picture.test_outside import H as HEIGHT


@functools.cache
def _real() -> list[bytes]:
    """Pictures of every kind that is read or refused in words, and some that carry metadata."""
    kinds = [make()[0] for make in KEPT.values()]
    kinds += [make() for name, (make, _) in REFUSED.items() if "gigapixels" not in name]
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".png", ".jpg", ".webp", ".tif"):
            kinds.append(photo(Path(folder) / f"a{suffix}", 6).read_bytes())
        if "AVIF" in Image.registered_extensions().values():
            Image.new("RGB", (W, HEIGHT)).save(Path(folder) / "a.avif")
            kinds.append((Path(folder) / "a.avif").read_bytes())
    return kinds


_VALUES = st.one_of(
    st.binary(min_size=1, max_size=8),
    st.sampled_from([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\1", b"\xff\xff"]),
)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A real picture with some of its bytes changed, left out, repeated, or cut off."""
    data = bytearray(draw(st.sampled_from(_real())))
    near_the_head = draw(st.booleans())
    for _ in range(draw(st.integers(1, 3))):
        most = min(len(data), 400) if near_the_head else len(data)
        at = draw(st.integers(0, max(0, most - 1)))
        match draw(st.sampled_from(["byte"] * 6 + ["write"] * 2 + ["cut", "repeat", "remove"])):
            case "byte" if data:
                data[at] = draw(st.integers(0, 255))
            case "write":
                value = draw(_VALUES)
                data[at : at + len(value)] = value
            case "cut":
                del data[at:]
            case "repeat":
                data[at:at] = data[at : at + draw(st.integers(1, 64))]
            case "remove":
                del data[at : at + draw(st.integers(1, 64))]
    changed = bytes(data)
    return _with_right_checksums(changed) if draw(st.booleans()) else changed


def _with_right_checksums(data: bytes) -> bytes:
    """A PNG whose chunks a reader does not refuse for their checksums."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    at, found = 8, data[:8]
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        body = data[at + 4 : at + 8 + min(length, len(data))]
        found += struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
        at += 12 + length
    return found


def _in_a_file(data: bytes) -> Path:
    path = Path(_FOLDER.name) / "picture"
    path.write_bytes(data)
    return path


_FOLDER = tempfile.TemporaryDirectory()


def _is_words(told: object) -> bool:
    return isinstance(told, BadInput)


@fuzz("pictures")
@given(spoilt())
def test_a_spoilt_source_is_a_picture_or_is_refused_in_words(data: bytes) -> None:
    path = _in_a_file(data)
    told = clean(lambda: read_source(path))
    if isinstance(told, SeamfillError):
        assert _is_words(told)
        return
    h, w, channels = told.source.pixels.shape
    assert told.source.size == (w, h)
    assert 1 <= channels <= 4
    assert told.source.pixels.dtype in (np.uint8, np.uint16, np.float32)
    # Whatever was read can be written again, metadata and all, or that is refused in words.
    for suffix in (".png", ".jpg", ".webp", ".tiff", ".ora"):
        refused = clean(lambda end=suffix: check_output(path.with_name(f"out{end}"), told))  # type: ignore[misc]
        assert not isinstance(refused, SeamfillError) or _is_words(refused)


@fuzz("pictures")
@given(spoilt())
def test_a_spoilt_mask_selects_or_is_refused_in_words(data: bytes) -> None:
    path = _in_a_file(data)
    told = clean(lambda: read_mask(path, Size(W, HEIGHT)))
    if isinstance(told, SeamfillError):
        assert _is_words(told)
        return
    assert told.values.any()
    assert told.values.dtype == np.uint8


@fuzz("pictures")
@given(spoilt())
def test_spoilt_markup_is_a_picture_or_is_refused_in_words(data: bytes) -> None:
    path = _in_a_file(data)
    told = clean(lambda: read_markup(path, Size(W, HEIGHT)))
    if isinstance(told, SeamfillError):
        assert _is_words(told)
        return
    assert told.pixels.shape == (HEIGHT, W, 4)


@fuzz("pictures")
@given(spoilt())
def test_a_spoilt_reference_is_a_picture_or_is_refused_in_words(data: bytes) -> None:
    path = _in_a_file(data)
    told = clean(lambda: read_reference(path))
    if isinstance(told, SeamfillError):
        assert _is_words(told)
        return
    assert told[0]
    assert told[1] in ("png", "jpeg", "webp")


_TAGS = st.fixed_dictionaries(
    {
        256: st.sampled_from([1, 7, W, 65535]),
        257: st.sampled_from([1, 5, HEIGHT, 65535]),
        258: st.sampled_from([1, 2, 4, 8, 12, 16, 32, 64]),
        259: st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946, 34712, 34925, 50000, 50001]),
        262: st.integers(0, 10),
        277: st.integers(0, 6),
    },
    optional={
        266: st.integers(0, 3),
        274: st.integers(0, 9),
        278: st.sampled_from([0, 1, 8, 65535]),
        284: st.integers(0, 3),
        317: st.integers(0, 4),
        320: st.lists(st.integers(0, 65535), max_size=12),
        322: st.sampled_from([0, 1, 16, 64]),
        323: st.sampled_from([0, 1, 16, 64]),
        338: st.lists(st.integers(0, 3), min_size=1, max_size=3),
        339: st.integers(0, 7),
    },
)


@fuzz()
@given(_TAGS, st.lists(st.binary(max_size=3000), min_size=1, max_size=4), st.sampled_from("<>"))
def test_a_tiff_of_any_tags_is_a_picture_or_is_refused_in_words(
    tags: dict[int, int | list[int]], strips: list[bytes], order: str
) -> None:
    data = tiff(strips, {tag: (3, value) for tag, value in tags.items()}, order=order)
    path = _in_a_file(data)
    told = clean(lambda: read_source(path))
    assert not isinstance(told, SeamfillError) or _is_words(told)


def test_the_fuzzer_makes_pngs_that_pass_for_whole() -> None:
    data = next(each for each in _real() if each.startswith(b"\x89PNG"))
    assert chunks_of(_with_right_checksums(data)) == chunks_of(data)

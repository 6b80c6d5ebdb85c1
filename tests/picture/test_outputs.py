"""What would keep an output from being written is told before anything is paid, and a file is
replaced by a whole one or not at all."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile
from PIL import Image

from seamfill.cli import main
from seamfill.errors import BadInput
from seamfill.files.atomic import check_room
from seamfill.image.reading import read_source
from seamfill.image.writing import check_output
from tests.endpoints import Watch, endpoint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from seamfill.image.reading import SourceFile


def _photo(path: Path, size: tuple[int, int] = (96, 64), **how: object) -> SourceFile:
    noise = np.random.default_rng(0).integers(0, 256, (*size[::-1], 3)).astype(np.uint8)
    Image.fromarray(noise).save(path, **how)  # type: ignore[arg-type]
    return read_source(path)


def _fill(path: Path, link: str) -> Path:
    path.symlink_to(link)
    return path


PLACES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "no folder": (lambda home: home / "missing" / "out.png", "There is no folder"),
    "a folder": (lambda home: home, "does not end in"),
    "a folder of that name": (lambda home: _made(home / "out.png"), "is a folder"),
    "a file as folder": (lambda home: home / "photo.png" / "out.png", "There is no folder"),
    "a name too long": (lambda home: home / ("é" * 200 + ".png"), "cannot be written"),
    "a link in a circle": (lambda home: _fill(home / "ring.png", "ring.png"), "symbolic link"),
    "a link to nowhere": (lambda home: _fill(home / "to.png", "no/x.png"), "There is no folder"),
    "a pipe": (lambda home: _pipe(home / "pipe.png"), "no ordinary file"),
    "the kernel's": (lambda _home: _of("/proc/out.png"), "cannot be written"),
}


def _made(path: Path) -> Path:
    path.mkdir()
    return path


def _pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _of(path: str) -> Path:
    from pathlib import Path

    return Path(path)


@pytest.mark.skipif(sys.platform != "linux", reason="with places that Linux has")
@pytest.mark.parametrize("case", PLACES)
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    _photo(tmp_path / "photo.png")
    make, says = PLACES[case]
    output, watch = make(tmp_path), Watch()
    before = sorted(tmp_path.iterdir())
    with endpoint(watch=watch) as server:
        code = main(
            [
                *("edit", str(tmp_path / "photo.png"), "--prompt", "x", "-o", str(output)),
                *("--box", "10,10,20,20", "--base-url", server.base_url),
            ]
        )
    assert code == 2
    assert says in capsys.readouterr().err
    assert watch.forms == []
    assert sorted(tmp_path.iterdir()) == before


def test_every_numbered_file_is_looked_at(tmp_path: Path) -> None:
    source = _photo(tmp_path / "photo.png")
    (tmp_path / "out-3.png").mkdir()
    assert len(check_output(tmp_path / "out.png", source, 2)) == 2
    with pytest.raises(BadInput, match=r"out-3\.png is a folder"):
        check_output(tmp_path / "out.png", source, 3)


@pytest.mark.parametrize(
    ("suffix", "size", "says"),
    [
        (".webp", (16_384, 2), "at most 16383 pixels"),
        (".jpg", (2, 66_000), "at most 65500 pixels"),
    ],
)
def test_a_format_too_small_for_the_picture_is_refused(
    tmp_path: Path, suffix: str, size: tuple[int, int], says: str
) -> None:
    source = _photo(tmp_path / "photo.png", size)
    with pytest.raises(BadInput, match=says):
        check_output(tmp_path / f"out{suffix}", source)


def test_a_disk_too_small_for_the_result_is_told_of_before(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    check_room(tmp_path / "out.png", free // 2)
    with pytest.raises(BadInput, match="MB left"):
        check_room(tmp_path / "out.png", free * 2)


@pytest.mark.parametrize(
    ("kind", "name"), [("uint16", "a-seamfill.png"), ("float32", "a-seamfill.tiff")]
)
def test_the_file_that_nobody_named_holds_the_source_as_it_is(
    tmp_path: Path, kind: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pixels = np.ones((64, 64, 3), kind)
    tifffile.imwrite(tmp_path / "a.tiff", pixels, photometric="rgb", metadata=None)
    assert main(["edit", str(tmp_path / "a.tiff"), "--prompt", "x", "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outputs"] == [str(tmp_path / name)]


def test_exif_data_that_no_jpeg_holds_are_refused_for_one(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "é" * 70_000
    source = _photo(tmp_path / "photo.png", exif=exif)
    with pytest.raises(BadInput, match="EXIF"):
        check_output(tmp_path / "out.jpg", source)
    check_output(tmp_path / "out.png", source)


_SAVE = """
import sys
from pathlib import Path
import numpy as np
from seamfill.edits.saving import save_patches
from seamfill.fit import FitReport
from seamfill.geometry import Box
from seamfill.edits.patch import Patch
from seamfill.image.source import Selection
from seamfill.image.reading import read_source
{fault}
path = Path(sys.argv[1])
report = FitReport(True, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0)
patch = Patch(
    Box(0, 0, 8, 8), np.zeros((8, 8, 3), np.float32), np.full((8, 8), 255, np.uint8), report
)
save_patches(read_source(path), [patch], path, Selection(patch.box, patch.mask))
"""

FAULTS = {
    "a full disk": "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))",
    "killed while it writes": "import os; os.fsync = lambda _file: os.kill(os.getpid(), 9)",
    "killed before it is renamed": "import os; Path.replace = lambda *_: os.kill(os.getpid(), 9)",
}


@pytest.mark.skipif(os.name != "posix", reason="with limits and signals of POSIX")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_source_that_is_written_over_stays_whole_whatever_happens(
    tmp_path: Path, fault: str
) -> None:
    path = tmp_path / "photo.png"
    _photo(path)
    before = path.read_bytes()
    script = _SAVE.format(fault=FAULTS[fault])
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, check=False, timeout=60
    )
    assert done.returncode != 0
    assert path.read_bytes() == before
    if done.returncode > 0:
        assert b"BadInput" in done.stderr
        assert list(tmp_path.iterdir()) == [path]


def _save(path: Path, source: SourceFile) -> None:
    from seamfill.edits.patch import Patch
    from seamfill.edits.saving import save_patches
    from seamfill.fit import FitReport
    from seamfill.geometry import Box
    from seamfill.image.source import Selection

    report = FitReport(True, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0)
    pixels, mask = np.zeros((8, 8, 3), np.float32), np.full((8, 8), 255, np.uint8)
    box = Box(0, 0, 8, 8)
    save_patches(source, [Patch(box, pixels, mask, report)], path, Selection(box, mask))


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_replaced_file_hands_on_its_mode_and_a_new_one_obeys_the_umask(tmp_path: Path) -> None:
    source = _photo(tmp_path / "photo.png")
    (tmp_path / "photo.png").chmod(0o604)
    before = os.umask(0o027)
    try:
        _save(tmp_path / "photo.png", source)
        _save(tmp_path / "new.png", source)
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("photo.png", "new.png")]
    assert modes == [0o604, 0o640]


def test_a_symbolic_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    source = _photo(tmp_path / "photo.png")
    (tmp_path / "elsewhere").mkdir()
    real, link = tmp_path / "elsewhere" / "日本.png", tmp_path / "out.png"
    real.write_bytes(b"old")
    link.symlink_to(real)
    _save(link, source)
    assert link.is_symlink()
    assert real.read_bytes().startswith(b"\x89PNG")
    assert list((tmp_path / "elsewhere").iterdir()) == [real]

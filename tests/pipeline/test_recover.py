"""``seamfill recover`` where disks are full, names are taken and entries are copies."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from seamfill.cli import main
from seamfill.client import Client
from seamfill.journal.journal import Journal
from tests.endpoints import endpoint, repainted

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def entry(own_home: Path) -> Path:
    """An entry of the user's journal with two answers that nobody has used."""
    photo = np.random.default_rng(1).integers(0, 256, (80, 80, 3), np.uint8)
    with endpoint(repainted) as server:
        done = Client(base_url=server.base_url).edit(photo, box=(9, 9, 30, 30), prompt="é", n=2)
    assert done.result.entry.path.parent == own_home / "journal"
    return done.result.entry.path


def recovered(entry: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    capsys.readouterr()
    code = main(["recover", str(entry), "-o", str(folder), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_recover_overwrites_nothing(
    entry: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "é 日本"
    folder.mkdir()
    taken = folder / f"{entry.name}-1.png"
    taken.write_bytes(b"the user's own")
    (folder / f"{entry.name}-2.png").symlink_to(tmp_path / "nowhere.png")
    code, told = recovered(entry, folder, capsys)
    assert code == 0
    assert taken.read_bytes() == b"the user's own"
    assert not (tmp_path / "nowhere.png").exists()
    names = [path.rpartition("/")[2] for path in told["outputs"]]
    assert names == [f"{entry.name}-{number} (2).png" for number in (1, 2)]
    # What lies there already is not written once more.
    assert recovered(entry, folder, capsys)[1] == told
    assert len(list(folder.iterdir())) == 4


def test_recover_on_a_full_disk_is_told_and_keeps_the_answers(entry: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk."""
    limited = (
        "import resource, signal, sys; from seamfill.cli import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    folder = tmp_path / "back"
    done = subprocess.run(
        [sys.executable, "-c", limited, "recover", str(entry), "-o", str(folder)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "stays in the journal" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(folder.iterdir()) == []
    (record,) = Journal(entry.parent).recoverable()
    assert len(record.unused) == 2


def test_a_journal_that_is_a_file_is_told(
    own_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own_home / "journal").write_text("no folder")
    assert main(["recover"]) == 2
    assert "is not a folder" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["recover", str(tmp_path / "file")]) == 2
    assert main(["recover", str(tmp_path / "missing")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_recover_of_a_copy_leaves_the_copy_and_its_neighbours_alone(
    entry: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = tmp_path / "backup"
    shutil.copytree(entry, backup / entry.name)
    old = backup / "20200101-000000-00000000"
    old.mkdir()
    (old / "entry.json").write_text("{}")
    (old / "outcome.json").write_text('{"outcome": "used"}')
    before = sorted(path.relative_to(backup) for path in backup.rglob("*"))
    code, told = recovered(backup / entry.name, tmp_path / "back", capsys)
    assert (code, len(told["outputs"])) == (0, 2)
    assert sorted(path.relative_to(backup) for path in backup.rglob("*")) == before


def test_recover_during_an_edit_hides_nothing_that_comes_later(
    entry: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recovered(entry, tmp_path / "back", capsys)
    shutil.copy(entry / "answer-1-1.png", entry / "answer-2-1.png")
    (record,) = Journal(entry.parent).recoverable()
    assert record.unused == ((2, 1),)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_what_is_made_is_the_users_alone_under_any_umask(tmp_path: Path, own_home: Path) -> None:
    """Journal, what it learnt of servers, keys: 0700 and 0600; results as any program's files."""
    photo = tmp_path / "photo.png"
    from PIL import Image

    Image.linear_gradient("L").convert("RGB").save(photo)
    code = (
        "import os, sys; from seamfill.cli import main; os.umask(0o000)\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    with endpoint(repainted) as server:
        for arguments in (
            ["edit", str(photo), "--box", "9,9,30,30", "--prompt", "é", "-o",
             str(tmp_path / "out.png"), "--base-url", server.base_url],
            ["key", "set", "--endpoint", "openai", "--file"],
        ):  # fmt: skip
            subprocess.run(
                [sys.executable, "-c", code, *arguments],
                input="sk-0123456789abcdef0123\n", text=True, check=True, timeout=60,
            )  # fmt: skip
    assert (own_home / "keys.json").exists()
    for path in own_home.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path

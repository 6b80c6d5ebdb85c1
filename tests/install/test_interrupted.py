"""Installations that are killed, fail, fill the disk or meet another: what worked before works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.install.homes import PROJECT, Home

if TYPE_CHECKING:
    from pathlib import Path

KILLS = [
    (r"os.mkdir .*/environment-\d", 1),
    (r"os.rename .*/environment-\d/", 1),
    ("open .*/install-cache/.*whl.part", 1),
    ("os.rename .*/install-cache/.*/uv$", 1),
    ("run uv venv", 1),
    ("run uv pip", 1),
    ("run uv pip", 2),
    ("run seamfill", 1),
    (r"os.rmdir .*/install-cache$", 1),
    ("os.rename .*installed.json", 1),
    (r"os.mkdir .*/3.0/.seamfill-\d+$", 1),
    ("open .*/3.0/.seamfill-.*/seamfill.json", 1),
    ("exchange", 1),
    ("os.remove .*/3.0/.seamfill-.*py$", 1),
    (r"os.rmdir .*/3.0/.seamfill-\d+$", 1),
    ("exchange", 2),
    ("os.rename .*/bin/seamfill", 1),
    ("os.rename .*/environment$", 1),
    ("os.remove .*/pyvenv.cfg", 1),
    (r"os.remove .*/environment-\d+/made-by", 1),
    (r"os.rmdir .*/environment-\d+$", 1),
    ("os.remove .*install.lock", 1),
]
"""Every kind of step of an upgrade, in their order."""


def assert_works(home: Home) -> None:
    assert all(home.works(plugin) for plugin in home.plugins)
    assert home.run([str(home.command)]).returncode == 0


def assert_clean(home: Home, *further: str) -> None:
    """Nothing is there twice, and nothing half."""
    assert len(home.environments()) == 2, home.environments()  # one, and the link to it
    kept = {each.name for each in home.data.iterdir()} - set(home.environments())
    assert kept == {"installed.json", *further}
    for profile in home.profiles:
        assert [each.name for each in profile.iterdir()] == ["plug-ins"]
    assert [each.name for each in home.command.parent.iterdir()] == ["seamfill"]


def test_killed_at_each_step_of_an_upgrade_and_upgraded_then(
    small_home: Home, old: Path, new: Path, broken: Path
) -> None:
    home = small_home
    assert home.install("--yes").returncode == 0
    for number, (before, nth) in enumerate(KILLS):
        home.project = (new, old)[number % 2]
        home.killed(before, nth)
        assert_works(home)
    home.project = broken
    failed = home.install("--yes")
    assert failed.returncode == 4
    assert "Traceback" not in failed.stderr
    assert_works(home)
    home.project = new
    assert home.install("--yes").returncode == 0
    assert_works(home)
    assert_clean(home)


def test_killed_at_each_step_of_the_first_installation_and_uninstalled_then(
    small_home: Home,
) -> None:
    before = small_home.files()
    for point in ("run uv venv", "os.rename .*installed", "os.rename .*/3.2/", "os.rename .*/bin/"):
        small_home.killed(point)
    assert small_home.install("--uninstall", "--yes").returncode == 0
    made = {small_home.data.parent, small_home.command.parent}
    assert small_home.files() - before <= made


def test_killed_where_folders_cannot_be_exchanged(
    small_home: Home, new: Path, broken: Path
) -> None:
    home = small_home
    assert home.install("--yes").returncode == 0
    home.project = new
    home.variables = {"NO_EXCHANGE": "1"}
    home.killed(r"os.rename .*/3.0/.seamfill-\d+ .*/plug-ins/seamfill$")  # between its two steps
    assert not home.plugins[0].exists()
    home.project = broken
    assert home.install("--yes").returncode == 4
    assert_works(home)
    home.project = new
    assert home.install("--yes").returncode == 0
    assert_works(home)
    assert_clean(home)


def test_killed_while_pip_works_on(small_home: Home, new: Path) -> None:
    home = small_home
    assert home.install("--yes").returncode == 0
    home.project = new
    home.variables = {"KILL_THE_INSTALLER": "1"}
    home.killed("never")  # but by what pip starts, which outlives it
    home.variables = {}
    assert home.install("--yes").returncode == 0
    assert_works(home)
    assert_clean(home)


def test_two_at_once_wait_for_each_other(small_home: Home, new: Path, tmp_path: Path) -> None:
    home = small_home
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ExitStack() as running:
        first = running.enter_context(_started(home, {"WAIT_FOR": str(pipe)}))
        with pipe.open("w"):  # opens once the first one builds, and lets it go on at the end
            home.project = new
            second = running.enter_context(_started(home, {}))
            assert second.stdout
            assert "waiting" in second.stdout.readline()
        assert first.wait(300) == 0
        assert second.wait(300) == 0
    notes = [json.loads((each / "made-by-seamfill.json").read_text()) for each in home.plugins]
    assert [each["version"] for each in notes] == ["2.0", "2.0"]
    assert_works(home)
    assert_clean(home)


def _started(home: Home, variables: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        home.command_line("--yes"), env=home.env | variables, stdout=subprocess.PIPE, text=True
    )


FULL = """
import json, os, subprocess, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.install.homes import Home
folder, old, new = (Path(each) for each in sys.argv[2:])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], check=True)
home = Home(folder, old)
def free():
    return os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
assert home.install("--yes").returncode == 0
size = sum(512 * each.lstat().st_blocks for each in (home.data / "environment-1").rglob("*"))
home.project = new
for spare in (0, size // 2, size + 200_000):  # nothing, half an environment, half a plug-in
    (folder / "filler").write_bytes(bytes(max(0, free() - spare)))
    done = home.install("--yes")
    works = [home.works(plugin) for plugin in home.plugins]
    (folder / "filler").unlink()
    print(json.dumps([done.returncode, done.stderr, works, home.environments()]))
print(json.dumps([home.install("--yes").returncode, "", [home.works(home.plugins[0])], []]))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_leaves_the_old_one(tmp_path: Path, old: Path, new: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    own_mounts = ["unshare", "--mount", "--propagation", "private"]
    done = subprocess.run(
        [*own_mounts, sys.executable, "-c", FULL, *map(str, (PROJECT, disk, old, new))],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *full, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(full) == 3
    for code, said, works, environments in full:
        assert code == 4
        assert said.startswith("install.py: ")
        assert "Traceback" not in said
        assert works == [True, True]
        assert "environment" in environments
    assert last[0] == 0
    assert last[2] == [True]


def test_an_environment_that_cannot_be_made_leaves_the_old_one(
    small_home: Home, broken: Path
) -> None:
    assert small_home.install("--yes").returncode == 0
    small_home.project = broken
    done = small_home.install("--yes")
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert_works(small_home)
    # What was fetched waits for the next try, and the log says why this one failed.
    assert_clean(small_home, "install-cache", "install.log")
    log = small_home.data / "install.log"
    assert f"The log is {log}" in done.stderr
    assert "broken" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o077 == 0

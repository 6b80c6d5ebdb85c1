"""What the machine and its user may be like: old Pythons, odd paths, masks, encodings."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import vermin

from tests.install.homes import PROJECT, Home, small_project

SCRIPT = PROJECT / "install.py"


def old_pythons() -> list[str]:
    """Pythons older than Seamfill needs that are on this machine, if any."""
    names = [f"python{version}" for version in ("2", "2.7", "3.6", "3.7", "3.8", "3.9", "3.10")]
    found = [str(path) for name in names if (path := shutil.which(name))]
    found += [str(path) for path in Path.home().glob(".pyenv/versions/*/bin/python")]
    probe = "import sys; sys.exit(sys.version_info >= (3, 11))"
    return [
        each
        for each in found
        if subprocess.run([each, "-c", probe], capture_output=True, check=False).returncode == 0
    ]


def test_a_python_of_any_age_can_read_install_py() -> None:
    source = SCRIPT.read_bytes().decode("ascii")
    ast.parse(source, feature_version=(3, 4))
    assert vermin.visit(source).minimum_versions() == [(2, 0), (3, 0)]


def test_an_old_python_says_so() -> None:
    for python in old_pythons():
        done = subprocess.run(
            [python, str(SCRIPT), "--yes"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2, done.stderr
        assert "needs Python 3.11 or newer" in done.stderr
        assert "Traceback" not in done.stderr


def test_the_age_is_the_one_that_the_package_asks_for() -> None:
    assert 'requires-python = ">=3.11"' in (PROJECT / "pyproject.toml").read_text()
    assert "OLDEST = (3, 11)" in SCRIPT.read_text()


def test_a_tilde_is_a_home(small_home: Home) -> None:
    small_home.variables = {"SEAMFILL_HOME": "~/x"}
    done = small_home.install("--dry-run")
    assert f"{small_home.folder}/x/environment-1" in done.stdout
    small_home.variables = {"SEAMFILL_HOME": "~nobody-of-this-name/x"}
    done = small_home.install("--dry-run")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["ein Heim", "日本 “é” — 🙂 שלום"])
def test_any_home(tmp_path: Path, name: str) -> None:
    project = small_project(tmp_path / name / "the source", "1.0")
    home = Home(tmp_path / name / "home", project)
    home.variables = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    for arguments in (["--yes"], ["--yes"]):
        done = home.install(*arguments)
        assert done.returncode == 0, done.stderr
    assert all(home.works(plugin) for plugin in home.plugins)
    assert home.run([str(home.command)]).returncode == 0
    assert home.install("--uninstall", "--yes").returncode == 0
    assert not home.data.exists()


def test_nobody_else_may_write_whatever_the_mask(tmp_path: Path) -> None:
    project = small_project(tmp_path / "project", "1.0")
    for path in (project, *project.rglob("*")):
        path.chmod(0o777)
    home = Home(tmp_path / "home", project)
    before = home.files()
    home.umask = 0
    assert home.install("--yes").returncode == 0
    made = [path for path in home.files() - before if not path.is_symlink()]
    assert made
    assert [path for path in made if path.stat().st_mode & 0o022] == []
    assert home.data.stat().st_mode & 0o777 == 0o700


def test_a_mask_that_lets_nobody_in_does_not_keep_the_user_out(small_home: Home) -> None:
    small_home.umask = 0o077
    assert small_home.install("--yes").returncode == 0
    assert all(small_home.works(plugin) for plugin in small_home.plugins)
    assert all(os.access(plugin / "seamfill.py", os.X_OK) for plugin in small_home.plugins)


def test_a_data_folder_that_others_may_write_is_closed(small_home: Home) -> None:
    (small_home.data / "journal").mkdir(parents=True)
    small_home.data.chmod(0o777)
    assert small_home.install("--yes").returncode == 0
    assert small_home.data.stat().st_mode & 0o022 == 0


def test_variables_of_other_pythons_lead_nowhere(small_home: Home, tmp_path: Path) -> None:
    small_home.variables = {"PIP_USER": "1", "PIP_TARGET": str(tmp_path / "elsewhere")}
    (tmp_path / "pip.py").write_text("raise SystemExit(9)")
    small_home.variables["PYTHONPATH"] = str(tmp_path)
    done = small_home.install("--yes")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "elsewhere").exists()


def test_what_the_system_refuses_is_one_sentence(small_home: Home) -> None:
    small_home.data.parent.mkdir(parents=True)
    small_home.data.symlink_to("nowhere/at/all")
    done = small_home.install("--yes")
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith(f"install.py: {small_home.data}: ")
    small_home.data.unlink()
    small_home.data.touch()
    done = small_home.install("--yes")
    assert done.returncode == 2
    assert f"{small_home.data} is no folder" in done.stderr


def test_a_profile_that_cannot_be_written_is_one_sentence(small_home: Home) -> None:
    folder = small_home.plugins[1].parent
    shutil.rmtree(folder)
    folder.write_text("a file, for some reason")
    done = small_home.install("--yes")
    assert done.returncode == 4
    assert done.stderr.startswith(f"install.py: {folder}: ")
    assert "Traceback" not in done.stderr
    assert folder.read_text() == "a file, for some reason"
    assert small_home.works(small_home.plugins[0])
    assert [each.name for each in small_home.profiles[1].iterdir()] == ["plug-ins"]


def test_an_open_question_is_no_yes(small_home: Home) -> None:
    import pty

    main, other = pty.openpty()
    with subprocess.Popen(
        small_home.command_line(),
        stdin=other,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=small_home.env,
    ) as process:
        os.close(other)
        os.write(main, b"n\n")
        process.communicate(timeout=120)
    os.close(main)
    assert process.returncode == 130
    assert not small_home.data.exists()

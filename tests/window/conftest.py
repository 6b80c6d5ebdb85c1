"""GIMP 3.0 and 3.2 with windows, each on a virtual screen of its own."""

from __future__ import annotations

import json
import select
import shutil
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from skimage import data

from tests.real_gimp import PROJECT, InstalledGimp, install

if TYPE_CHECKING:
    from collections.abc import Iterator

SCREEN = (1366, 768)
"""The smallest that laptops still have."""
GIMPRC = "(color-profile-policy keep)\n(check-updates no)\n(show-welcome-dialog no)\n"
SCHEMES = {"3.0": "light", "3.2": "dark"}
"""In which colours which GIMP is shown."""


class Session:
    """A virtual screen with a GIMP on it, for one test after the other.

    Parameters
    ----------
    gimp : InstalledGimp
    scale : int
        How many pixels, across and down, the screen has for each of GTK's.
    language : str
        Of GIMP, as its translations are named; empty for English.
    """

    def __init__(self, gimp: InstalledGimp, scale: int = 1, language: str = "") -> None:
        screen = "x".join(str(side * scale) for side in SCREEN)
        command = ["inside/desktop.sh", screen, "python3", "-m", "inside.session"]
        env = {**gimp.env, "GDK_SCALE": str(scale), **gimp.speaking(language)}
        self._log = gimp.home / "session.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                gimp.system.command(command, home=gimp.home, env=env),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def run(self, script: str, given: dict[str, Any], timeout: float) -> str:
        """Run a script of the folder ``inside``; what went wrong in it, or nothing."""
        assert self._process.stdin
        assert self._process.stdout
        line = json.dumps({"script": script, "given": given}) + "\n"
        self._process.stdin.write(line.encode())
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], timeout)[0]:
            return f"{script} did not end within {timeout} s"
        answer = self._process.stdout.readline()
        return json.loads(answer) if answer else self._log.read_text(errors="replace")[-3000:]

    def close(self) -> None:
        """End GIMP and all that belongs to the screen."""
        self._process.kill()
        self._process.communicate()


class Desktop:
    """Runs scripts that drive GIMP's windows."""

    def __init__(self, gimp: InstalledGimp) -> None:
        self.gimp = gimp
        self._shared: Session | None = None

    @property
    def pictures(self) -> Path:
        """Where pictures of the screen are kept."""
        return PROJECT / "test-artifacts" / f"gimp-{self.gimp.version}"

    @property
    def scheme(self) -> str:
        """The colours in which this GIMP is shown."""
        return SCHEMES[self.gimp.version]

    def run(
        self, script: str, timeout: float = 180, scale: int = 1, language: str = "", **given: Any
    ) -> Any:
        """Run a script of the folder ``inside``; what it leaves in ``result.json``.

        GIMP has no values of former runs for the dialogs to begin with. It is one and the same
        for all scripts, but for those that want another `scale` or `language`, see `Session`.
        """
        given["language"] = language or "en"
        if scale != 1 or language:
            with closing(Session(self.gimp, scale, language)) as own:
                return self._run(own, script, timeout, given)
        if self._shared is None:
            self._shared = Session(self.gimp)
        try:
            return self._run(self._shared, script, timeout, given)
        except AssertionError:
            self.close()
            raise

    def close(self) -> None:
        """End the GIMP that the scripts share."""
        if self._shared is not None:
            self._shared.close()
            self._shared = None

    def _run(self, session: Session, script: str, timeout: float, given: dict[str, Any]) -> Any:
        gimp = self.gimp
        result = gimp.home / "result.json"
        result.unlink(missing_ok=True)
        shutil.rmtree(gimp.profile / "plug-in-settings", ignore_errors=True)
        (gimp.profile / "seamfill-windows.json").unlink(missing_ok=True)
        gimp.system.give(gimp.home)
        wrong = session.run(script, {"scheme": self.scheme, **given}, timeout)
        self._keep_pictures()
        log = gimp.home / "gimp.log"
        said = log.read_text(errors="replace")[-3000:] if log.exists() else ""
        assert not wrong, f"{wrong}\n{said}"
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
        shutil.copytree(gimp.home / "inside" / "afresh", gimp.profile / "plug-ins" / "afresh")
        with (gimp.profile / "gimprc").open("a", encoding="utf-8") as gimprc:
            gimprc.write(f"{GIMPRC}(theme-color-scheme {SCHEMES[version]})\n")
        Image.fromarray(data.astronaut()).save(gimp.home / "photo.png")
        with closing(Desktop(gimp)) as desktop:
            yield desktop


@pytest.fixture(scope="session", params=["3.0", "3.2"])
def desktop(request: pytest.FixtureRequest) -> Iterator[Desktop]:
    with installed_desktop(request.param) as desktop:
        yield desktop


@pytest.fixture(scope="session")
def gimp(desktop: Desktop) -> InstalledGimp:
    return desktop.gimp


@pytest.fixture
def stored_keys(desktop: Desktop) -> Iterator[Path]:
    """The file that holds keys where no keyring does; without any afterwards."""
    file = desktop.gimp.home / ".local" / "share" / "seamfill" / "keys.json"
    file.unlink(missing_ok=True)
    yield file
    file.unlink(missing_ok=True)

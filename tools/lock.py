"""Write what the set-up pins: ``python3 -m tools.lock``.

``gimp_plugin/setup/requirements.txt`` gets every package that the core needs, with one version and
the hashes of all its files, for every platform and Python that Seamfill runs on; and
``gimp_plugin/setup/pinned.json`` the newest uv, with name, hash and size of its wheel for each
platform. The user's own package index is asked.
"""

from __future__ import annotations

import json
import tempfile
import urllib.request
from dataclasses import replace
from pathlib import Path

from gimp_plugin.setup.children import checked, clean_environment
from gimp_plugin.setup.indexes import user_indexes
from gimp_plugin.setup.making import LOCKED
from gimp_plugin.setup.uv import PINNED, fetch_uv
from tools.private_gimp import cache_folder

PROJECT = Path(__file__).resolve().parent.parent

_PLATFORMS = {
    "linux-x86_64": "manylinux_2_17_x86_64.manylinux2014_x86_64",
    "linux-arm64": "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
    "macos-x86_64": "macosx_10_12_x86_64",
    "macos-arm64": "macosx_11_0_arm64",
    "windows-x86_64": "win_amd64",
}
"""Platforms, and how uv's wheels for them are tagged."""

_MEGABYTES = {"packages": 260, "python": 120}
"""Room on the disk: of the packages as measured on Linux, of a Python at most."""


def main() -> None:
    """Write both."""
    _pin_uv()
    with tempfile.TemporaryDirectory() as work:
        uv = fetch_uv(cache_folder() / "uv", user_indexes(), lambda _: None)
        wanted = [*("--universal", "--python-version", "3.11"), "--generate-hashes"]
        plain = ["--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
        command = ["pip", "compile", *wanted, *plain, "--index-strategy", "unsafe-best-match"]
        written = Path(work) / "requirements.txt"
        checked(
            [str(uv), *command, "--output-file", str(written), str(PROJECT / "pyproject.toml")],
            # An index that has some of a version's files alone would give some of its hashes.
            {**clean_environment(), **replace(user_indexes(), extra=()).for_uv()},
        )
        LOCKED.write_bytes(written.read_bytes())
    print(f"Wrote {LOCKED} and {PINNED}.")


def _pin_uv() -> None:
    index = user_indexes().index.rstrip("/")
    accept = {"Accept": "application/vnd.pypi.simple.v1+json"}
    asked = urllib.request.Request(f"{index}/uv/", headers=accept)  # noqa: S310
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
        page = json.load(answer)
    plain = [each for each in page["versions"] if each.replace(".", "").isdigit()]
    version = max(plain, key=lambda each: [int(part) for part in each.split(".")])
    files = {each["filename"]: each for each in page["files"]}
    wheels = {}
    for platform, tag in _PLATFORMS.items():
        name = f"uv-{version}-py3-none-{tag}.whl"
        wheels[platform] = {
            "file": name,
            "sha256": files[name]["hashes"]["sha256"],
            "size": files[name]["size"],
        }
    pinned = {"uv": version, "wheels": wheels, "megabytes": _MEGABYTES}
    PINNED.write_text(json.dumps(pinned, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

"""A server of one's own needs nothing but GIMP to be set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.loopback import Endpoint

if TYPE_CHECKING:
    from pathlib import Path

    from tests.window.conftest import Desktop

pytestmark = pytest.mark.window

NAME, KEY = "Büro 日本", "sk-of-the-office-1234"
BY_HAND = "# é, by hand\n"


def test_a_server_is_set_up_used_and_removed_inside_gimp(
    desktop: Desktop, endpoint: Endpoint, stored_keys: Path
) -> None:
    catalogue = desktop.gimp.home / ".config" / "seamfill" / "catalog.toml"
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    catalogue.write_text(BY_HAND, "utf-8")
    desktop.gimp.system.give(catalogue.parent)
    with Endpoint(models=("gpt-image-2", "gpt-4o")) as server:
        found = desktop.run("steps_servers", name=NAME, place=server.base_url, key=KEY)
    catalogue.unlink()
    for step in ("refused", "tried", "listed", "price", "filled"):
        assert found[step], step
    assert found["catalogue"].startswith(BY_HAND)
    assert KEY not in found["catalogue"]
    assert found["removed"] == BY_HAND
    assert not endpoint.received
    [request] = server.received
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.fields["model"] == "gpt-image-2"
    assert request.fields["prompt"] == "é 日本"

"""Keys: found where they are, kept where only the user can read, shown nowhere."""

from __future__ import annotations

import copy
import errno
import itertools
import os
import pickle
import stat
import subprocess
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import keyring
import keyring.backend
import keyring.errors
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamfill.api import EditRequest
from seamfill.client import Client
from seamfill.edits.recipe import recipe
from seamfill.endpoints import load_catalog
from seamfill.endpoints.keys import Key, delete, find, store, stored
from seamfill.endpoints.resolve import default_endpoint, resolve
from seamfill.errors import BadInput, BadKey, KeyringRefused
from seamfill.journal.journal import Journal
from seamfill.journal.recording import Recording
from seamfill.transport.models import check_key
from tests.wire import faults
from tests.wire.harness import KEY, Wire
from tests.wire.test_download import leads

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENAI = load_catalog(Path("none")).endpoints["openai"]


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring as an operating system has it, but forgotten at the end."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.held.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before, ring = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


class LockedKeyring(MemoryKeyring):
    """A keyring whose owner does not unlock it when asked."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked("Failed to unlock the collection!")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.KeyringLocked("Failed to unlock the collection!")

    def delete_password(self, service: str, username: str) -> None:
        raise keyring.errors.KeyringLocked("Failed to unlock the collection!")


@pytest.fixture
def no_ring() -> Iterator[None]:
    import keyring.backends.fail

    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    yield
    keyring.set_keyring(before)


def found(name: str = "openai", **env: str) -> str | None:
    key = find(load_catalog().endpoints[name], env)
    return key.reveal() if key else None


def test_a_key_is_kept_in_the_keyring(ring: MemoryKeyring, home: Path) -> None:
    assert found() is None
    assert store("openai", f" {KEY}\n") == "keyring"
    assert found() == KEY
    assert all(KEY not in path.read_text() for path in home.rglob("*") if path.is_file())
    assert stored() == {"openai"}
    assert delete("openai")
    assert found() is None
    assert ring.held == {}
    assert not delete("openai")


@pytest.mark.usefixtures("no_ring")
def test_without_a_keyring_a_file_holds_it_that_only_the_user_can_read(home: Path) -> None:
    assert store("gateway", KEY) == "file"
    assert store("openai", "sk-other") == "file"
    assert found("gateway") == KEY
    path = home / "keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert delete("gateway")
    assert KEY not in path.read_text()
    assert found("openai") == "sk-other"


def test_a_keyring_that_stays_locked_is_an_error_and_never_a_plain_file(
    ring: MemoryKeyring, home: Path
) -> None:
    store("gateway", "sk-earlier")
    keyring.set_keyring(LockedKeyring())
    with pytest.raises(KeyringRefused, match=r"stayed locked.*--endpoint openai --file"):
        store("openai", KEY)
    assert stored() == {"gateway"}
    assert all(KEY not in path.read_text() for path in home.rglob("*") if path.is_file())
    with pytest.raises(KeyringRefused, match="did not hand it over"):
        found("gateway")
    with pytest.raises(KeyringRefused, match="did not let go"):
        delete("gateway")
    assert stored() == {"gateway"}
    assert store("openai", KEY, "file") == "file"
    assert found() == KEY


@pytest.mark.usefixtures("no_ring")
def test_the_keyring_is_not_replaced_where_it_alone_is_wanted(home: Path) -> None:
    with pytest.raises(KeyringRefused, match="has no keyring"):
        store("openai", KEY, "keyring")
    with pytest.raises(BadInput, match="are not kept in"):
        store("openai", KEY, "cloud")  # type: ignore[arg-type]
    assert not home.exists()


def test_no_key_is_lost_when_several_processes_store_theirs_at_once(home: Path) -> None:
    """Each waits at the gate, so that all of them read and write in the same moment."""
    script = (
        "import sys\n"
        "from seamfill.endpoints import keys\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "for number in range(20):\n"
        "    keys.store(f'{sys.argv[1]}-{number}', 'sk-many', 'file')\n"
    )
    many = [
        subprocess.Popen(
            [sys.executable, "-c", script, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True,
        )
        for name in "abcd"
    ]  # fmt: skip
    for each in many:
        assert each.stdout is not None
        each.stdout.readline()
    for each in many:
        each.communicate("go\n", timeout=60)
        assert each.returncode == 0
    assert stored() == {f"{name}-{number}" for name in "abcd" for number in range(20)}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_a_stored_key_is_the_users_alone_under_any_umask(home: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        store("openai", KEY, "file")
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (home, *home.iterdir())}
    assert modes.pop(home.name) == 0o700
    assert modes["keys.json"] == 0o600
    assert all(mode & 0o077 == 0 for mode in modes.values())


def test_keys_that_cannot_be_written_leave_those_that_are_there(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store("openai", KEY, "file")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInput, match="No space left"):
        store("gateway", "sk-other", "file")
    assert found() == KEY
    assert sorted(path.name for path in home.iterdir()) == ["keys.json", "keys.lock"]


@pytest.mark.parametrize(
    "text",
    ["[]", "5", "{", '{"openai": 5}', '{"openai": {"place": "file"}}', "[" * 100_000, "\xff"],
)
def test_a_list_of_keys_that_is_odd_is_an_error_in_words(home: Path, text: str) -> None:
    home.mkdir(parents=True)
    (home / "keys.json").write_text(text, "latin-1")
    for call in (found, stored, lambda: store("gateway", KEY, "file")):
        with pytest.raises(BadInput, match=r"keys\.json cannot be read.*Move that file away"):
            call()
    assert (home / "keys.json").read_text("latin-1") == text


def test_the_environment_comes_first(ring: MemoryKeyring) -> None:
    store("openai", "sk-stored")
    assert found(OPENAI_API_KEY="sk-environment") == "sk-environment"
    assert found(OPENAI_API_KEY="  ") == "sk-stored"


def test_a_stored_key_makes_its_endpoint_the_default(ring: MemoryKeyring) -> None:
    catalog = load_catalog()
    assert default_endpoint(catalog, {}) == "offline"
    store("azure", KEY)
    assert default_endpoint(catalog, {}) == "azure"


@pytest.mark.parametrize("text", ["", "  ", "sk-a b", "sk-ä", "sk-\x07"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        Key(text)
    assert not text.strip() or text not in str(caught.value)


def test_a_key_does_not_show_itself() -> None:
    key = Key(KEY)
    for text in (repr(key), str(key), f"{key}", f"{[key]}", f"{vars(OPENAI)}"):
        assert KEY not in text
    for copying in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            copying(key)


def test_a_crash_does_not_show_the_key(wire: Wire) -> None:
    """Not even with the local variables that some crash reporters print."""
    script = (
        "import os, traceback\n"
        "from seamfill.endpoints import resolve\n"
        "from seamfill.api import EditRequest\n"
        "target = resolve.resolve(EditRequest(endpoint='openai'))\n"
        "def fail(target):\n"
        "    key = target.key\n"
        "    raise RuntimeError(f'{target} {key!r}')\n"
        "try:\n"
        "    fail(target)\n"
        "except RuntimeError as error:\n"
        "    print(''.join(traceback.TracebackException.from_exception(\n"
        "        error, capture_locals=True).format()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        env={"OPENAI_API_KEY": KEY, "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert "target = Target(" in done.stdout
    assert KEY not in done.stdout + done.stderr


@pytest.mark.parametrize("fault", ["refused", "reset", "stall"])
def test_a_crash_report_of_a_failed_request_does_not_show_the_key(wire: Wire, fault: str) -> None:
    target = wire.target(EditRequest(prompt="x", retries=0, timeout=0.2))
    if fault == "refused":
        target = replace(target, base_url="http://127.0.0.1:9")
    wire.script.behaviours = [
        faults.after_body(faults.reset) if fault == "reset" else faults.stalls()
    ]
    error = wire.edit(target=target).error
    assert error is not None
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    told = "".join(report.format())
    assert "target = Target(" in told
    assert KEY not in told


def test_a_key_is_tried_for_nothing(wire: Wire) -> None:
    target = wire.target(EditRequest())
    place = f"127.0.0.1:{wire.server.server_address[1]}"
    assert check_key(target) == f"{place} accepts the key; it lists 3 models."
    assert wire.script.edits == 0
    wire.script.on_fetch = lambda handler: handler.send_json(
        401, {"error": {"message": f"Incorrect API key {KEY}", "code": "invalid_api_key"}}
    )
    with pytest.raises(BadKey) as caught:
        check_key(target)
    assert KEY not in str(caught.value)


def test_without_a_key_nothing_is_sent_where_one_is_needed(wire: Wire) -> None:
    target = wire.target(EditRequest(prompt="x", endpoint="openai"), key=None)
    outcome = wire.edit(target=target)
    assert "wants a key, and there is none" in str(outcome.error)
    assert "OPENAI_API_KEY" in str(outcome.error)
    assert (wire.script.edits, outcome.events) == (0, [])
    assert outcome.error is not None
    assert outcome.error.code == "bad_key"


def test_a_key_does_not_travel_openly(wire: Wire) -> None:
    request = EditRequest(endpoint="compatible", base_url="http://gateway.example/v1")
    with pytest.raises(BadInput, match=r"without encryption.*allow_http = true"):
        resolve(request, env={"OPENAI_API_KEY": KEY})
    assert resolve(request, env={}).key is None
    for host in ("127.0.0.1", "localhost", "[::1]"):
        near = EditRequest(endpoint="compatible", base_url=f"http://{host}:8000")
        assert resolve(near, env={"OPENAI_API_KEY": KEY}).key is not None


@pytest.mark.parametrize("name", ["openai", "azure", "litellm", "sd-cpp", "compatible"])
def test_a_key_given_outright_does_not_travel_openly_either(name: str, tmp_path: Path) -> None:
    where = "http://gateway.example/v1"
    client = Client(api_key=KEY, prompt="x", endpoint=name, base_url=where, model="gpt-image-1")
    picture = np.zeros((256, 256, 3), np.uint8)
    if load_catalog().endpoints[name].auth == "none":
        assert client.plan(picture, box=(64, 64, 99, 99)).target.key is None
        return
    with pytest.raises(BadInput, match="without encryption"):
        client.plan(picture, box=(64, 64, 99, 99))


def test_a_key_is_not_sent_openly_however_it_came_into_the_target(wire: Wire) -> None:
    target = wire.target(EditRequest(prompt="x", retries=0))
    outcome = wire.edit(target=replace(target, base_url="http://192.0.2.1/v1"))
    assert "without encryption" in str(outcome.error)
    outcome = wire.edit(target=replace(target, endpoint=replace(target.endpoint, auth="none")))
    assert outcome.error is None
    assert all(KEY not in str(headers) for headers in wire.script.headers)


def test_a_name_for_this_machine_that_leads_elsewhere_gets_nothing(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads(monkeypatch, images_localhost="192.0.2.1")
    connected: list[object] = []
    monkeypatch.setattr("urllib3.util.connection.create_connection", connected.append)
    outcome = wire.edit(EditRequest(prompt="x", base_url="http://images.localhost/v1", retries=0))
    assert isinstance(outcome.error, BadInput)
    assert "192.0.2.1, which is not this machine, so nothing was sent" in str(outcome.error)
    assert connected == []


def test_no_part_of_a_client_shows_the_key(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    client = Client(api_key=KEY, prompt="x", base_url=wire.server.base_url, model="gpt-image-2")
    plan = client.plan(np.zeros((256, 256, 3), np.uint8), box=(64, 64, 99, 99))
    assert plan.target.key is not None
    for thing in (client, plan, plan.target, plan.target.key, client._api_key):
        held = [getattr(thing, name, "") for name in dir(thing)]
        assert KEY not in f"{thing!r} {getattr(thing, '__dict__', '')} {held}"
        with pytest.raises(TypeError):
            pickle.dumps(thing)
    monkeypatch.setattr("http.client.HTTPConnection.debuglevel", 1)
    assert wire.edit(target=plan.target).error is None
    assert wire.script.headers[0]["authorization"] == f"Bearer {KEY}"
    told = capfd.readouterr()
    assert KEY not in told.out + told.err


def test_secrets_in_an_address_stay_out_of_the_journal(wire: Wire, tmp_path: Path) -> None:
    target = wire.target(EditRequest(prompt="x"))
    query = (("key", KEY), ("api-version", "2026-01-01"))
    outcome = wire.edit(target=replace(target, endpoint=replace(target.endpoint, query=query)))
    (request,) = outcome.entry.path.glob("request-*.http")
    assert b"key=[hidden]&api-version=2026-01-01 HTTP" in request.read_bytes()
    assert KEY.encode() not in request.read_bytes()
    base_url = f"https://gateway.example/v1?token={KEY}"
    assert KEY not in str(recipe(EditRequest(prompt="x", base_url=base_url)))


def test_the_user_can_allow_it_for_an_endpoint(home: Path) -> None:
    home.mkdir(parents=True)
    (home / "catalog.toml").write_text("[endpoints.compatible]\nallow_http = true\n")
    request = EditRequest(endpoint="compatible", base_url="http://gateway.example/v1")
    assert resolve(request, env={"OPENAI_API_KEY": KEY}).key is not None


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ("bearer", "authorization", f"Bearer {KEY}"),
        ("api-key", "api-key", KEY),
        ("x-key", "x-key", KEY),
        ("plain", "authorization", KEY),
    ],
)
def test_each_endpoint_gets_the_key_in_its_own_header(
    wire: Wire, auth: str, header: str, value: str
) -> None:
    target = wire.target(EditRequest(prompt="x"))
    target = replace(target, endpoint=replace(target.endpoint, auth=auth))  # type: ignore[arg-type]
    assert wire.edit(target=target).error is None
    assert wire.script.headers[0][header] == value


@given(
    st.lists(st.sampled_from([KEY, KEY[:7], KEY[5:], KEY[:1], "data", "[key]"]), max_size=8),
    st.lists(st.integers(0, 200), max_size=10),
)
def test_a_key_that_the_endpoint_repeats_stays_out_of_the_journal(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], cuts: list[int]
) -> None:
    entry = Journal(tmp_path_factory.getbasetemp() / "recordings").begin({})
    recording = Recording(entry, "reply-1.1.http", Key(KEY))
    recording.head(200, {"set-cookie": "session=1", "x-seen": KEY})
    body = "".join(words).encode()
    places = sorted({0, len(body), *(min(cut, len(body)) for cut in cuts)})
    for start, stop in itertools.pairwise(places):
        recording.chunk(body[start:stop])
    recording.close()
    kept = (entry.path / "reply-1.1.http").read_bytes()
    assert kept.endswith(b"\r\n\r\n" + body.replace(KEY.encode(), b"[key]"))
    assert KEY.encode() not in kept
    assert b"set-cookie" not in kept

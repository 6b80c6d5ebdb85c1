"""``seamfill edit`` as its users run it: real files, a real server, exit codes and JSON."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import skimage.data
from PIL import Image

from seamfill.image.reading import read_source
from seamfill.image.writing import encode_picture
from tests.endpoints import Watch, echo, endpoint, repainted

if TYPE_CHECKING:
    from seamfill.image.arrays import Pixels

BOX = (60, 80, 120, 90)
INSIDE = (slice(80, 170), slice(60, 180))


Done = subprocess.CompletedProcess[str]


def seamfill(*arguments: object, env: dict[str, str] | None = None) -> Done:
    return subprocess.run(
        [sys.executable, "-m", "seamfill", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **(env or {})},
    )


def _photo(kind: str) -> Pixels:
    photo: Pixels = skimage.data.astronaut()[40:424, 20:404]
    match kind:
        case "grey":
            return photo[..., :1]
        case "RGBA":
            alpha = np.full(photo.shape[:2], 255, np.uint8)
            alpha[:30] = np.arange(384) % 256
            return np.dstack([photo, alpha])
        case "16-bit":
            noise = np.random.default_rng(0).integers(0, 257, photo.shape)
            return (photo.astype(np.uint16) * 256 + noise.astype(np.uint16) % 256).astype(np.uint16)
        case _:
            return photo


def _save(pixels: Pixels, path: Path) -> Path:
    path.write_bytes(encode_picture(pixels, path.suffix))
    return path


def _mask(path: Path, size: tuple[int, int] = (384, 384)) -> Path:
    mask = np.zeros(size[::-1], np.uint8)
    mask[INSIDE] = 255
    Image.fromarray(mask).save(path)
    return path


@pytest.mark.parametrize("kind", ["RGB", "RGBA", "grey", "16-bit"])
def test_outside_the_selection_nothing_changes_whatever_the_endpoint_answers(
    tmp_path: Path, kind: str
) -> None:
    source = _save(_photo(kind), tmp_path / "photo.png")
    with endpoint(repainted) as server:
        done = seamfill(
            *("edit", source, "--mask", _mask(tmp_path / "mask.png"), "--prompt", "x"),
            *("-o", tmp_path / "out.png", "--json", "--base-url", server.base_url),
        )
    assert done.returncode == 0, done.stderr
    before = read_source(source).source.pixels
    after = read_source(tmp_path / "out.png").source.pixels
    assert after.dtype == before.dtype
    assert after.shape == before.shape
    changed = (before != after).any(axis=2)
    assert changed[INSIDE].any()
    changed[INSIDE] = False
    assert not changed.any()


@pytest.mark.parametrize("kind", ["RGB", "RGBA", "grey"])
def test_an_echo_comes_back_to_the_bit(tmp_path: Path, kind: str) -> None:
    pixels = np.repeat(np.repeat(_photo(kind), 3, axis=0), 3, axis=1)  # room for a 1:1 upload
    source = _save(pixels, tmp_path / "photo.png")
    with endpoint(echo) as server:
        done = seamfill(
            *("edit", source, "--box", "300,300,200,200", "--prompt", "x"),
            *("-o", tmp_path / "out.png", "--base-url", server.base_url, "--json"),
        )
    upload = json.loads(done.stdout)["plan"]["uploads"][0]
    assert upload["region"][2:] == upload["size"]
    assert np.array_equal(read_source(tmp_path / "out.png").source.pixels, pixels)


def test_the_object_on_stdout_is_what_the_contract_says(tmp_path: Path) -> None:
    source = _save(_photo("RGB"), tmp_path / "photo.png")
    with endpoint() as server:
        done = seamfill(
            *("edit", source, "--box", "60,80,120,90", "--prompt", "x", "--n", "2"),
            *("-o", tmp_path / "out.png", "--base-url", server.base_url, "--json"),
        )
    told = json.loads(done.stdout)
    assert [Path(path).name for path in told["outputs"]] == ["out-1.png", "out-2.png"]
    assert all(Path(path).exists() for path in told["outputs"])
    assert set(told["plan"]) == {"uploads", "cost_usd"}
    assert len(told["fit"]) == 2
    for fit in told["fit"]:
        assert fit["outside_changed"] == 0
        wanted = {"registered", "scale", "dx", "dy", "agreement", "seam_before", "seam_after"}
        assert wanted <= set(fit)
    assert told["usage"]
    assert len(told["request_ids"]) == 1
    assert (Path(told["journal"]) / "answer-1-2.png").exists()
    assert "Waiting for the model" in done.stderr


def test_a_dry_run_tells_the_plan_and_sends_nothing(tmp_path: Path) -> None:
    source, watch = _save(_photo("RGB"), tmp_path / "photo.png"), Watch()
    with endpoint(watch=watch) as server:
        done = seamfill(
            *("edit", source, "--prompt", "x", "--base-url", server.base_url, "--dry-run"),
            *("--json", "-o", tmp_path / "out.png"),
        )
    told = json.loads(done.stdout)
    assert set(told) == {"outputs", "plan"}
    assert told["outputs"] == [str(tmp_path / "out.png")]
    assert not watch.forms
    assert not (tmp_path / "out.png").exists()


def test_a_dry_run_says_what_is_not_sent(tmp_path: Path) -> None:
    source = _save(_photo("RGB"), tmp_path / "photo.png")
    asked = ("edit", source, "--prompt", "x", "--base-url", "https://gateway.example",
             "--endpoint", "gateway", "--model", "gpt-image-1-all", "--dry-run")  # fmt: skip
    assert "No mask is sent" in seamfill(*asked).stdout
    done = seamfill(*asked, "--json")
    assert "No mask is sent" in done.stderr
    assert set(json.loads(done.stdout)) == {"outputs", "plan"}


def test_a_large_selection_is_sent_in_tiles_or_scaled_down_as_the_user_likes(
    tmp_path: Path,
) -> None:
    source = tmp_path / "large.png"
    Image.new("RGB", (2600, 2400), "grey").save(source)
    plans = []
    for how in ([], ["--no-tiles"]):
        done = seamfill(
            *("edit", source, "--box", "100,100,2400,2200", "--prompt", "x", "--dry-run", "--json"),
            *("--endpoint", "openai", "--model", "gpt-image-1.5", *how),
        )
        plans.append(json.loads(done.stdout)["plan"])
    tiles, one = (plan["uploads"] for plan in plans)
    assert all(upload["region"][2:] == upload["size"] for upload in tiles)
    [upload] = one
    x, y, w, h = upload["region"]
    assert (x <= 100, y <= 100, x + w >= 2500, y + h >= 2300) == (True,) * 4
    assert upload["size"][0] < w
    assert plans[0]["cost_usd"] > plans[1]["cost_usd"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["missing.png", "--prompt", "x"], "no file"),
        (["photo.png", "--prompt", "x", "-o", "out.gif"], "format"),
        (["photo.png", "--prompt", "x", "--box", "900,900,10,10"], "outside the picture"),
        (["photo.png", "--prompt", "x", "--box", "1,2"], "not a box"),
        (["photo.png", "--prompt", "x", "--size", "big"], "not a size"),
        (["photo.png", "--prompt", "x", "--endpoint", "nowhere"], "nowhere"),
        (["photo.png", "--prompt", "x", "--n", "0"], "n is 0"),
        (["photo.png", "--prompt", "x", "--reference", "long" * 99], "is not there"),
        (["photo.png", "--prompt", "x", "--box", f"1,1,{10**20},9"], "beyond every picture"),
    ],
)
def test_bad_input_is_refused_before_anything_is_sent(
    tmp_path: Path, arguments: list[str], says: str
) -> None:
    _save(_photo("RGB"), tmp_path / "photo.png")
    arguments = [
        str(tmp_path / part) if part.endswith((".png", ".gif")) else part for part in arguments
    ]
    watch = Watch()
    with endpoint(watch=watch) as server:
        done = seamfill("edit", *arguments, "--json", env={"OPENAI_BASE_URL": server.base_url})
    error = json.loads(done.stdout)["error"]
    assert done.returncode == 2
    assert says in error["message"]
    assert error["code"] == "bad_input"
    assert not watch.forms
    assert "Traceback" not in done.stderr


KEY = "sk-secret-0123456789"


@pytest.mark.parametrize(
    ("status", "error", "code", "exit_code"),
    [
        (401, {"code": "invalid_api_key", "message": f"Incorrect API key: {KEY}"}, "bad_key", 3),
        (429, {"code": "insufficient_quota", "message": "quota"}, "quota_exceeded", 3),
        (400, {"code": "moderation_blocked", "message": "rejected"}, "moderated", 3),
        (500, {"message": "oops"}, "perhaps_paid", 4),
    ],
)
def test_an_endpoints_no_has_a_code_words_and_no_key(
    tmp_path: Path, status: int, error: dict[str, str], code: str, exit_code: int
) -> None:
    source = _save(_photo("RGB"), tmp_path / "photo.png")
    watch = Watch(refuse=(status, {"error": error}))
    with endpoint(watch=watch) as server:
        done = seamfill(
            *("edit", source, "--prompt", "x", "--json", "-o", tmp_path / "out.png"),
            *("--base-url", server.base_url, "--retries", "0", "--endpoint", "openai"),
            env={"OPENAI_API_KEY": KEY},
        )
    told = json.loads(done.stdout)["error"]
    assert (done.returncode, told["code"]) == (exit_code, code)
    assert told["hint"]
    assert KEY not in done.stdout + done.stderr
    assert not (tmp_path / "out.png").exists()


def test_an_endpoint_that_is_not_there_is_told_apart(tmp_path: Path) -> None:
    source = _save(_photo("RGB"), tmp_path / "photo.png")
    with endpoint() as server:
        gone = server.base_url
    done = seamfill(
        *("edit", source, "--prompt", "x", "--json", "--base-url", gone, "--retries", "0"),
        *("-o", tmp_path / "out.png"),
    )
    assert done.returncode == 4
    assert json.loads(done.stdout)["error"]["code"] == "not_reached"


def test_an_answer_that_is_no_picture_is_told_apart_and_kept(tmp_path: Path) -> None:
    source = _save(_photo("RGB"), tmp_path / "photo.png")
    watch = Watch(refuse=(200, {"created": 1, "data": [{"b64_json": "aGVsbG8gd29ybGQ="}]}))
    with endpoint(watch=watch) as server:
        done = seamfill(
            *("edit", source, "--prompt", "x", "--json", "--base-url", server.base_url),
            *("-o", tmp_path / "out.png"),
        )
    assert done.returncode == 5
    assert json.loads(done.stdout)["error"]["code"] == "answer_unusable"
    replies = list(Path(os.environ["SEAMFILL_HOME"]).glob("journal/*/reply-*.http"))
    assert any(b"aGVsbG8gd29ybGQ=" in reply.read_bytes() for reply in replies)


def test_ctrl_c_ends_an_edit_that_waits(tmp_path: Path) -> None:
    source = _save(_photo("RGB"), tmp_path / "photo.png")
    watch = Watch(hold=threading.Event())
    with endpoint(watch=watch) as server:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "seamfill", "edit", str(source), "--prompt", "x", "--json"),
                *("--base-url", server.base_url, "-o", str(tmp_path / "out.png")),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert watch.arrived.wait(30)
        process.send_signal(signal.SIGINT)
        stdout, _stderr = process.communicate(timeout=20)
        assert watch.hold is not None
        watch.hold.set()
    assert process.returncode == 130
    assert json.loads(stdout)["error"]["code"] == "cancelled"


def test_layers_go_into_an_openraster_file(tmp_path: Path) -> None:
    import zipfile

    source = _save(_photo("RGB"), tmp_path / "photo.png")
    with endpoint(repainted) as server:
        seamfill(
            *("edit", source, "--box", "60,80,120,90", "--prompt", "x"),
            *("--base-url", server.base_url, "-o", tmp_path / "out.ora"),
        )
    with zipfile.ZipFile(tmp_path / "out.ora") as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.read("mimetype") == b"image/openraster"
        assert b"data/patch.png" in archive.read("stack.xml")
        (tmp_path / "merged.png").write_bytes(archive.read("mergedimage.png"))
        (tmp_path / "original.png").write_bytes(archive.read("data/original.png"))
    merged, original = (read_source(tmp_path / f"{name}.png") for name in ("merged", "original"))
    assert np.array_equal(original.source.pixels, _photo("RGB"))
    assert not np.array_equal(merged.source.pixels, original.source.pixels)


def _entries() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(seamfill("recover", "--json").stdout)["entries"]
    return entries


def test_an_answer_that_was_not_used_is_recovered_and_one_that_was_is_not_offered(
    tmp_path: Path,
) -> None:
    source = _save(_photo("RGB"), tmp_path / "photo.png")
    folder = tmp_path / "results"
    folder.mkdir()

    def vanishing(image: Pixels, hole: Pixels, seed: int) -> Pixels:
        folder.rmdir()
        return repainted(image, hole, seed)

    with endpoint(vanishing) as server:
        done = seamfill(
            *("edit", source, "--box", "60,80,120,90", "--prompt", "blue"),
            *("--base-url", server.base_url, "-o", folder / "out.png"),
        )
    assert done.returncode == 2
    assert "recover" in done.stderr
    entries = _entries()
    assert [entry["request"]["prompt"] for entry in entries] == ["blue"]
    restored = seamfill("recover", entries[0]["journal"], "-o", tmp_path / "back", "--json")
    (answer,) = json.loads(restored.stdout)["outputs"]
    assert np.asarray(Image.open(answer)).shape[2] in (3, 4)
    assert _entries() == []


def test_a_refit_asks_nobody_and_changes_the_edge(tmp_path: Path) -> None:
    source, watch = _save(_photo("RGB"), tmp_path / "photo.png"), Watch()
    with endpoint(repainted, watch) as server:
        done = seamfill(
            *("edit", source, "--box", "60,80,120,90", "--prompt", "x", "--json"),
            *("--base-url", server.base_url, "-o", tmp_path / "out.png"),
        )
        entry = json.loads(done.stdout)["journal"]
        for edge in (0, 30):
            refitted = seamfill("refit", entry, "--edge", edge, "-o", tmp_path / f"{edge}.png")
            assert refitted.returncode == 0, refitted.stderr
    assert len(watch.forms) == 1
    before = _photo("RGB").astype(int)
    hard, soft = (
        np.abs(read_source(tmp_path / f"{edge}.png").source.pixels.astype(int) - before)
        for edge in (0, 30)
    )
    assert not hard[:80].any()
    assert not soft[:80].any()
    assert hard[82:86, 70:170].mean() > 2 * soft[82:86, 70:170].mean()


def test_a_batch_does_what_it_can_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    _save(_photo("RGB"), tmp_path / "photo.png")
    jobs: list[dict[str, Any]] = [
        {"source": "photo.png", "output": "one.png", "box": [60, 80, 120, 90]},
        {"source": "missing.png", "output": "two.png"},
        {"source": "photo.png", "output": "three.png", "box": "0,0,50,50", "prompt": "own"},
    ]
    for job in jobs:
        for name in ("source", "output"):
            job[name] = str(tmp_path / job[name])
    (tmp_path / "jobs.jsonl").write_text("\n".join(json.dumps(job) for job in jobs))
    watch = Watch()
    with endpoint(watch=watch) as server:
        arguments = ("batch", tmp_path / "jobs.jsonl", "--prompt", "x", "--parallel", "2")
        first = seamfill(*arguments, "--base-url", server.base_url)
        again = seamfill(*arguments, "--base-url", server.base_url)
    told = [json.loads(line) for line in first.stdout.splitlines()]
    assert {outcome["line"]: "error" in outcome for outcome in told} == {
        1: False,
        2: True,
        3: False,
    }
    assert first.returncode == 2
    assert sorted(form.value("prompt") for form in watch.forms) == ["own", "x"]
    skipped = [json.loads(line).get("skipped") for line in again.stdout.splitlines()]
    assert skipped == [True, None, True]

"""Texts in the scripts of the world: prompts and paths, to the endpoint and out of the journal."""

from __future__ import annotations

import json
from pathlib import Path

from seamfill.image.reading import read_source
from tests.endpoints import Watch, echo, endpoint
from tests.pipeline.test_command import _entries, _mask, _photo, _save, seamfill
from tests.pipeline.test_worker import Talk, _edit, talk
from tests.tongues import TEXTS

__all__ = ["talk"]

PROMPT = " / ".join(TEXTS)


def test_texts_of_the_world_go_the_whole_way(tmp_path: Path, own_home: Path) -> None:
    assert not own_home.name.isascii()
    folder = tmp_path / TEXTS[0]
    folder.mkdir()
    source = _save(_photo("RGB"), folder / f"{TEXTS[1]}.png")
    mask, output = _mask(folder / f"{TEXTS[2]}.png"), folder / f"{TEXTS[4]}.png"
    reference = _save(_photo("RGB"), folder / f"{TEXTS[6]}.png")
    watch = Watch()
    with endpoint(echo, watch) as server:
        done = seamfill(
            *("edit", source, "--mask", mask, "--prompt", PROMPT, "--reference", reference),
            *("-o", output, "--json", "--base-url", server.base_url, "--model", "gpt-image-1"),
        )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["outputs"] == [str(output)]
    assert Path(told["journal"]).is_relative_to(own_home)
    assert [dict(form.fields)["prompt"] for form in watch.forms] == [PROMPT]
    assert read_source(output).source.pixels.shape == (384, 384, 3)

    refitted = folder / f"{TEXTS[5]}.png"
    done = seamfill("refit", told["journal"], "--edge", 3, "-o", refitted)
    assert done.returncode == 0, done.stderr
    assert read_source(refitted).source.pixels.shape == (384, 384, 3)


def test_an_answer_is_recovered_by_its_prompt_in_any_script(talk: Talk, tmp_path: Path) -> None:
    """By the plug-in's worker, which was never told that the answer is used, and by a shell."""
    folder = tmp_path / TEXTS[7]
    folder.mkdir()
    with endpoint(echo) as server:
        asked = _edit(talk, folder, server.base_url, options={"prompt": PROMPT})
        result = talk.ask("edit", **asked)["result"]
    assert result["recipe"]["prompt"] == PROMPT
    [told] = talk.ask("entries")["result"]["entries"]
    assert told["prompt"] == PROMPT
    again = talk.ask("refit", journal=told["journal"], directory=str(folder))["result"]
    assert again["recipe"]["prompt"] == PROMPT
    assert Path(again["patches"][0]["pixels"]).is_file()
    [entry] = _entries()
    assert entry["request"]["prompt"] == PROMPT
    done = seamfill("recover", entry["journal"], "-o", tmp_path / TEXTS[4], "--json")
    [output] = json.loads(done.stdout)["outputs"]
    assert Path(output).parent == tmp_path / TEXTS[4]
    assert Path(output).is_file()

"""Generative Fill as a user does it: menu, prompt, Generate, undo, and a refusal."""

import json
import time

from .desktop import (
    HOME,
    Gimp,
    close,
    find,
    key,
    labels,
    press,
    screenshot,
    text_of,
    wait_for,
    window,
    write,
)

PROMPT = json.loads((HOME / "given.json").read_text())["prompt"]
result: dict[str, object] = {}
gimp = Gimp(str(HOME / "photo.png"))
try:
    gimp.menu("Select", "All")
    began = time.monotonic()
    gimp.menu("Filters", "Seamfill", "Generative Fill…")
    dialog = window("Generative Fill")
    result["seconds to dialog"] = time.monotonic() - began
    write(find(dialog, "text", "Prompt"), PROMPT)
    wait_for(lambda: "Cost" in str(labels(dialog)), 10, "the plan")
    screenshot("generative-fill")
    result["labels"] = labels(dialog)
    time.sleep(0.5)  # in which the dialog would ask again, if it did
    asked = [json.loads(line) for line in (HOME / "asked.jsonl").read_text().splitlines()]
    result["plans before the edit"] = sum(each["method"] == "plan" for each in asked)
    press(find(dialog, "button", "Generate"))
    result["layer"] = wait_for(lambda: gimp.layer(PROMPT), 10, "the layer") is not None
    close("Generative Fill")
    kept = next(HOME.glob(".config/GIMP/3.*/seamfill-prompts.json"))
    result["remembered"] = json.loads(kept.read_text("utf-8"))["prompts"]
    result["title"] = gimp.title()
    time.sleep(0.5)
    screenshot("new-layer")
    gimp.focus()
    key("ctrl+z")
    wait_for(lambda: not gimp.layer(PROMPT), 10, "undo")
    result["title after undo"] = gimp.title()
    key("ctrl+y")
    wait_for(lambda: gimp.layer(PROMPT), 10, "redo")
    result["title after redo"] = gimp.title()
    gimp.menu("Filters", "Seamfill", "Generative Fill…")
    dialog = window("Generative Fill")
    result["proposed again"] = text_of(find(dialog, "text", "Prompt"))
    close("Generative Fill")
finally:
    screenshot("generative-fill-end")
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))

"""Arguments as options, what can be chosen, and plans in words."""

from __future__ import annotations

from importlib import import_module
from typing import Any

options: Any = import_module("edits.options")
choices: Any = import_module("worker.choices")
messages: Any = import_module("worker.messages")
words: Any = import_module("edits.words")
spending: Any = import_module("edits.spending")


class Config(dict[str, Any]):
    """Arguments of a procedure."""

    def get_property(self, name: str) -> Any:
        return self.get(name)


def test_arguments_that_say_nothing_are_left_to_be_chosen() -> None:
    said = Config(prompt="“é” 日本 🚪", count=3, tiles=False, edge=0.0, grow=-1, size="auto")
    told = options.options_of(Config({**said, "references": [], "output-compression": -1}))
    assert told == {"prompt": "“é” 日本 🚪", "n": 3, "tiles": False, "edge": 0.0}


def model(name: str, **more: Any) -> Any:
    return choices.NO_MODEL._replace(name=name, title=name.title(), **more)


def described() -> Any:
    models = (model("one", sizes=("auto", "64x64")), model("two", reads_prompt=False))
    endpoint = choices.NO_ENDPOINT._replace(
        name="é", title="É & 日本", default_model="two", models=models
    )
    return messages.Description("1", "é", (), (endpoint,))


def test_empty_names_stand_for_the_default_ones() -> None:
    found = choices.Choices(described())
    assert found.endpoints() == [("é", "É & 日本")]
    assert found.endpoint("").name == "é"
    assert found.models("") == [("one", "One"), ("two", "Two")]
    assert not found.model("", "").reads_prompt
    assert choices.with_automatic(found.model("é", "one").sizes) == ["auto", "64x64"]


def test_before_anything_is_known_nothing_is_ruled_out() -> None:
    nothing = choices.Choices()
    assert nothing.endpoints() == nothing.models("") == []
    assert nothing.model("", "").reads_prompt
    assert nothing.model("", "").max_n > 1


def plan(**more: Any) -> Any:
    box = messages.Box(0, 0, 300, 200)
    upload = messages.PlannedUpload(box, box.size)
    return messages.PlanAnswer("1", (upload,), box, 0.0, ())._replace(**more)


def test_a_plan_in_words_says_size_and_cost() -> None:
    nothing = spending.Spent()
    same = words.of_plan(plan(), nothing)
    assert same == ["Sends 300\u00a0×\u00a0200 pixels as they are.", "Cost: free."]
    upload = messages.PlannedUpload(messages.Box(0, 0, 300, 200), messages.Size(1536, 1024))
    scaled = words.of_plan(plan(uploads=(upload,), cost_usd=0.0421), nothing, "layer")
    assert scaled == [
        "Nothing is selected: the whole layer is edited.",
        "Sends 300\u00a0×\u00a0200 pixels, scaled to 1536\u00a0×\u00a01024.",
        "Cost: about $0.042.",
    ]
    several = plan(uploads=(upload, upload), cost_usd=None, problems=("“é” is not sent.",))
    spent = spending.Spent(0.5, True, 1.25)
    assert words.of_plan(several, spent) == [
        "Sent in 2 parts, one after the other.",
        "Cost: not known for this model.",
        "Last edit: $0.50.",
        "This session: $1.25.",
        "“é” is not sent.",
    ]

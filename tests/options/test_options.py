"""Every option is said once: what is made from the fields agrees with them everywhere."""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from seamfill.cli.parser import make_parser
from seamfill.endpoints import Model
from seamfill.errors import BadInput
from seamfill.offline.checks import CHOICES
from seamfill.options import REFIT, EditRequest, FitOptions, options_of
from seamfill.options.reading import check_bounds, fit_options_from, request_from
from seamfill.worker.describe import describe
from tools.options import ALL, ARGUMENTS, GENERATED, PROJECT

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.options import Option

REQUEST = {option.name: option for option in options_of(EditRequest)}


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_what_is_made_from_the_options_is_current(path: Path) -> None:
    content = GENERATED[path]()
    assert path.read_text("utf-8") == content, "write it anew: python3 -m tools.options"


@pytest.mark.parametrize("option", ALL.values(), ids=lambda option: option.name)
def test_an_option_says_all_that_is_to_be_said(option: Option) -> None:
    assert option.about.endswith(".")
    assert option.about[0].isupper()
    assert (option.least is None) == (option.largest is None)
    assert option.type in ("int", "float") or option.least is None
    assert option.type == "bool" or not option.off
    assert option.off or option.default is not True  # what --no-name does
    if option.choices and option.default is not None:
        assert option.default in option.choices


def test_help_shows_what_each_option_does() -> None:
    for kind in (EditRequest, FitOptions):
        for option in options_of(kind):
            assert f"\n    {option.name} : " in (kind.__doc__ or "")
            assert option.about in (kind.__doc__ or "")


def _written(option: Option) -> tuple[list[str], Any]:
    """How an option is written in the shell, and the value that is meant."""
    if option.type == "bool":
        return [option.shell_flag], not option.default
    if option.type.startswith("tuple"):
        return [option.shell_flag, "é.png", option.shell_flag, "日本.png"], ["é.png", "日本.png"]
    if option.choices:
        return [option.shell_flag, option.choices[-1]], option.choices[-1]
    if option.type in ("int", "float"):
        return [option.shell_flag, f"{option.largest:.0f}"], option.largest
    return [option.shell_flag, "“é” 日本 🚪"], "“é” 日本 🚪"


@pytest.mark.parametrize("option", REQUEST.values(), ids=lambda option: option.name)
@pytest.mark.parametrize("command", ["edit", "batch"])
def test_the_shell_takes_every_option_and_leaves_out_what_is_not_said(
    command: str, option: Option
) -> None:
    written, meant = _written(option)
    needed = ["--prompt", "x"] if option.name != "prompt" else []
    told = vars(make_parser().parse_args([command, "a", *needed, *written]))
    assert told[option.name] == meant
    others = REQUEST.keys() - {option.name, "prompt"}
    assert {told[other] for other in others} == {None}
    request_from({option.name: meant})  # of the type that the field has


def test_a_refit_takes_the_same_options_in_the_shell_and_by_name() -> None:
    for option in REFIT:
        written, meant = _written(option)
        told = vars(make_parser().parse_args(["refit", "entry", "-o", "b.png", *written]))
        assert told[option.name] == meant
        by_name = fit_options_from({each.name: told[each.name] for each in REFIT})
        assert by_name != FitOptions()


@pytest.mark.parametrize("name", [n for n, option in REQUEST.items() if option.largest is not None])
def test_bounds_hold_whatever_the_model_and_are_named(name: str) -> None:
    option = REQUEST[name]
    assert option.least is not None
    assert option.largest is not None
    whole = option.type == "int"
    for edge in (option.least, option.largest):
        check_bounds(request_from({name: int(edge) if whole else edge}))
    for beyond in (option.least - 1, option.largest + 1):
        with pytest.raises(BadInput, match=rf"{name} is -?\d.*to {option.largest:.0f}\."):
            request_from({name: int(beyond) if whole else beyond})


@pytest.mark.parametrize("name", ["prompt", "n", "edge", "stream", "references", "markup"])
def test_a_value_of_another_type_is_refused_by_name(name: str) -> None:
    wrongs: tuple[object, ...] = ({}, 1 + 1j, "\ud800" if name in ("prompt",) else b"\0")
    for wrong in wrongs:
        with pytest.raises(BadInput, match=f"“{name}”"):
            request_from({name: wrong})


def test_models_say_of_each_option_what_they_take() -> None:
    listed = {option.values_of for option in REQUEST.values() if option.values_of}
    assert listed <= {field.name for field in dataclasses.fields(Model)}
    told = [model for each in describe().endpoints for model in each.models]
    assert told
    for model in told:
        assert listed <= model._asdict().keys()


def test_every_choice_of_an_option_is_one_of_the_real_interface() -> None:
    for option in REQUEST.values():
        assert set(option.choices) <= CHOICES.get(option.name, set(option.choices))


def test_gimp_labels_only_options_and_narrows_their_bounds() -> None:
    tree = ast.parse((PROJECT / "gimp_plugin/commands/arguments.py").read_text("utf-8"))
    by_argument = {
        ARGUMENTS.get(name, name.replace("_", "-")): option for name, option in ALL.items()
    }
    found = 0
    for node in ast.walk(tree):
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values, strict=True):
            if not (isinstance(value, ast.Call) and getattr(value.func, "id", "") == "Label"):
                continue
            argument = ast.literal_eval(key) if key else ""
            found += 1
            if argument == "source":  # of which only GIMP knows
                continue
            option = by_argument[argument]
            for keyword in value.keywords:
                number = ast.literal_eval(keyword.value)
                assert keyword.arg in ("default", "largest")
                assert (option.least or 0) <= number <= (option.largest or 0)
    assert found > 15


def test_words_that_nobody_can_mean_are_refused() -> None:
    assert fit_options_from({"texture": "off", "texture_seed": 7}).texture_seed == 7
    assert fit_options_from({"fit": False}).texture == "off"
    with pytest.raises(BadInput, match="texture is “é”; it has to be auto or off"):
        request_from({"texture": "é"})

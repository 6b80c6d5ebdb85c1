"""What users of the library read about it agrees with what it takes."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

import seamfill
from seamfill.client import Prepared
from tests.house.rooms import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ARRAYS = re.compile(r"\b(Pixels|FloatPixels|SelectionMap|NDArray)\b")


def face() -> Iterator[tuple[str, Any]]:
    """Every public class and function, with the public methods of the classes."""
    names = {name: getattr(seamfill, name) for name in seamfill.__all__ if name != "__version__"}
    for name, thing in (names | {"Prepared": Prepared}).items():
        yield name, thing
        if inspect.isclass(thing):
            for member, value in vars(thing).items():
                if not member.startswith("_") and (inspect.isfunction(value) or is_method(value)):
                    yield f"{name}.{member}", getattr(thing, member)


def is_method(value: object) -> bool:
    return isinstance(value, classmethod | staticmethod | property)


def sections(docstring: str) -> dict[str, list[str]]:
    """The sections of a docstring by their titles, in numpydoc's form."""
    found: dict[str, list[str]] = {"": []}
    body = found[""]
    lines = inspect.cleandoc(docstring).split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.strip() and re.fullmatch("-{3,}", following.strip()):
            body = found.setdefault(line.strip(), [])
        elif not re.fullmatch("-{3,}", line.strip()):
            body.append(line)
    return found


def told(body: list[str]) -> dict[str, str]:
    """The names that a section is about, each with its type and what is said of it."""
    entries: dict[str, str] = {}
    names: list[str] = []
    for line in body:
        if line and not line.startswith(" "):
            names = [name.strip().lstrip("*") for name in line.partition(" : ")[0].split(",")]
        for name in names:
            entries[name] = f"{entries.get(name, '')}\n{line}"
    return entries


def raised(function: Callable[..., Any]) -> Iterator[type[Exception]]:
    """The errors of Seamfill that a function raises itself."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            called = node.exc.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            error = getattr(seamfill, name, None)
            if error is not None:
                yield error


def troubles(thing: Any) -> Iterator[str]:
    """What a docstring lacks, or says although it is not so."""
    docstring = thing.__doc__ or ""
    if not docstring.strip():
        yield "says nothing"
    if isinstance(thing, property):
        return
    if inspect.isclass(thing) and issubclass(thing, Exception) and "__init__" not in vars(thing):
        return  # as its base
    parts = sections(docstring)
    signature = inspect.signature(thing)
    taken = {name: each for name, each in signature.parameters.items() if name != "self"}
    described = told(parts.get("Parameters", []))
    for name in taken.keys() ^ described.keys():
        yield f"{name}: {'is not described' if name in taken else 'is no parameter'}"
    for name in taken.keys() & described.keys():
        head = described[name].split("\n")[1]
        typed = " : " in head or taken[name].kind is inspect.Parameter.VAR_KEYWORD
        if not typed and "See `" not in described[name]:
            yield f"{name}: has no type"
        arrays = ARRAYS.search(str(taken[name].annotation))
        if arrays and " : " in head and "shape" not in described[name]:
            yield f"{name}: has no shape"
        if taken[name].default is None and " : " in head and not re.search("optional|None", head):
            yield f"{name}: is optional"
    if inspect.isclass(thing):
        return
    if (signature.return_annotation not in ("None", None)) != ("Returns" in parts):
        yield "says nothing of what it returns, or of what it does not"
    caught = told(parts.get("Raises", []))
    for error in raised(thing):
        if not any(base.__name__ in caught for base in error.__mro__):
            yield f"{error.__name__}: is raised and not told"


@pytest.mark.parametrize(("name", "thing"), [pytest.param(*each, id=each[0]) for each in face()])
def test_a_docstring_agrees_with_what_it_describes(name: str, thing: Any) -> None:
    assert list(troubles(thing)) == [], name


def _sample(pixels: seamfill.Source, n: int | None = None) -> int:
    """Say little.

    Parameters
    ----------
    pixels : Pixels
    m : int
    """
    raise seamfill.BadInput(f"{pixels}{n}")


def test_what_a_docstring_lacks_is_found() -> None:
    assert set(troubles(_sample)) == {
        "n: is not described",
        "m: is no parameter",
        "says nothing of what it returns, or of what it does not",
        "BadInput: is raised and not told",
    }


def functions_of_rooms() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Each function that a module of the core offers to others."""
    for path in sorted((PROJECT / "core").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        offered = next(
            (
                ast.literal_eval(node.value)
                for node in tree.body
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
            ),
            (),
        )
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name in offered:
                yield f"{path.relative_to(PROJECT)}: {node.name}", node


def test_what_rooms_offer_each_other_describes_its_parameters() -> None:
    found, checked = [], 0
    for name, node in functions_of_rooms():
        given = node.args
        taken = {each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
        taken |= {each.arg for each in (given.vararg, given.kwarg) if each is not None}
        described = told(sections(ast.get_docstring(node) or "").get("Parameters", [])).keys()
        checked += 1
        if described != taken and (described or len(taken) > 1):
            found.append(f"{name}: {', '.join(sorted(described ^ taken))}")
    assert checked > 200
    assert found == []

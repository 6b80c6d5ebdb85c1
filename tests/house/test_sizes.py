"""Files and functions are small enough to be read at once."""

from __future__ import annotations

import ast
import io
import tokenize
from typing import TYPE_CHECKING

import pytest

from tests.house.rooms import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_FILE = 400  # lines
LONGEST_FUNCTION = 50  # lines of code: without docstrings, comments and what is empty
PRODUCT = ("core", "gimp_plugin", "installer", "tools")
_NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    tokenize.ENDMARKER,
}


def lines_of_code(source: str) -> set[int]:
    """The numbers of the lines that hold code."""
    told = {
        number
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    code = {
        number
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in _NO_CODE
        for number in range(token.start[0], token.end[0] + 1)
    }
    return code - told


def long_functions(source: str) -> Iterator[str]:
    """Each function that is too long."""
    code = lines_of_code(source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            own = code.intersection(range(node.lineno, (node.end_lineno or 0) + 1))
            if len(own) > LONGEST_FUNCTION:
                yield f"{node.name} has {len(own)} lines of code"


@pytest.mark.parametrize("folder", PRODUCT)
def test_files_and_functions_are_short(folder: str) -> None:
    troubles = []
    paths = list((PROJECT / folder).rglob("*.py"))
    assert paths
    for path in paths:
        source = path.read_text("utf-8")
        lines = source.count("\n")
        name = path.relative_to(PROJECT)
        troubles += [f"{name} has {lines} lines"] if lines > LONGEST_FILE else []
        troubles += [f"{name}: {trouble}" for trouble in long_functions(source)]
    assert troubles == []


def test_what_is_no_code_does_not_count() -> None:
    told = '    """' + "é\n" * 60 + '    """\n' + "    # 日本\n\n" * 60
    body = "    x = 1\n" * 49
    assert list(long_functions(f"def f():\n{told}{body}")) == []
    assert list(long_functions(f"def f():\n{told}{body}    y = 2\n")) == ["f has 51 lines of code"]

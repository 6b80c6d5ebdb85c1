"""Runs the steps of one test after the other on one screen, as their names come on standard input.

A line is JSON: the module's name and what it is given. What is answered is one line each: nothing
where the steps went through, else what went wrong.
"""

import json
import runpy
import sys
import traceback

from . import desktop

answers, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    asked = json.loads(line)
    (desktop.HOME / "given.json").write_text(json.dumps(asked["given"]))
    said = ""
    try:
        runpy.run_module(f"{__package__}.{asked['script']}", run_name="steps")
    except BaseException:
        said = traceback.format_exc()
        desktop.end()
    print(json.dumps(said), file=answers, flush=True)

"""The preview of a picture that is as many pixels wide as the preview is on a fine screen."""

import json

from .desktop import HOME, Gimp, button, labels, no_window, picture_of, press, wait_for, window

gimp = Gimp(str(HOME / "checks.png"))
try:
    gimp.menu("Filters", "Seamfill", "Generative Fill…")
    dialog = window("Generative Fill")
    wait_for(lambda: "Cost" in str(labels(dialog)), 20, "the plan")
    picture_of("Generative Fill", "fine")
    result = labels(dialog)
    press(button(dialog, "Cancel"))
    no_window("Generative Fill")
finally:
    gimp.close()
(HOME / "result.json").write_text(json.dumps(result))

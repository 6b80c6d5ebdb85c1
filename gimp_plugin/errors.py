"""What can go wrong on GIMP's side, and what the worker reports."""

__all__ = ["Cancelled", "Problem", "WorkerLost"]


class Problem(Exception):
    """Something to tell the user.

    Parameters
    ----------
    message : str
        What happened.
    hint : str
        What to do next.
    code : str
        The name in the core's error tree, where the worker reported it.
    advice : str
        What helps, by the core's name for it; the code when left out.
    details : str
        More, as the worker said it, for whoever is asked for help.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        code: str = "bad_input",
        advice: str = "",
        details: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code
        self.advice = advice or code
        self.details = details

    def __str__(self) -> str:
        """Message and hint as one text."""
        return f"{self.message} {self.hint}".strip()


class WorkerLost(Problem):
    """The worker did not start, or ended before it answered."""


class Cancelled(Exception):
    """The user cancelled."""

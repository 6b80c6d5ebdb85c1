"""What the dialog can offer, from the worker's answer to ``describe``."""

from typing import Any

__all__ = ["Choices"]

AUTO = "auto"


class Choices:
    """Endpoints, models and what each model takes.

    Parameters
    ----------
    described : dict, optional
        The worker's answer; nothing can be chosen before it is here.
    """

    def __init__(self, described: "dict[str, Any] | None" = None) -> None:
        self._described = described or {"default_endpoint": "", "endpoints": []}

    @property
    def default_endpoint(self) -> str:
        """Name of the endpoint that an empty choice stands for."""
        return str(self._described["default_endpoint"])

    def endpoints(self) -> "list[tuple[str, str]]":
        """Name and title of each endpoint."""
        return [_named(endpoint) for endpoint in self._described["endpoints"]]

    def endpoint(self, name: str) -> "dict[str, Any]":
        """Find an endpoint; the default one for an empty name.

        Returns
        -------
        dict
            As the worker describes it; empty where there is none of that name.
        """
        wanted = name or self.default_endpoint
        return _find(self._described["endpoints"], wanted)

    def models(self, endpoint: str) -> "list[tuple[str, str]]":
        """Name and title of each model of an endpoint."""
        return [_named(model) for model in self.endpoint(endpoint).get("models", [])]

    def model(self, endpoint: str, name: str) -> "dict[str, Any]":
        """Find a model; the endpoint's default one for an empty name.

        Returns
        -------
        dict
            As the worker describes it; empty where there is none of that name.
        """
        found = self.endpoint(endpoint)
        return _find(found.get("models", []), name or found.get("default_model", ""))

    def values(self, endpoint: str, model: str, what: str) -> "list[str]":
        """List what can be chosen for ``sizes``, ``qualities`` and the like.

        Returns
        -------
        list of str
            ``auto`` first; nothing else where the model leaves no choice.
        """
        values = [str(value) for value in self.model(endpoint, model).get(what) or []]
        return [AUTO, *(value for value in values if value != AUTO)]


def _named(entry: "dict[str, Any]") -> "tuple[str, str]":
    return str(entry["name"]), str(entry.get("title") or entry["name"])


def _find(entries: "list[dict[str, Any]]", name: str) -> "dict[str, Any]":
    return next((entry for entry in entries if entry["name"] == name), {})

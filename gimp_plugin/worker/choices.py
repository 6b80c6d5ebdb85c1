"""What the dialog can offer, from the worker's description; nothing of GIMP is needed for it."""

from worker.messages import Description, EndpointDescription, ModelDescription

__all__ = ["NO_DESCRIPTION", "Choices", "with_automatic"]

AUTO = "auto"
NO_MODEL = ModelDescription(
    name="",
    title="",
    sizes=(),
    qualities=(),
    backgrounds=(),
    fidelities=(),
    response_formats=(),
    complexities=(),
    moderations=(),
    output_formats=(),
    compression=False,
    max_n=10,
    max_images=1,
    markup=False,
    stream=False,
    reads_prompt=True,
    shutdown=None,
)
"""What is offered until it is known what can be chosen."""
NO_ENDPOINT = EndpointDescription(
    name="",
    title="",
    base_url=None,
    kind=None,
    own=False,
    default=False,
    has_key=False,
    needs_key=False,
    lacks=(),
    default_model="",
    timeout=None,
    ca=None,
    price_usd=None,
    allow_http=False,
    models=(),
)
NO_DESCRIPTION = Description("", "", (), ())


class Choices:
    """Endpoints, models and what each model takes.

    Parameters
    ----------
    described : Description, optional
        The worker's; nothing can be chosen before it is here.
    """

    def __init__(self, described: "Description | None" = None) -> None:
        self._described = described or NO_DESCRIPTION

    @property
    def default_endpoint(self) -> str:
        """Name of the endpoint that an empty choice stands for."""
        return self._described.default_endpoint

    def endpoints(self) -> "list[tuple[str, str]]":
        """Name and title of each endpoint."""
        return [(each.name, each.title or each.name) for each in self._described.endpoints]

    def endpoint(self, name: str) -> EndpointDescription:
        """Find an endpoint, the default one for an empty name; `NO_ENDPOINT` if there is none."""
        wanted = name or self.default_endpoint
        named = (each for each in self._described.endpoints if each.name == wanted)
        return next(named, NO_ENDPOINT)

    def models(self, endpoint: str) -> "list[tuple[str, str]]":
        """Name and title of each model of an endpoint."""
        return [(each.name, each.title or each.name) for each in self.endpoint(endpoint).models]

    def model(self, endpoint: str, name: str) -> ModelDescription:
        """Find a model; the endpoint's own for an empty name, `NO_MODEL` where there is none."""
        found = self.endpoint(endpoint)
        wanted = name or found.default_model
        return next((each for each in found.models if each.name == wanted), NO_MODEL)


def with_automatic(values: "tuple[str, ...]") -> "list[str]":
    """List what can be chosen: ``auto`` first, and nothing else where a model leaves no choice."""
    return [AUTO, *(value for value in values if value != AUTO)]

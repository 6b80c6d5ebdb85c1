"""What the catalogue holds: endpoints and models, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode, urlsplit

from seamfill.geometry import SizeRule

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

__all__ = ["ANY", "Auth", "Catalog", "Endpoint", "MaskStyle", "Model", "Price", "SizeField"]

MaskStyle = Literal["alpha", "white", "none"]
SizeField = Literal["size", "aspect_ratio", "none"]
Auth = Literal["bearer", "api-key", "x-key", "plain", "none"]

ANY = "*"
"""In a list of allowed values: whatever the user writes is passed on."""


@dataclass(frozen=True)
class Price:
    """What a model's maker asks, in USD.

    Parameters
    ----------
    image : mapping of str to tuple of float
        Price of one answer by quality, for a square and for any other shape; the quality ``"*"``
        stands for all.
    factors : mapping of str to int
        Where answers are billed by tokens that follow from their size: the factor by quality.
    image_out, image_in, text_in : float
        Per million tokens.
    input_tokens : str
        How input images become tokens: ``"patches"``, ``"tiles"`` or ``"none"``.
    """

    image: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    factors: Mapping[str, int] = field(default_factory=dict)
    image_out: float = 0.0
    image_in: float = 0.0
    text_in: float = 0.0
    input_tokens: Literal["patches", "tiles", "none"] = "none"


@dataclass(frozen=True)
class Model:
    """A model and what it takes.

    An empty tuple of values means that the parameter is never sent; one that holds ``"*"``, that
    any value is passed on.

    Parameters
    ----------
    name, title : str
        As sent, and as shown.
    known : bool
        Whether the catalogue has it; else these are guesses that suit most.
    named : bool
        Whether the name is sent; not where it only stands for whatever a server has loaded.
    matches : tuple of str
        Patterns of names, such as ``"*sdxl*"``, that are this model by whatever name it is served.
    sizes : SizeRule
        Upload sizes it takes.
    least_pixels, least_edge : int
        Pixels in all and on the shorter side, below which it paints badly: sizes that are chosen
        for it have at least so many; one that is asked for may have fewer.
    size_field : str
        How it is told the size: ``"size"``, ``"aspect_ratio"`` or not at all.
    aspects : tuple of str
        The ratios of ``aspect_ratio``, such as ``"16:9"``.
    max_n : int
        Answers of one request; 1 means that ``n`` is not sent.
    max_images : int
        Image and references together.
    max_image_bytes, max_mask_bytes : int
        Of each file.
    square : bool
        Whether the image has to be square.
    prompt_limit : int
        Characters.
    reads_prompt : bool
        Whether the prompt counts for anything.
    mask : str
        ``"alpha"``: transparent = edit; ``"white"``: white = edit; ``"none"``: takes no mask.
    timeout : float
        Seconds that its slowest answer may take.
    shutdown : datetime.date, optional
        When the endpoint stops serving it.
    successor : str, optional
        What to use then.
    price : Price, optional
        What its maker asks; None where that is not known.
    """

    name: str
    title: str = ""
    known: bool = True
    named: bool = True
    matches: tuple[str, ...] = ()
    sizes: SizeRule = field(default_factory=SizeRule)
    least_pixels: int = 0
    least_edge: int = 0
    size_field: SizeField = "size"
    aspects: tuple[str, ...] = ()
    max_n: int = 1
    max_images: int = 1
    max_image_bytes: int = 50_000_000
    max_mask_bytes: int = 4_000_000
    square: bool = False
    prompt_limit: int = 32_000
    reads_prompt: bool = True
    qualities: tuple[str, ...] = ()
    backgrounds: tuple[str, ...] = ()
    fidelities: tuple[str, ...] = ()
    moderations: tuple[str, ...] = ()
    complexities: tuple[str, ...] = ()
    output_formats: tuple[str, ...] = ()
    response_formats: tuple[str, ...] = ()
    compression: bool = False
    safety_identifier: bool = False
    markup: bool = False
    stream: bool = False
    mask: MaskStyle = "alpha"
    timeout: float = 600.0
    shutdown: datetime.date | None = None
    successor: str | None = None
    price: Price | None = None

    @property
    def best_sizes(self) -> SizeRule:
        """Of the sizes that it takes, those at which it paints well."""
        return replace(
            self.sizes,
            min_pixels=max(self.sizes.min_pixels, self.least_pixels),
            min_edge=max(self.sizes.min_edge, self.least_edge),
        )

    def is_called(self, name: str) -> bool:
        """Whether a name is one of those that the model is served by.

        Parameters
        ----------
        name : str

        Returns
        -------
        bool
        """
        return any(fnmatchcase(name.lower(), pattern) for pattern in self.matches)

    def closes_within(self, days: int, today: datetime.date) -> bool:
        """Whether it is switched off already or will be within so many days.

        Parameters
        ----------
        days : int
        today : datetime.date

        Returns
        -------
        bool
        """
        return self.shutdown is not None and (self.shutdown - today).days <= days


@dataclass(frozen=True)
class Endpoint:
    """Where uploads go, and the dialect spoken there.

    Parameters
    ----------
    name, title : str
        As written by the user, and as shown.
    like : str
        The endpoint whose dialect it speaks; empty for one that has its own.
    base_url : str, optional
        None where the user has to give one, or where the endpoint is embedded.
    embedded : bool
        Served by Seamfill itself, on loopback, once it is needed.
    auth : str
        The header that carries the key: ``Authorization: Bearer``, ``api-key``, ``x-key``,
        ``Authorization`` without a scheme (``"plain"``), or none.
    needs_key : bool
        Whether nothing works there without one, so that nothing is sent without one.
    key_variables, base_url_variables : tuple of str
        Environment variables, first come first served.
    path : str
        Of the edit route; ``{model}`` is replaced.
    models_path : str
        Where models are listed; empty where they are not.
    query : tuple of (str, str)
        Added to every URL.
    query_variables : mapping of str to str
        Environment variables that replace a value of the query.
    image_field : str
        ``"auto"``: ``image`` for one picture and ``image[]`` for several; else the name itself.
    mask_field : str
        Usually ``mask``.
    extra : mapping of str to str
        Fields that this endpoint wants with every request.
    drops : tuple of str
        Of what its models take: what it does not pass on to them, so that it is not sent.
    identifier_field : str
        What it calls the identifier of the user behind an edit.
    needs_model : bool
        Whether it does nothing without the name of a model.
    signs : mapping of str to str
        By what it is told where only an address is known: a path to a regular expression that
        what is answered there matches, headers or body.
    ca : str, optional
        A file of certificates to trust, besides none else.
    allow_http : bool
        Whether a key may be sent without encryption to another machine.
    default_model : str
        Used when the user names none.
    models : mapping of str to Model
        What it offers.
    known : mapping of str to Model
        Every model of the catalogue, as it would be here.
    fallback : Model
        What is assumed of a model that the catalogue does not know.
    """

    name: str
    title: str = ""
    like: str = ""
    base_url: str | None = None
    embedded: bool = False
    auth: Auth = "bearer"
    needs_key: bool = False
    key_variables: tuple[str, ...] = ()
    base_url_variables: tuple[str, ...] = ()
    path: str = "/v1/images/edits"
    models_path: str = "/v1/models"
    query: tuple[tuple[str, str], ...] = ()
    query_variables: Mapping[str, str] = field(default_factory=dict)
    image_field: str = "auto"
    mask_field: str = "mask"
    extra: Mapping[str, str] = field(default_factory=dict)
    ca: str | None = None
    allow_http: bool = False
    drops: tuple[str, ...] = ()
    identifier_field: Literal["safety_identifier", "user"] = "safety_identifier"
    needs_model: bool = False
    signs: Mapping[str, str] = field(default_factory=dict)
    default_model: str = ""
    models: Mapping[str, Model] = field(default_factory=dict)
    known: Mapping[str, Model] = field(default_factory=dict)
    fallback: Model = field(default_factory=lambda: Model("", known=False))

    def model(self, name: str) -> Model:
        """A model of this endpoint; with careful guesses where the catalogue has no such name.

        A dated name such as ``gpt-image-2-2026-04-21`` is the model without the date, and one
        that a gateway prefixed, such as ``openai/gpt-image-2``, the model without the prefix.

        Parameters
        ----------
        name : str
            As the user wrote it.

        Returns
        -------
        Model
        """
        plain = re.sub(r"-\d{4}-\d{2}-\d{2}$", "", name).rpartition("/")[2]
        listed = (models.get(n) for models in (self.models, self.known) for n in (name, plain))
        alike = (model for model in self.known.values() if model.is_called(plain))
        model = next(filter(None, (*listed, *alike)), self.fallback)
        return model if model.name == name else replace(model, name=name, title=name)

    def url(self, base_url: str, path: str, model: str = "") -> str:
        """The full address of a route.

        A base URL with a path is read as the official client reads it: what follows the version
        in the route follows it directly. Only one without a path gets the whole route.

        Parameters
        ----------
        base_url : str
        path : str
            `path` or `models_path` of this endpoint.
        model : str
            Where the path names it.
        """
        base = base_url.strip().rstrip("/").removesuffix("/images/edits").rstrip("/")
        version, _, rest = path.lstrip("/").partition("/")
        own = urlsplit(base).path
        query = self.query
        if own and _is_version(version):
            path = "/" + rest
        elif "{model}" in self.path and _is_version(own.rpartition("/")[2]):
            # Azure's versioned form: the model stands in the request, and no query is wanted.
            path, query = "/models" if path == self.models_path else "/images/edits", ()
        return base + path.format(model=model) + (f"?{urlencode(query)}" if query else "")


@dataclass(frozen=True)
class Catalog:
    """All endpoints, built-in and the user's own.

    Parameters
    ----------
    endpoints : mapping of str to Endpoint
    default : str
        The one that the user chose for edits that name none; empty where none was chosen.
    """

    endpoints: Mapping[str, Endpoint]
    default: str = ""


def _is_version(segment: str) -> bool:
    return segment[:1] == "v" and segment[1:2].isdigit()

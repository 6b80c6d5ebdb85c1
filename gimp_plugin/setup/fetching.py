"""Fetch one pinned file from wherever the user's packages come from.

An index is asked as the Simple Repository API says
(https://packaging.python.org/en/latest/specifications/simple-repository-api/), in JSON or HTML.
"""

from __future__ import annotations

import base64
import hashlib
import html.parser
import json
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import SetupError, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .indexes import Indexes

__all__ = ["fetch", "trusts_somebody"]

_ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
_BLOCK = 1 << 16
_LARGEST_PAGE = 50_000_000
_TIMEOUT = 60.0
_STORES = (
    *("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"),
    *("/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem", "/usr/local/etc/openssl/cert.pem"),
)
"""Where systems keep the authorities that they trust, for a Python that was built elsewhere."""


def fetch(
    name: str,
    project: str,
    sha256: str,
    target: Path,
    indexes: Indexes,
    tick: Callable[[int], None],
) -> None:
    """Fetch a file, and check it before it has its name.

    Parameters
    ----------
    name : str
        The file's.
    project : str
        Whose file it is, as indexes call it.
    sha256 : str
        What it must be, in hexadecimal digits.
    target : Path
        Where it goes. What an interrupted fetch left beside it is taken up again.
    indexes : Indexes
    tick : callable
        Takes the bytes that are here so far; if it raises, the fetch ends.

    Raises
    ------
    SetupError
        If it cannot be had, or is another file than it must be.
    """
    opener, problems = _opener(indexes), list[SetupError]()
    for place in _places(name, project, indexes, opener, problems):
        try:
            _copy(place, target, opener, tick)
            _require(target, sha256, name)
        except SetupError as problem:
            problems.append(problem)
        else:
            return
    if problems:
        raise next((each for each in problems if each.code != "not_there"), problems[0])
    if indexes.only_links:
        where = ", ".join(map(_shown, indexes.links)) or "any folder"
        raise SetupError(
            f"{name} is not in {where}, and no package index may be asked.",
            "Correct pip's or uv's settings, “no-index” and “find-links”, and try again.",
            "no_index",
        )
    raise SetupError(
        f"{name} was not found: no package index is known on this machine.",
        "Set UV_DEFAULT_INDEX, or PIP_INDEX_URL, to the address of yours.",
        "no_index",
    )


def trusts_somebody(indexes: Indexes) -> bool:
    """Whether there are authorities by which a server's certificate can be verified."""
    context = _context(indexes)
    return bool(context.get_ca_certs()) or any(Path(each).exists() for each in _folders())


def _folders() -> list[str]:
    paths = ssl.get_default_verify_paths()
    return [each for each in (paths.capath, paths.cafile) if each and Path(each).exists()]


def _context(indexes: Indexes) -> ssl.SSLContext:
    """A context that verifies; certificates of this machine's, wherever it keeps them."""
    context = ssl.create_default_context()
    if indexes.certificates:
        try:
            context.load_verify_locations(indexes.certificates)
        except (OSError, ssl.SSLError) as error:
            raise SetupError(
                f"The certificates in {indexes.certificates} cannot be read: {error}.",
                "Correct SSL_CERT_FILE, or pip's setting “cert”.",
                "no_certificates",
            ) from None
    elif not context.get_ca_certs() and not _folders():
        for store in (*_STORES, *_carried()):
            with suppress(OSError, ssl.SSLError):
                context.load_verify_locations(store)
                break
    return context


def _carried() -> Iterator[str]:
    """Authorities that GIMP's own package brings along."""
    yield str(Path(sys.base_prefix) / "etc" / "ssl" / "cert.pem")
    for folder in sys.path:
        yield str(Path(folder) / "certifi" / "cacert.pem")


def _opener(indexes: Indexes) -> urllib.request.OpenerDirector:
    proxies = {"http": indexes.proxy, "https": indexes.proxy} if indexes.proxy else None
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler(proxies)]
    if not indexes.only_links or any(each.startswith("https:") for each in indexes.links):
        handlers.append(urllib.request.HTTPSHandler(context=_context(indexes)))
    return urllib.request.build_opener(*handlers)


def _places(
    name: str,
    project: str,
    indexes: Indexes,
    opener: urllib.request.OpenerDirector,
    problems: list[SetupError],
) -> Iterator[str]:
    """Find the file's addresses, one after the other."""
    for link in indexes.links:
        if "://" not in link and (path := Path(link).expanduser() / name).is_file():
            yield path.absolute().as_uri()
    pages = [link for link in indexes.links if "://" in link]
    if not indexes.only_links:
        known = (*indexes.extra, *filter(None, [indexes.index]))
        pages += [f"{index.rstrip('/')}/{project}/" for index in known]
    for page in pages:
        try:
            found = _linked(page, name, opener)
        except SetupError as problem:
            problems.append(problem)
            continue
        if found:
            yield found
        else:
            problems.append(SetupError(f"{_shown(page)} has no {name}.", code="not_there"))


def _linked(page: str, name: str, opener: urllib.request.OpenerDirector) -> str | None:
    """The address that a page gives for a file."""
    address = page
    if page.startswith("file:"):
        folder = Path(urllib.request.url2pathname(urllib.parse.urlsplit(page).path))
        if (folder / name).is_file():
            return (folder / name).as_uri()
        address = f"{page}index.html" if page.endswith("/") else page
    with _opened(address, opener, {"Accept": _ACCEPT}) as answer:
        text = answer.read(_LARGEST_PAGE).decode("utf-8", "replace")
        base, kind = answer.geturl(), answer.headers.get("Content-Type", "")
    if "json" in kind:
        files = json.loads(text).get("files", [])
        links = [str(each.get("url")) for each in files if each.get("filename") == name]
    else:
        reader = _Links()
        reader.feed(text)
        links = [each for each in reader.links if _file_name(each) == name]
    return _with_login(urllib.parse.urljoin(base, links[0]), page) if links else None


class _Links(html.parser.HTMLParser):
    """All that a page links to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the address of a link."""
        if tag == "a":
            self.links += [value for name, value in attrs if name == "href" and value]


def _file_name(address: str) -> str:
    return urllib.parse.unquote(urllib.parse.urlsplit(address).path.rpartition("/")[2])


def _copy(
    address: str,
    target: Path,
    opener: urllib.request.OpenerDirector,
    tick: Callable[[int], None],
) -> None:
    """Copy a file from an address; goes on where an earlier copy ended, if the server can."""
    part = target.with_name(f"{target.name}.part")
    here = part.stat().st_size if part.exists() else 0
    wanted = {"Range": f"bytes={here}-"} if here else {}
    try:
        answer = _opened(address, opener, wanted)
    except SetupError:
        if not here:
            raise
        part.unlink()  # it may be whole already, or another file
        here, answer = 0, _opened(address, opener, {})
    with answer:
        goes_on = getattr(answer, "status", None) == 206
        here = here if goes_on else 0
        whole = here + int(answer.headers.get("Content-Length") or 0)
        try:
            with part.open("ab" if goes_on else "wb") as file:
                while block := answer.read(_BLOCK):
                    file.write(block)
                    here += len(block)
                    tick(here)
        except (OSError, ValueError) as error:
            raise _broken(address, error) from error
    if here < whole:  # which nothing else tells
        raise _broken(address, OSError(f"{here} of {whole} bytes came"))
    part.replace(target)


def _broken(address: str, error: Exception) -> SetupError:
    if isinstance(error, OSError) and error.filename is None and error.errno == 28:
        return SetupError("The disk is full.", "Make room, and try again.", "disk_full")
    return SetupError(
        f"{_shown(address)} ended in the middle: {error}.",
        "Try again: what is here already is not fetched anew.",
        "index_not_reached",
    )


def _require(target: Path, sha256: str, name: str) -> None:
    with target.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        target.unlink()
        raise SetupError(
            f"What came as {name} is another file than Seamfill was released with, and was "
            "thrown away.",
            "Your index, or something on the way to it, changes packages. Ask who looks after it.",
            "wrong_file",
        )


def _opened(address: str, opener: urllib.request.OpenerDirector, headers: dict[str, str]) -> Any:
    bare, login = _without_login(address)
    request = urllib.request.Request(bare, headers=headers)  # noqa: S310 - the user's own
    if login:
        request.add_unredirected_header("Authorization", login)
    try:
        return opener.open(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        code = "not_there" if error.code == 404 else "index_not_reached"
        error.close()
        raise SetupError(f"{_shown(address)} answers {error.code}.", _CHECK, code) from None
    except OSError as error:
        raise _unreached(address, error) from None
    except ValueError as error:
        raise SetupError(f"{_shown(address)}: {error}.", _CHECK, "index_not_reached") from None


_CHECK = "Check the connection, the proxy and the package index that are set, and try again."


def _unreached(address: str, error: OSError) -> SetupError:
    why: Any = getattr(error, "reason", error)
    if isinstance(why, ssl.SSLCertVerificationError):
        return SetupError(
            f"{_shown(address)} could not be verified: {why.verify_message}.",
            "Set SSL_CERT_FILE to a file of the authorities that you trust.",
            "no_certificates",
        )
    said = told(why) if isinstance(why, OSError) else f"{why}."
    return SetupError(f"{_shown(address)} was not reached. {said}", _CHECK, "index_not_reached")


def _without_login(address: str) -> tuple[str, str]:
    """An address without a name and password in it, and these as a header."""
    parts = urllib.parse.urlsplit(address)
    if "@" not in parts.netloc:
        return address, ""
    login, _, host = parts.netloc.rpartition("@")
    coded = base64.b64encode(urllib.parse.unquote(login).encode()).decode()
    return urllib.parse.urlunsplit(parts._replace(netloc=host)), f"Basic {coded}"


def _with_login(address: str, page: str) -> str:
    """An address with the name and password of a page of the same server."""
    parts, theirs = urllib.parse.urlsplit(address), urllib.parse.urlsplit(page)
    same = parts.netloc == theirs.netloc.rpartition("@")[2] and parts.scheme == theirs.scheme
    return urllib.parse.urlunsplit(parts._replace(netloc=theirs.netloc)) if same else address


def _shown(address: str) -> str:
    """An address without anything secret in it."""
    if "://" not in address:
        return address
    parts = urllib.parse.urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return urllib.parse.urlunsplit((parts.scheme, host, parts.path, "", ""))

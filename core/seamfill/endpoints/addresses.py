"""Which addresses may be spoken to, and how they are told."""

from __future__ import annotations

import ipaddress
import re
import socket

__all__ = [
    "Address",
    "RefusedAddressError",
    "is_local",
    "is_loopback_host",
    "loopback_addresses",
    "masked_url",
    "resolve_host",
]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Not on the internet, though Python's lists of special ranges have them as global:
_SITE_LOCAL = ipaddress.IPv6Network("fec0::/10")  # RFC 3879
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")  # RFC 8215
# IPv4 addresses stand in the last 32 bits of these:
_MAPPING = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))  # RFC 6052, 4291


class RefusedAddressError(Exception):
    """An address that must not be spoken to."""


def is_loopback_host(host: str | None) -> bool:
    """Whether a host name or address is this machine by its very name.

    Parameters
    ----------
    host : str or None

    Returns
    -------
    bool
    """
    if host is None:
        return False
    if host.lower().rstrip(".") == "localhost" or host.lower().rstrip(".").endswith(".localhost"):
        return True
    try:
        return _plain(ipaddress.ip_address(host)).is_loopback
    except ValueError:
        return False


def is_local(address: Address) -> bool:
    """Whether an address is this machine, its network, or otherwise not on the internet.

    Parameters
    ----------
    address : Address

    Returns
    -------
    bool
    """
    if address.version == 6 and (address in _SITE_LOCAL or address in _LOCAL_NAT64):
        return True
    return not _plain(address).is_global or address.is_multicast


def resolve_host(host: str, port: int) -> list[Address]:
    """All addresses of a host, in the order in which they are to be tried.

    Parameters
    ----------
    host : str
    port : int

    Returns
    -------
    list of Address

    Raises
    ------
    OSError
        If the name is not known.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (UnicodeError, OverflowError) as error:  # a name or port that none can have
        raise socket.gaierror(socket.EAI_NONAME, "no such name") from error
    texts = {str(entry[4][0]).partition("%")[0]: None for entry in found}
    return [ipaddress.ip_address(text) for text in texts]


def loopback_addresses(host: str, port: int) -> list[Address]:
    """All addresses of a host whose name says that it is this machine.

    Parameters
    ----------
    host : str
    port : int

    Returns
    -------
    list of Address

    Raises
    ------
    RefusedAddressError
        If one of them is elsewhere, as whoever answers for names may have it.
    OSError
        If the name is not known.
    """
    found = resolve_host(host, port)
    for address in found:
        if not _plain(address).is_loopback:
            raise RefusedAddressError(f"{host} leads to {address}, which is not this machine")
    return found


def masked_url(url: str) -> str:
    """An address without the values of its query, which may be secrets, but for versions.

    Parameters
    ----------
    url : str

    Returns
    -------
    str
    """
    place, mark, query = url.partition("?")
    return place + mark + re.sub(r"([^&=]+)=([^&]*)", _masked, query)


def _masked(pair: re.Match[str]) -> str:
    return pair[0] if pair[1] == "api-version" else f"{pair[1]}=[hidden]"


def _plain(address: Address) -> Address:
    """An IPv4 address that hides in an IPv6 one, as itself."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if inside is None and any(address in network for network in _MAPPING) and int(address) > 1:
            inside = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        return inside if inside is not None else address
    return address

"""Which addresses may be spoken to."""

from __future__ import annotations

import ipaddress
import socket

__all__ = ["is_local", "is_loopback_host", "resolve_host"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_loopback_host(host: str | None) -> bool:
    """Whether a host name or address is this machine by its very name."""
    if host is None:
        return False
    if host.lower().rstrip(".") == "localhost" or host.lower().rstrip(".").endswith(".localhost"):
        return True
    try:
        return _plain(ipaddress.ip_address(host)).is_loopback
    except ValueError:
        return False


def is_local(address: Address) -> bool:
    """Whether an address is this machine, its network, or otherwise not on the internet."""
    return not _plain(address).is_global or address.is_multicast


def resolve_host(host: str, port: int) -> list[Address]:
    """All addresses of a host.

    Raises
    ------
    OSError
        If the name is not known.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    texts = {str(entry[4][0]).partition("%")[0]: None for entry in found}
    return [ipaddress.ip_address(text) for text in texts]


def _plain(address: Address) -> Address:
    """An IPv4 address that hides in an IPv6 one, as itself."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        return inside if inside is not None else address
    return address

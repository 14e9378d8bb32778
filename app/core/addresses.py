"""Addresses of clients: one of IPv4 may come to an IPv6 socket, or in a header, as `::ffff:192.0.2.7`."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
MAPPED = IPv6Network("::ffff:0:0/96")


def plain_address(host: str) -> str:
    """Return an address in its one way to be written, an IPv4-mapped one as IPv4; other text as it is."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def plain_network(network: Network) -> Network:
    """Return an IPv4-mapped network as the IPv4 one that it is; any other as it is."""
    if isinstance(network, IPv6Network) and network.subnet_of(MAPPED):
        return ip_network((int(network.network_address) & 0xFFFFFFFF, network.prefixlen - MAPPED.prefixlen))
    return network


def with_mapped(networks: Iterable[Network]) -> list[Network]:
    """Return the networks, and those of IPv4 also as IPv4-mapped ones."""
    both: list[Network] = []
    for network in map(plain_network, networks):
        both.append(network)
        if isinstance(network, IPv4Network):
            address = int(MAPPED.network_address) | int(network.network_address)
            both.append(IPv6Network((address, MAPPED.prefixlen + network.prefixlen)))
    return both

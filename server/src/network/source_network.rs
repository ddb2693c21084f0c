//! The source network of a connection. Limits count connections and login attempts per source
//! network.

use std::net::{IpAddr, Ipv6Addr};

/// The IPv4 address, or the /64 network of the IPv6 address: a provider usually assigns all 2⁶⁴
/// addresses of that network to one customer.
#[must_use]
pub(crate) fn source_network(address: IpAddr) -> IpAddr {
    ipv6_network(address, 64)
}

/// The IPv4 address, or the /48 network of the IPv6 address, the largest network that a provider
/// usually assigns to one site.
#[must_use]
pub(crate) fn site_network(address: IpAddr) -> IpAddr {
    ipv6_network(address, 48)
}

/// The IPv4 address, or the network of the IPv6 address with this length of the prefix.
#[must_use]
pub(crate) fn ipv6_network(address: IpAddr, prefix: u32) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & (u128::MAX << (128 - prefix)),
        )),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_the_addresses_of_an_ipv6_network() {
        let cases = [
            ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.7"),
            ("::1", "::1", "::1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1::"),
            ("2001:db8:1:2:ffff::1", "2001:db8:1:2::", "2001:db8:1::"),
        ];
        for (address, source, site) in cases {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(source_network(address).to_string(), source);
            assert_eq!(site_network(address).to_string(), site);
        }
    }
}

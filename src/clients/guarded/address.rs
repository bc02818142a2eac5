//! Which addresses lie in the open internet, so that a stranger's URL may lead there.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use crate::config::Network;

/// IANA's special-purpose registry (RFC 6890 and its updates), with what clouds hide outside of it.
pub(super) const CLOSED_V4: [&str; 18] = [
    "0.0.0.0/8",        // "this network"; 0.0.0.0 reaches the machine itself
    "10.0.0.0/8",       // private, RFC 1918
    "100.64.0.0/10",    // carriers' NAT, RFC 6598; Alibaba's metadata at 100.100.100.200
    "127.0.0.0/8",      // loopback
    "168.63.129.16/32", // Azure's host services, a public address in name only
    "169.254.0.0/16",   // link-local; metadata of most clouds at 169.254.169.254
    "172.16.0.0/12",    // private, RFC 1918
    "192.0.0.0/24",     // IETF protocol assignments; Oracle's metadata at 192.0.0.192
    "192.0.2.0/24",     // documentation
    "192.31.196.0/24",  // AS112
    "192.52.193.0/24",  // AMT
    "192.88.99.0/24",   // 6to4 relays
    "192.168.0.0/16",   // private, RFC 1918
    "192.175.48.0/24",  // AS112
    "198.18.0.0/15",    // benchmarks, RFC 2544
    "198.51.100.0/24",  // documentation
    "203.0.113.0/24",   // documentation
    "224.0.0.0/3",      // multicast, reserved, broadcast
];

/// Inside 2000::/3, the only part of the space that is given out; everything else is closed anyway.
pub(super) const CLOSED_V6: [&str; 4] = [
    "2001::/23",         // IETF protocol assignments: Teredo, benchmarks, ORCHID
    "2001:db8::/32",     // documentation
    "2620:4f:8000::/48", // AS112
    "3fff::/20",         // documentation, RFC 9637
];

static V4: LazyLock<Vec<Network>> = LazyLock::new(|| CLOSED_V4.iter().filter_map(|net| Network::parse(net)).collect());
static V6: LazyLock<Vec<Network>> = LazyLock::new(|| CLOSED_V6.iter().filter_map(|net| Network::parse(net)).collect());

/// False for every address that is private, local, special or carries such an address inside.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    !V4.iter().any(|net| net.holds(ip.into()))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    match ip.segments() {
        // Mapped (RFC 4291) and the well-known NAT64 prefix (RFC 6052): the address at the other end is the last one.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(join(high, low)),
        // 6to4 (RFC 3056).
        [0x2002, high, low, ..] => is_public_v4(join(high, low)),
        [first, ..] => first >> 13 == 1 && !V6.iter().any(|net| net.holds(ip.into())),
    }
}

fn join(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))
}

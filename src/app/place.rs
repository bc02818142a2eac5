//! Where this process listens, so that its successor there knows that it is gone.
use std::fs;

use crate::config::Config;

/// The running kernel, its network, and the address in it: while a process listens there no other can. Where the system does
/// not say, the place is nobody else's, and what a dead process held is free when its lease runs out.
pub fn of(config: &Config) -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|id| id.trim().to_owned());
    let network = fs::read_link("/proc/self/ns/net").map(|link| link.display().to_string());
    match (boot, network) {
        (Ok(boot), Ok(network)) if config.port != 0 => format!("{boot} {network} {}:{}", config.host, config.port),
        _ => crate::secrets::random_token(),
    }
}

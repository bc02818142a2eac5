//! What an idle operator's socket keeps in memory.

use std::time::Duration;

use crate::figures::Figures;
use crate::target::Target;

pub async fn run(target: &Target, figures: &mut Figures, sockets: usize) {
    figures.add("at rest, PSS MB", target.name, target.process().pss() as f64 / 1024.0);
    // One wave first: what the allocator and the tables take once is not a socket's price.
    let first = open(target, sockets / 10).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = target.process().pss();
    let rest = open(target, sockets).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = target.process().pss();
    figures.add("idle socket, PSS KB", target.name, after.saturating_sub(before) as f64 / sockets as f64);
    drop((first, rest));
}

async fn open(target: &Target, count: usize) -> Vec<crate::net::Socket> {
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(target.watch().await.expect("a socket"));
    }
    all
}

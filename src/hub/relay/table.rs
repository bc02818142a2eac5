//! Signals through the database: rows that every other node reads a few times a second.
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::{Ears, Letter, Signal};
use crate::db::Store;
use crate::hub::leases::Nodes;

const LOOK: Duration = Duration::from_millis(250);
/// Numbers are drawn before the commit: a smaller one may appear this much later than a greater one.
const LATE: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Table {
    store: Store,
    node: String,
    /// Everything up to here has been read, or was there before us.
    low: i64,
}

impl Table {
    /// From here on nothing is missed: whoever reads settings does so after this.
    pub async fn open(store: Store, node: String) -> Self {
        let low = store.last_signal().await.unwrap_or(0);
        Table { store, node, low }
    }

    pub fn node(&self) -> &str {
        &self.node
    }

    /// False: it was not taken, and is lost.
    pub async fn say(&self, signals: &[Signal]) -> bool {
        let bodies = signals.iter().filter_map(|signal| serde_json::to_string(signal).ok()).collect();
        match self.store.put_signals(self.node.clone(), bodies).await {
            Ok(()) => true,
            Err(e) => {
                tracing::warn!(error = %e, "signals to other nodes are lost");
                false
            }
        }
    }

    /// Runs as long as the leases are kept.
    pub async fn listen(self, nodes: watch::Receiver<Nodes>, ears: Arc<Ears>) {
        let (mut low, mut seen): (i64, BTreeSet<i64>) = (self.low, BTreeSet::new());
        let (mut mark, mut marked) = (low, Instant::now());
        loop {
            tokio::time::sleep(LOOK).await;
            if nodes.has_changed().is_err() {
                return;
            }
            // Whoever joins is known before what it says is a minute old, and then everything is read.
            if nodes.borrow().len() < 2 {
                continue;
            }
            let Ok(found) = self.store.signals_after(low, self.node.clone()).await else { continue };
            for (id, node, body) in found {
                if !seen.insert(id) {
                    continue;
                }
                if let Ok(signal) = serde_json::from_str::<Signal>(&body) {
                    ears.hear(Letter { node, signal });
                }
            }
            if marked.elapsed() > LATE {
                low = mark;
                seen = seen.split_off(&(low + 1));
                (mark, marked) = (seen.last().copied().unwrap_or(low), Instant::now());
            }
        }
    }
}

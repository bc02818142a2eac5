//! Waking the hub up, and putting it to sleep: the order matters, and it can be read here.
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::drain::Drain;
use super::fetching::Fetchers;
use super::outlet::Outlets;
use super::publisher::{Publisher, Sequencer};
use super::suspects::Suspects;
use super::writer::Writer;
use super::{Core, Hub, purge, relay, scheduler};
use crate::db::{DbError, Store};
use crate::domain::clock::Clock;
use crate::domain::event::Event;

/// Where the store drops committed events, before anybody listens.
pub type Events = mpsc::UnboundedReceiver<Vec<Arc<Event>>>;

/// What the outside decides.
pub struct Settings {
    pub clock: Clock,
    /// Set: other processes share the database, and hear of our events through it.
    pub redis: Option<redis::Client>,
    pub shards: usize,
    pub sleep_after: Duration,
    pub agents: super::agent::Outside,
}

/// How long sends that have begun may take to end.
const DRAIN_WITHIN: Duration = Duration::from_millis(8_500);
const HINTS: usize = 4096;

impl Hub {
    /// Sequencer and writer first, then the actors, then whatever makes them move.
    pub async fn wake_up(store: Store, events: Events, settings: Settings) -> Result<(Hub, Arc<str>), DbError> {
        let clock = settings.clock;
        let epoch: Arc<str> = store.epoch(crate::secrets::random_token()[..16].to_owned()).await?.into();
        let several_nodes = settings.redis.is_some();
        let publisher = Publisher::default();
        let (theirs, hints) = mpsc::channel(HINTS);
        let ours = settings.redis.map(|client| {
            let (ours, heads) = mpsc::channel(HINTS);
            relay::start(client, heads, theirs);
            ours
        });
        let sequencer = Sequencer::new(store.clone(), publisher.clone(), store.feed_heads().await?, ours);
        // Where commits travel over a network, news of one may be lost with the connection that made it.
        let look = several_nodes || matches!(store, Store::Pg(_));
        actix::spawn(sequencer.run(events, hints, look));
        let suspects = Suspects::default();
        if !store.take_clean_stop().await? && !several_nodes {
            tracing::warn!(
                "the last process did not stop by itself: incoming messages are counted before they are processed for five minutes"
            );
            suspects.be_careful(clock.now());
        }
        let agents = super::agent::Agents::new(store.clone(), clock.clone(), settings.agents);
        let core = Arc::new(Core {
            writer: Writer::start(store.clone(), clock.clone()),
            store,
            clock,
            publisher,
            outlets: Outlets::default(),
            fetchers: Fetchers::default(),
            drain: Drain::default(),
            awake: Default::default(),
            suspects,
            agents,
            jobs: tokio::sync::Notify::new(),
            media: tokio::sync::Notify::new(),
            several_nodes,
            sleep_after: settings.sleep_after,
        });
        let hub = Hub::start(core, settings.shards);
        actix::spawn(scheduler::run(hub.clone()));
        actix::spawn(purge::run(hub.clone()));
        Ok((hub, epoch))
    }

    /// Lets no new send begin and waits for those that have.
    pub async fn drain(&self) {
        if !self.core.drain.finish(DRAIN_WITHIN).await {
            tracing::warn!(
                sending = self.core.drain.sending(),
                "stopping although sends have not ended: they will be shown as unclear"
            );
        }
    }

    /// Leaves the mark of a clean stop.
    pub async fn go_to_sleep(&self) {
        if let Err(e) = self.core.store.mark_clean_stop().await {
            tracing::warn!(error = %e, "the mark of a clean stop was not written");
        }
    }
}

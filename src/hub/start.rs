//! Waking the hub up, and putting it to sleep: the order matters, and it can be read here.
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::drain::Drain;
use super::fetching::Fetchers;
use super::leases::Leases;
use super::outlet::Outlets;
use super::publisher::{Listeners, Publisher, Sequencer};
use super::relay::Ears;
use super::suspects::Suspects;
use super::writer::Writer;
use super::{Core, Hub, counts, follow, relay, scheduler};
use crate::db::{DbError, Store};
use crate::domain::clock::Clock;
use crate::domain::event::Event;
use crate::domain::ids::ChannelId;

/// Where the store drops committed events, before anybody listens.
pub type Events = mpsc::UnboundedReceiver<Vec<Arc<Event>>>;

/// What the outside decides.
pub struct Settings {
    pub clock: Clock,
    /// Other processes that share the database hear of our events through it, sooner than by looking.
    pub redis: Option<redis::Client>,
    /// Where this process listens, on which machine: whoever listens there next knows that this one is gone.
    pub place: String,
    pub shards: usize,
    pub sleep_after: Duration,
    pub agents: super::agent::Outside,
}

/// What has begun.
pub struct Woken {
    pub hub: Hub,
    /// The database's own name: positions of another one mean nothing here.
    pub epoch: Arc<str>,
    /// Channels that other nodes have changed.
    pub channels_changed: mpsc::Receiver<ChannelId>,
}

/// How long sends that have begun may take to end.
const DRAIN_WITHIN: Duration = Duration::from_millis(8_500);
const HINTS: usize = 4096;

impl Hub {
    /// Sequencer and writer first, then the actors, then whatever makes them move.
    pub async fn wake_up(store: Store, events: Events, settings: Settings) -> Result<Woken, DbError> {
        let clock = settings.clock;
        let epoch: Arc<str> = store.epoch(crate::secrets::random_token()[..16].to_owned()).await?.into();
        let (leases, found_dead) = Leases::take_part(&store, settings.place).await?;
        let several_nodes = !leases.is_alone();
        let publisher = Publisher::default();
        let (theirs, hints) = mpsc::channel(HINTS);
        let (tell_channels, channels_changed) = mpsc::channel(HINTS);
        let ears = Ears { publisher: publisher.clone(), feeds: theirs, channels: tell_channels };
        let relay = relay::start(&store, &leases, settings.redis, &epoch, ears).await;
        publisher.relay_to(relay.clone());
        let (tell, changed_elsewhere) = mpsc::channel(HINTS);
        let listeners = Listeners { relay: relay.clone(), changed_elsewhere: Some(tell) };
        let sequencer = Sequencer::new(store.clone(), publisher.clone(), store.feed_heads().await?, listeners);
        // Where commits travel over a network, news of one may be lost with the connection that made it; and others may write.
        let look = matches!(store, Store::Pg(_));
        actix::spawn(sequencer.run(events, hints, look));
        actix::spawn(counts::run(store.clone(), publisher.clone()));
        let suspects = Suspects::default();
        let stopped_cleanly = store.take_clean_stop().await? && !found_dead;
        // Among several the mark is anybody's; what this address left behind is its own.
        if found_dead || (!stopped_cleanly && !several_nodes) {
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
            leases,
            relay,
            suspects,
            agents,
            jobs: tokio::sync::Notify::new(),
            shards: Default::default(),
            several_nodes,
            sleep_after: settings.sleep_after,
        });
        let hub = Hub::start(core, settings.shards);
        actix::spawn(scheduler::run(hub.clone()));
        actix::spawn(follow::run(hub.clone(), changed_elsewhere));
        Ok(Woken { hub, epoch, channels_changed })
    }

    /// Lets no new send begin and waits for those that have.
    pub async fn drain(&self) {
        // What has begun ends here, and not a second time elsewhere; everything else others take at once.
        let (finished, ()) = tokio::join!(self.core.drain.finish(DRAIN_WITHIN), self.core.leases.leave(DRAIN_WITHIN));
        if !finished {
            tracing::warn!(
                sending = self.core.drain.sending(),
                "stopping although sends have not ended: they will be shown as unclear"
            );
        }
    }

    /// Leaves the mark of a clean stop.
    pub async fn go_to_sleep(&self) {
        self.core.agents.give_up_idle_money(true).await;
        if let Err(e) = self.core.store.mark_clean_stop().await {
            tracing::warn!(error = %e, "the mark of a clean stop was not written");
        }
    }
}

//! Two processes on one PostgreSQL, and who of them acts.

use serde_json::Value;
use switchboard::domain::ids::ChannelId;
use switchboard::domain::lease::Slot;

use super::postgres::redis_url;
use super::{Api, Backend, Feed, Hub, World, eventually};

pub struct Cluster {
    // Before the hubs, so that open sockets end first.
    pub far: Feed,
    pub world: World,
    pub other: Hub,
    /// The owner, at the second node.
    pub there: Api,
}

impl Cluster {
    /// Both nodes hold their share when this returns.
    pub async fn start(mode: &str, settings: &[(&str, &str)]) -> Cluster {
        let world = World::with(Backend::Postgres, mode, settings).await;
        let other = world.hub.twin(&[("PUBLIC_URL", &world.hub.url())]);
        other.restart().await;
        let there = other.api().with_token(world.owner.token());
        let far = Feed::open(&other.url(), world.owner.token()).await;
        let cluster = Cluster { far, world, other, there };
        cluster.shared().await;
        cluster
    }

    pub async fn with_redis(mode: &str, settings: &[(&str, &str)]) -> Cluster {
        let redis = redis_url();
        Cluster::start(mode, &[settings, &[("REDIS_URL", redis.as_str())]].concat()).await
    }

    /// Waits until every slot is held, and each node holds some.
    pub async fn shared(&self) {
        eventually("both nodes to hold their share", || async {
            let (ours, theirs) = (self.slots_of(&self.world.hub).await, self.slots_of(&self.other).await);
            (ours > 0 && theirs > 0 && (ours + theirs) as usize == Slot::COUNT).then_some(())
        })
        .await;
    }

    async fn held(&self, hub: &Hub, of: &str) -> i64 {
        let sql = format!(
            "SELECT COUNT(*) FROM leases l JOIN nodes n ON n.id = l.holder WHERE n.place LIKE '%:{}' AND l.name LIKE '{of}' \
             AND l.until > (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
            hub.port
        );
        self.world.hub.count(&sql).await
    }

    pub async fn slots_of(&self, hub: &Hub) -> i64 {
        self.held(hub, "%").await
    }

    /// Whether this node polls the bot of the world.
    pub async fn polls(&self, hub: &Hub) -> bool {
        self.held(hub, &Slot::of_channel(ChannelId::new(self.world.channel)).name()).await == 1
    }

    pub fn both(&self) -> [&Hub; 2] {
        [&self.world.hub, &self.other]
    }

    /// Posts an update where the bot's webhook is, or at the second node; answers the status.
    pub async fn post(&self, at_other: bool, url: &str, secret: Option<&str>, update: &Value) -> u16 {
        let url = if at_other { url.replace(&self.world.hub.port.to_string(), &self.other.port.to_string()) } else { url.into() };
        self.world.telegram.post(&url, secret, update.to_string()).await
    }
}

/// A figure of `/metrics`, without labels; 0 while it is not there.
pub async fn figure(hub: &Hub, name: &str) -> u64 {
    let Ok(answer) = reqwest::get(format!("{}/metrics", hub.url())).await else { return 0 };
    let text = answer.text().await.unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned));
    line.and_then(|value| value.parse::<f64>().ok()).unwrap_or_default() as u64
}

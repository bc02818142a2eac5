//! A hub inside the test, on a store that nothing else uses.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use switchboard::clients::guarded::GuardedClient;
use switchboard::clients::openai::OpenAi;
use switchboard::config::OpenAiConfig as Instance;
use switchboard::domain::clock::Clock;
use switchboard::hub::Hub;
use switchboard::hub::agent::Outside;
use switchboard::hub::start::Settings;
use switchboard::secrets::Vault;

use crate::storage::shelf::Shelf;
use crate::support::Backend;

pub struct House {
    pub shelf: Shelf,
    pub hub: Hub,
}

impl House {
    pub async fn open(backend: Backend) -> House {
        House::around(Shelf::open(backend).await).await
    }

    /// Another process on the same PostgreSQL.
    pub async fn beside(&self) -> House {
        House::around(self.shelf.beside().await).await
    }

    async fn around(mut shelf: Shelf) -> House {
        let events = shelf.events.take().expect("the events");
        let openai =
            Instance { api_key: None, base_url: None, model: String::new(), transcribe_model: String::new(), daily_budget: 0.0 };
        let agents = Outside {
            model: Arc::new(OpenAi::new().expect("a client")),
            vault: Arc::new(Vault::new(&[])),
            guarded: Arc::new(GuardedClient::new().expect("a client")),
            openai,
        };
        let place = format!("a house without a door, {:08x}", rand::random::<u32>());
        let settings =
            Settings { clock: Clock::System, redis: None, place, shards: 1, sleep_after: Duration::from_secs(300), agents };
        let hub = Hub::wake_up(shelf.store().clone(), events, settings).await.expect("a hub").hub;
        House { shelf, hub }
    }
}

/// Actors want a system of their own.
pub fn run<F: Future<Output = ()>>(backend: Backend, test: impl FnOnce(Backend) -> F) {
    if backend == Backend::Postgres && !crate::support::postgres::wanted() {
        eprintln!("left out: SWITCHBOARD_TEST_ONLY=sqlite");
        return;
    }
    actix::System::new().block_on(async {
        tokio::time::timeout(Duration::from_secs(300), test(backend)).await.expect("the test hangs: its time limit has passed")
    });
}

/// As [`crate::support::on_both_databases`], inside an actix system.
macro_rules! in_a_house {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() {
                crate::jobs::house::run(crate::support::Backend::Sqlite, super::$name)
            })+
        }
        mod postgres {
            $(#[test] fn $name() {
                crate::jobs::house::run(crate::support::Backend::Postgres, super::$name)
            })+
        }
    };
}
pub(crate) use in_a_house;

//! One number, as it sends. Cloud API, throughput: 80 messages a second for a number, one in six seconds to one person with a burst
//! of 45; Meta reminds us by 130429 and 131056.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::client::Graph;
use super::client::answer::GraphFault;
use super::send;
use crate::connectors::dispatcher::{Carrier, SendAnswer};
use crate::connectors::pacing::{Pace, TokenBucket};
use crate::connectors::ports::FileStore;
use crate::domain::channel::{Outbound, SendOutcome, SendReport};
use crate::domain::clock::{Micros, SECOND};
use crate::domain::notice::Notice;

/// More customers than write to one number at a time.
const MOST_HEARD: usize = 10_000;

#[derive(Clone)]
pub struct Number {
    pub graph: Graph,
    pub files: Arc<dyn FileStore>,
    /// Rung when Meta refuses the token.
    pub recheck: Arc<Notify>,
    pub heard: Arc<LastHeard>,
}

/// What each customer said last, which a sign of typing has to name. It may be forgotten: then there is no sign.
#[derive(Default)]
pub struct LastHeard(Mutex<HashMap<String, String>>);

impl LastHeard {
    pub fn note(&self, address: &str, message: &str) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.len() >= MOST_HEARD && !heard.contains_key(address) {
            heard.clear();
        }
        heard.insert(address.to_owned(), message.to_owned());
    }

    pub fn of(&self, address: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(address).cloned()
    }
}

impl Carrier for Number {
    const NAME: &'static str = "WhatsApp";
    const PACE: Pace = Pace {
        // 70 + 10: never more than 80 in any second.
        account: TokenBucket { period: SECOND / 70, burst: 10 },
        chat: |_| TokenBucket { period: 6 * SECOND, burst: 45 },
    };
    /// Cloud API: a sign of typing is shown for 25 s.
    const TYPING: Micros = 20 * SECOND;

    fn chat_of(address: &str) -> &str {
        address
    }

    async fn send(&self, outbound: &Outbound) -> SendAnswer {
        send::send(&self.graph, &*self.files, outbound).await
    }

    async fn tell(&self, _: &Notice) -> SendReport {
        let detail = "WhatsApp tells the company's own people nothing".to_owned();
        SendOutcome::Failed { code: "chat_not_found", detail }.into()
    }

    /// It marks what the customer has said as read, which whoever writes has done.
    async fn typing(&self, address: &str) -> Result<(), Micros> {
        let Some(message) = self.heard.of(address) else { return Ok(()) };
        match self.graph.read(&message, true).await {
            Err(GraphFault::Paced { seconds }) => Err(seconds as Micros * SECOND),
            _ => Ok(()),
        }
    }

    fn is_refused(&self) {
        self.recheck.notify_one();
    }
}

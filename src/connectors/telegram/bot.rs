//! One bot, as it sends. Its limits are those of the Bot FAQ: about one message a second in one chat (short bursts pass), 20 a
//! minute in one group, about 30 a second over all chats. After a 429 the whole bot is silent for as long as Telegram says.
use std::sync::Arc;

use tokio::sync::Notify;

use super::client::Api;
use super::client::answer::ApiError;
use super::colleagues::notices;
use super::place::ChatPlace;
use super::send;
use crate::connectors::dispatcher::{Carrier, SendAnswer};
use crate::connectors::pacing::{Pace, TokenBucket};
use crate::connectors::ports::FileStore;
use crate::domain::channel::{Outbound, SendReport};
use crate::domain::clock::{MINUTE, Micros, SECOND};
use crate::domain::notice::Notice;

const PRIVATE: TokenBucket = TokenBucket { period: SECOND, burst: 3 };
/// 17 + 3: never more than 20 in any minute.
const GROUP: TokenBucket = TokenBucket { period: MINUTE / 17, burst: 3 };

pub const PACE: Pace = Pace {
    // 26 + 4: never more than 30 in any second.
    account: TokenBucket { period: SECOND / 26, burst: 4 },
    // Groups have negative ids.
    chat: |address| if address.starts_with('-') { GROUP } else { PRIVATE },
};

#[derive(Clone)]
pub struct Bot {
    pub api: Api,
    pub files: Arc<dyn FileStore>,
    /// Rung when Telegram refuses the token.
    pub recheck: Arc<Notify>,
}

impl Carrier for Bot {
    const NAME: &'static str = "Telegram";
    const PACE: Pace = PACE;
    /// Bot API: a chat action is shown for 5 s.
    const TYPING: Micros = 4 * SECOND;

    /// Telegram's limits hold for a chat with all its topics.
    fn chat_of(address: &str) -> &str {
        ChatPlace::chat_part(address)
    }

    async fn send(&self, outbound: &Outbound) -> SendAnswer {
        send::send(&self.api, &*self.files, outbound).await.into()
    }

    async fn tell(&self, notice: &Notice) -> SendReport {
        notices::send(&self.api, notice).await
    }

    async fn typing(&self, address: &str) -> Result<(), Micros> {
        let Ok(place) = address.parse::<ChatPlace>() else { return Ok(()) };
        match self.api.typing(place).await {
            Err(ApiError::Paced { seconds }) => Err(seconds as Micros * SECOND),
            _ => Ok(()),
        }
    }

    fn is_refused(&self) {
        self.recheck.notify_one();
    }
}

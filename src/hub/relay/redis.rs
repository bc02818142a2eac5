//! Signals through Redis: one name an installation, and everything with a time limit, because a Redis that keeps silent must
//! hold up nobody.
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;

use super::{Ears, Letter, Signal};

const RETRY: Duration = Duration::from_secs(1);
const ANSWER_WITHIN: Duration = Duration::from_millis(500);

/// The speaking end.
pub struct RedisSpeaker {
    client: redis::Client,
    name: String,
    open: Option<redis::aio::MultiplexedConnection>,
    /// It did not answer: it is not asked before this.
    rests_until: Option<Instant>,
}

impl RedisSpeaker {
    pub fn new(client: redis::Client, name: String) -> Self {
        RedisSpeaker { client, name, open: None, rests_until: None }
    }

    /// False: somebody else must carry it.
    pub async fn say<'a>(&mut self, node: &str, signals: impl Iterator<Item = &'a Signal>) -> bool {
        if self.rests_until.is_some_and(|until| Instant::now() < until) {
            return false;
        }
        let mut pipe = redis::pipe();
        for signal in signals {
            let letter = Letter { node: node.to_owned(), signal: signal.clone() };
            let Ok(text) = serde_json::to_string(&letter) else { continue };
            pipe.cmd("PUBLISH").arg(&self.name).arg(text).ignore();
        }
        if pipe.is_empty() {
            return true;
        }
        let said = tokio::time::timeout(ANSWER_WITHIN, self.publish(&pipe)).await;
        let trouble = match said {
            Ok(Ok(())) => {
                self.rests_until = None;
                return true;
            }
            Ok(Err(e)) => e.to_string(),
            Err(_) => "no answer".to_owned(),
        };
        tracing::warn!(error = trouble, "Redis does not take signals: the database carries them");
        (self.open, self.rests_until) = (None, Some(Instant::now() + RETRY));
        false
    }

    async fn publish(&mut self, pipe: &redis::Pipeline) -> redis::RedisResult<()> {
        let mut open = match self.open.take() {
            Some(open) => open,
            None => self.client.get_multiplexed_async_connection().await?,
        };
        pipe.query_async::<()>(&mut open).await?;
        self.open = Some(open);
        Ok(())
    }
}

/// Hears what others say, for ever; reconnects as often as it takes.
pub async fn listen(client: redis::Client, name: String, node: String, ears: Arc<Ears>) {
    loop {
        if let Ok(mut pubsub) = client.get_async_pubsub().await
            && pubsub.subscribe(&name).await.is_ok()
        {
            let mut messages = pubsub.on_message();
            while let Some(message) = messages.next().await {
                let Ok(text) = message.get_payload::<String>() else { continue };
                // A newer version may say what this one does not know.
                match serde_json::from_str::<Letter>(&text) {
                    Ok(letter) if letter.node != node => ears.hear(letter),
                    _ => {}
                }
            }
        }
        tokio::time::sleep(RETRY).await;
    }
}

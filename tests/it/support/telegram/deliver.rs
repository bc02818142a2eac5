//! Webhook deliveries: one courier per chat with waiting updates, so that a chat keeps its order
//! and chats overtake each other, as from Telegram.

use std::time::Duration;

use super::Telegram;

/// Telegram doubles from 1 s to over a minute; the shape is kept, the scale is not.
const FIRST_RETRY: Duration = Duration::from_millis(20);
const LAST_RETRY: Duration = Duration::from_millis(500);

impl Telegram {
    /// Starts couriers for the chats that wait and have none.
    pub(super) fn dispatch(&self, token: &str) {
        let mut state = self.state();
        let Some(bot) = state.bots.get_mut(token) else {
            return;
        };
        if bot.webhook.is_none() {
            return;
        }
        let waiting: Vec<i64> = bot.waiting.iter().filter(|(_, queue)| !queue.is_empty()).map(|(chat, _)| *chat).collect();
        for chat in waiting {
            if bot.couriers.insert(chat) {
                tokio::spawn(self.clone().carry(token.to_string(), chat));
            }
        }
    }

    async fn carry(self, token: String, chat: i64) {
        let mut wait = Duration::ZERO;
        loop {
            let (webhook, update_id, update) = {
                let mut state = self.state();
                let bot = state.bots.get_mut(&token).expect("a bot is never removed");
                let front = bot.waiting.get(&chat).and_then(|queue| queue.front().cloned());
                match (bot.webhook.clone(), front) {
                    (Some(webhook), Some((id, update))) => (webhook, id, update),
                    _ => {
                        bot.couriers.remove(&chat);
                        return;
                    }
                }
            };
            let permit = webhook.permits.clone().acquire_owned().await;
            let status = self.post(&webhook.url, webhook.secret.as_deref(), update.to_string()).await;
            drop(permit);
            let again = self.record(&token, chat, update_id, status);
            if again {
                self.post(&webhook.url, webhook.secret.as_deref(), update.to_string()).await;
            }
            self.inner.changed.notify_waiters();
            if (200..300).contains(&status) {
                wait = Duration::ZERO;
                continue;
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).clamp(FIRST_RETRY, LAST_RETRY);
        }
    }

    /// Writes the attempt down; true when the update shall be sent once more although it is known.
    fn record(&self, token: &str, chat: i64, update_id: i64, status: u16) -> bool {
        let mut state = self.state();
        let state = &mut *state;
        let delivery = state.delivery_of.get(&update_id).map(|&at| &mut state.deliveries[at]);
        if let Some(delivery) = delivery {
            delivery.attempts.push(status);
            delivery.acked |= (200..300).contains(&status);
        }
        let bot = state.bots.get_mut(token).expect("a bot is never removed");
        if !(200..300).contains(&status) {
            bot.last_error = Some(format!("Wrong response from the webhook: {status}"));
            return false;
        }
        if let Some(queue) = bot.waiting.get_mut(&chat) {
            queue.retain(|(id, _)| *id != update_id);
            if queue.is_empty() {
                bot.waiting.remove(&chat);
            }
        }
        state.duplicate_every > 0 && (update_id as usize).is_multiple_of(state.duplicate_every)
    }

    /// One attempt; 0 = no answer. Open to tests that want a strange body or secret.
    pub async fn post(&self, url: &str, secret: Option<&str>, body: impl Into<String>) -> u16 {
        let body = body.into();
        let status = self.try_to_post(url, secret, body.clone()).await;
        let Some((one, other)) = self.state().balanced.clone().filter(|_| status == 0) else { return status };
        let elsewhere = if url.contains(&one) { url.replace(&one, &other) } else { url.replace(&other, &one) };
        self.try_to_post(&elsewhere, secret, body).await
    }

    async fn try_to_post(&self, url: &str, secret: Option<&str>, body: String) -> u16 {
        let mut request =
            self.inner.http.post(url).header("content-type", "application/json").timeout(Duration::from_secs(20)).body(body);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        match request.send().await {
            Ok(answer) => answer.status().as_u16(),
            Err(_) => 0,
        }
    }
}

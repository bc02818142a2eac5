//! Keeps a channel connected: checks the token, sets the webhook or polls, and heals by itself.
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::describe;
use super::{BotLink, back_off};
use crate::connectors::telegram::client::answer::ApiError;
use crate::connectors::telegram::client::{ALLOWED_UPDATES, WebhookState};
use crate::connectors::telegram::poll;
use crate::domain::channel::{HealthState, UpdateMode};

const CHECK_EVERY: Duration = Duration::from_secs(60);
/// A webhook error older than this has healed.
const OLD_ERROR_SECONDS: i64 = 600;

/// Why a session ended, and whether it had worked before: then the back-off begins anew.
pub struct Ended {
    pub error: ApiError,
    pub had_worked: bool,
}

/// Runs until `stop`, or until the token is refused: only a new one helps then.
pub async fn keep(link: Arc<BotLink>, stop: CancellationToken) {
    let _ = stop.run_until_cancelled(keep_trying(&link)).await;
}

async fn keep_trying(link: &BotLink) {
    let mut failures = 0;
    loop {
        let ended = match link.mode {
            UpdateMode::Webhook => webhook_session(link).await,
            UpdateMode::Polling => poll::session(link).await,
        };
        if ended.had_worked {
            failures = 0;
        }
        if let ApiError::Unauthorized(text) = &ended.error {
            let detail =
                format!("Telegram does not accept the bot's token. Enter a new one from @BotFather. Telegram says: {text}");
            link.report(HealthState::Unauthorized, detail, None).await;
            return;
        }
        let wait = back_off(failures, &ended.error);
        failures += 1;
        link.report(HealthState::Retrying, explain(&ended.error, link.mode), Some(wait)).await;
        tokio::time::sleep(wait).await;
    }
}

fn explain(error: &ApiError, mode: UpdateMode) -> String {
    match (error, mode) {
        (ApiError::Conflict(text), _) => {
            format!(
                "Another program receives this bot's messages: stop it, or make a bot of your own for this channel. Telegram says: {text}"
            )
        }
        (ApiError::Refused { text, .. }, UpdateMode::Webhook) => {
            format!(
                "Telegram refuses the webhook: PUBLIC_URL must be an https address that Telegram can reach, or choose polling. Telegram says: {text}"
            )
        }
        (error, _) => error.to_string(),
    }
}

/// The first failure ends it.
async fn webhook_session(link: &BotLink) -> Ended {
    let mut had_worked = false;
    match watch_webhook(link, &mut had_worked).await {
        Ok(never) => match never {},
        Err(error) => Ended { error, had_worked },
    }
}

async fn watch_webhook(link: &BotLink, had_worked: &mut bool) -> Result<std::convert::Infallible, ApiError> {
    let url = link.webhook_url.as_str();
    let Some(secret) = link.secret.as_deref().filter(|s| !s.is_empty()) else {
        return Err(ApiError::Unclear("The channel has no webhook secret: save its token again.".to_owned()));
    };
    link.identify().await?;
    // Setting it again is harmless, and the only way to be sure of the secret.
    link.api.set_webhook(url, secret).await?;
    loop {
        let detail = match link.api.webhook_state().await {
            Ok(state) => {
                if !is_ours(&state, url) {
                    tracing::warn!(
                        channel_id = link.channel().get(),
                        "the webhook was changed by someone else: setting it again"
                    );
                    link.api.set_webhook(url, secret).await?;
                }
                trouble(&state, link.ports.clock.now() / 1_000_000)
            }
            // What is not told is not known; the token and the webhook were accepted.
            Err(ApiError::Unclear(text)) => text,
            Err(error) => return Err(error),
        };
        *had_worked = true;
        link.report(HealthState::Ok, detail, None).await;
        describe::keep(link).await;
        tokio::select! {
            () = tokio::time::sleep(CHECK_EVERY) => {}
            () = link.recheck.notified() => {}
        }
        link.identify().await?;
    }
}

fn is_ours(state: &WebhookState, url: &str) -> bool {
    // An empty list stands for "all but three", of which message_reaction is one; a server that tells none is not judged.
    let wanted = ALLOWED_UPDATES.map(|kind| serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(str::to_owned)));
    let listens = state.allowed_updates.is_empty()
        || wanted.iter().flatten().all(|kind| state.allowed_updates.iter().any(|allowed| allowed == kind));
    let same = |a: &str, b: &str| a.trim_end_matches('/') == b.trim_end_matches('/');
    listens && (same(&state.url, url) || url::Url::parse(url).is_ok_and(|parsed| same(parsed.as_str(), &state.url)))
}

/// What Telegram complains about lately; empty when it does not.
fn trouble(state: &WebhookState, now_seconds: i64) -> String {
    match &state.last_error {
        Some(error) if now_seconds - state.last_error_date < OLD_ERROR_SECONDS => {
            format!("Telegram could not deliver lately ({} waiting): {error}", state.pending)
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_ours_by_its_address_and_kinds() {
        let all: Vec<String> =
            ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"].map(str::to_owned).to_vec();
        let state =
            |url: &str, kinds: &[String]| WebhookState { url: url.into(), allowed_updates: kinds.to_vec(), ..Default::default() };
        let url = "https://Hub.example/api/telegram/webhook/7";
        assert!(is_ours(&state(url, &all), url));
        assert!(is_ours(&state("https://hub.example/api/telegram/webhook/7", &[]), url));
        assert!(!is_ours(&state("", &all), url));
        assert!(!is_ours(&state(url, &all[..2]), url));
    }

    #[test]
    fn complaints_are_shown_while_they_are_fresh() {
        let state = WebhookState {
            last_error: Some("Connection refused".into()),
            last_error_date: 1_000,
            pending: 3,
            ..Default::default()
        };
        assert!(trouble(&state, 1_100).ends_with("(3 waiting): Connection refused"));
        assert_eq!(trouble(&state, 2_000), "");
    }

    #[test]
    fn the_back_off_rises_to_five_minutes_and_heeds_telegram() {
        let away = ApiError::Unreachable("x".into());
        let waits: Vec<u64> = (0..8).map(|n| back_off(n, &away).as_secs()).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(back_off(0, &ApiError::Paced { seconds: 42 }).as_secs(), 42);
    }
}

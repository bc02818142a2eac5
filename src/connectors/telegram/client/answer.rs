//! What an answer of the Bot API means: for a send, what became of the message; for any other call, its result.
//!
//! Bot API: every answer is `{"ok":true,"result":…}` or `{"ok":false,"error_code","description","parameters"}`. Whatever is
//! neither says nothing about what was done.
use bytes::Bytes;

use crate::connectors::fields::Fields;
use crate::connectors::http::{HttpReply, safe_text};
use crate::domain::channel::SendOutcome;
use crate::domain::clock::SECOND;

/// Why a call that is not a send gave no result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ApiError {
    /// 401, and 404 for the bot as a whole: the token is wrong or revoked.
    #[error("{0}")]
    Unauthorized(String),
    /// 409: someone else polls this bot, or a webhook is set.
    #[error("{0}")]
    Conflict(String),
    #[error("Telegram asks us to wait {seconds} s")]
    Paced { seconds: u64 },
    #[error("{text}")]
    Refused { code: i64, text: String },
    #[error("Telegram cannot be reached: {0}")]
    Unreachable(String),
    /// An answer that is not Telegram's.
    #[error("{0}")]
    Unclear(String),
}

impl From<reqwest::Error> for ApiError {
    fn from(e: reqwest::Error) -> Self {
        ApiError::Unreachable(safe_text(e))
    }
}

/// Telegram's own error, found in an answer.
pub struct TelegramError {
    code: i64,
    text: String,
    retry_after: Option<u64>,
    migrate_to: Option<i64>,
}

/// What Telegram says in an answer, besides yes.
pub trait TelegramWords {
    fn told(&self) -> Option<TelegramError>;

    /// Bot API, ResponseParameters: "The group has been migrated to a supergroup with the specified identifier."
    fn migrated_to(&self) -> Option<i64> {
        self.told()?.migrate_to
    }

    /// Telegram's own words for why not.
    fn words(&self) -> Option<String> {
        Some(self.told()?.text)
    }

    /// Telegram's words about a picture that it will not take as a photo, though it may take it as a document.
    fn refuses_photo(&self) -> bool {
        self.told().is_some_and(|told| {
            told.code == 400 && ["PHOTO_", "IMAGE_PROCESS_FAILED", "too big for a photo"].iter().any(|w| told.text.contains(w))
        })
    }
}

impl TelegramWords for HttpReply {
    fn told(&self) -> Option<TelegramError> {
        let body = Fields::parse(&self.body).ok()?;
        if body.get::<bool>("ok") != Some(false) {
            return None;
        }
        let parameters = body.object("parameters").unwrap_or_default();
        Some(TelegramError {
            code: body.int("error_code").unwrap_or(self.status.into()),
            text: body.text("description").unwrap_or_else(|| format!("error {}", self.status)),
            retry_after: parameters.int("retry_after").and_then(|s| u64::try_from(s).ok()).or(self.retry_after),
            migrate_to: parameters.int("migrate_to_chat_id"),
        })
    }
}

const DEFAULT_PAUSE: u64 = 5;

/// The rule of the house: what is not clearly one of the others is uncertain.
pub fn outcome_of(answer: Result<HttpReply, reqwest::Error>, is_file: bool) -> SendOutcome {
    match answer {
        Ok(reply) => outcome_of_reply(&reply, is_file),
        // No byte of the request left us.
        Err(e) if e.is_connect() || e.is_dns() || e.is_builder() => SendOutcome::Retry { detail: safe_text(e) },
        Err(e) if e.is_timeout() => SendOutcome::Uncertain { detail: "Telegram did not answer in time.".to_owned() },
        Err(e) => SendOutcome::Uncertain { detail: format!("The connection to Telegram broke: {}", safe_text(e)) },
    }
}

fn outcome_of_reply(reply: &HttpReply, is_file: bool) -> SendOutcome {
    if let Some(told) = reply.told() {
        return refusal(told, is_file);
    }
    match reply.status {
        200..=299 => match accepted(&reply.body) {
            Some(provider_id) => SendOutcome::Sent { provider_id },
            None => SendOutcome::Uncertain { detail: "Telegram's answer could not be read.".to_owned() },
        },
        429 => SendOutcome::Paced { after: pause(reply.retry_after) },
        // Somebody in between refused it: it never reached Telegram.
        413 => failed("media_refused", "The file is too large for the way to Telegram: 413"),
        401 => failed("channel_unauthorized", "Telegram does not accept the bot's token: 401"),
        code => SendOutcome::Uncertain { detail: format!("Telegram's server answered {code} without saying what it did.") },
    }
}

fn refusal(told: TelegramError, is_file: bool) -> SendOutcome {
    let text = told.text.as_str();
    let lower = text.to_lowercase();
    match told.code {
        429 => SendOutcome::Paced { after: pause(told.retry_after) },
        500.. => SendOutcome::Retry { detail: text.to_owned() },
        401 => failed("channel_unauthorized", &format!("Telegram does not accept the bot's token: {text}")),
        // "bot was blocked by the user", "user is deactivated", "bot was kicked from the group chat", "bot can't initiate…".
        403 => failed("customer_blocked", &format!("The customer does not receive messages from this bot: {text}")),
        400 if lower.contains("chat not found") || lower.contains("peer_id_invalid") || lower.contains("user not found") => {
            failed("chat_not_found", &format!("Telegram does not know this chat: {text}"))
        }
        400 if ["thread not found", "topic_deleted", "topic_id_invalid"].iter().any(|words| lower.contains(words)) => {
            failed("chat_not_found", &format!("Telegram does not know this topic any more: {text}"))
        }
        400 if lower.contains("message is not modified") => SendOutcome::Sent { provider_id: None },
        400 if told.migrate_to.is_some() => failed("chat_not_found", &format!("The group has moved to a new chat: {text}")),
        400 | 413 if is_file => failed("media_refused", &format!("Telegram does not take this file: {text}")),
        _ => failed("provider_refused", &format!("Telegram refused the message: {text}")),
    }
}

fn failed(code: &'static str, detail: &str) -> SendOutcome {
    SendOutcome::Failed { code, detail: detail.to_owned() }
}

fn pause(seconds: Option<u64>) -> i64 {
    SECOND.saturating_mul(seconds.unwrap_or(DEFAULT_PAUSE).clamp(1, 86_400) as i64)
}

/// `Some` when Telegram says yes, with the message's id when it tells one.
fn accepted(body: &[u8]) -> Option<Option<String>> {
    let body = Fields::parse(body).ok()?;
    if body.get::<bool>("ok") != Some(true) {
        return None;
    }
    Some(body.object("result").and_then(|message| message.int("message_id")).map(|id| id.to_string()))
}

/// The `result` of a call that is not a send.
pub fn read_result(answer: Result<HttpReply, reqwest::Error>) -> Result<Bytes, ApiError> {
    let reply = answer?;
    if let Some(told) = reply.told() {
        return Err(match told.code {
            401 | 404 => ApiError::Unauthorized(told.text),
            409 => ApiError::Conflict(told.text),
            429 => ApiError::Paced { seconds: told.retry_after.unwrap_or(DEFAULT_PAUSE).max(1) },
            500.. => ApiError::Unreachable(told.text),
            code => ApiError::Refused { code, text: told.text },
        });
    }
    let unclear = || ApiError::Unclear(format!("Telegram's server answered {} in a form that is not Telegram's.", reply.status));
    match reply.status {
        200..=299 => {
            let body = Fields::parse(&reply.body).map_err(|_| unclear())?;
            let result = body.raw("result").filter(|_| body.get::<bool>("ok") == Some(true)).ok_or_else(unclear)?;
            Ok(reply.body.slice_ref(result.as_bytes()))
        }
        401 => Err(ApiError::Unauthorized("Unauthorized".to_owned())),
        429 => Err(ApiError::Paced { seconds: reply.retry_after.unwrap_or(DEFAULT_PAUSE).max(1) }),
        _ => Err(unclear()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> HttpReply {
        HttpReply { status, retry_after: None, body: Bytes::copy_from_slice(body.as_bytes()) }
    }

    fn told(code: u16, text: &str) -> SendOutcome {
        outcome_of_reply(&reply(code, &format!(r#"{{"ok":false,"error_code":{code},"description":"{text}"}}"#)), false)
    }

    fn code(outcome: SendOutcome) -> &'static str {
        match outcome {
            SendOutcome::Failed { code, .. } => code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_a_readable_yes_is_sent() {
        let yes = outcome_of_reply(&reply(200, r#"{"ok":true,"result":{"message_id":7,"date":1}}"#), false);
        assert_eq!(yes, SendOutcome::Sent { provider_id: Some("7".into()) });
        let bare = outcome_of_reply(&reply(200, r#"{"ok":true,"result":true}"#), false);
        assert_eq!(bare, SendOutcome::Sent { provider_id: None });
        for odd in ["", "<html>", r#"{"ok":"yes"}"#, r#"{"message":"unsupported"}"#, r#"{"ok":true,"result":{"mess"#] {
            assert!(matches!(outcome_of_reply(&reply(200, odd), false), SendOutcome::Uncertain { .. }), "{odd}");
        }
    }

    #[test]
    fn refusals_have_their_codes_and_end_with_telegrams_words() {
        assert_eq!(code(told(403, "Forbidden: bot was blocked by the user")), "customer_blocked");
        assert_eq!(code(told(400, "Bad Request: chat not found")), "chat_not_found");
        assert_eq!(code(told(400, "Bad Request: message thread not found")), "chat_not_found");
        assert_eq!(code(told(401, "Unauthorized")), "channel_unauthorized");
        assert_eq!(code(told(400, "Bad Request: message text is empty")), "provider_refused");
        assert_eq!(told(400, "Bad Request: message is not modified: x"), SendOutcome::Sent { provider_id: None });
        let file = reply(400, r#"{"ok":false,"error_code":400,"description":"Bad Request: wrong file"}"#);
        assert_eq!(code(outcome_of_reply(&file, true)), "media_refused");
        match told(403, "Forbidden: user is deactivated") {
            SendOutcome::Failed { detail, .. } => assert!(detail.ends_with("Forbidden: user is deactivated"), "{detail}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_5xx_is_safe_only_in_telegrams_own_words() {
        assert!(matches!(told(502, "Bad Gateway"), SendOutcome::Retry { .. }));
        let foreign = reply(500, r#"{"message":"API method 'sendPhoto' is not supported"}"#);
        assert!(matches!(outcome_of_reply(&foreign, false), SendOutcome::Uncertain { .. }));
        assert!(matches!(outcome_of_reply(&reply(502, "<html>"), false), SendOutcome::Uncertain { .. }));
        assert!(matches!(outcome_of_reply(&reply(302, ""), false), SendOutcome::Uncertain { .. }));
    }

    #[test]
    fn a_429_tells_how_long() {
        let body = r#"{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":14}}"#;
        assert_eq!(outcome_of_reply(&reply(429, body), false), SendOutcome::Paced { after: 14 * SECOND });
        let header = HttpReply { retry_after: Some(3), ..reply(429, "") };
        assert_eq!(outcome_of_reply(&header, false), SendOutcome::Paced { after: 3 * SECOND });
        assert_eq!(outcome_of_reply(&reply(429, ""), false), SendOutcome::Paced { after: 5 * SECOND });
        assert_eq!(read_result(Ok(reply(429, body))), Err(ApiError::Paced { seconds: 14 }));
    }

    #[test]
    fn calls_that_are_no_sends() {
        let ok = read_result(Ok(reply(200, r#"{"ok":true,"result":{"id":1}}"#))).expect("result");
        assert_eq!(&ok[..], br#"{"id":1}"#);
        let no = |code: u16| read_result(Ok(reply(code, &format!(r#"{{"ok":false,"error_code":{code},"description":"x"}}"#))));
        assert_eq!(no(401), Err(ApiError::Unauthorized("x".into())));
        assert_eq!(no(404), Err(ApiError::Unauthorized("x".into())));
        assert_eq!(no(409), Err(ApiError::Conflict("x".into())));
        assert_eq!(no(400), Err(ApiError::Refused { code: 400, text: "x".into() }));
        assert!(matches!(no(500), Err(ApiError::Unreachable(_))));
        assert!(matches!(read_result(Ok(reply(500, "{}"))), Err(ApiError::Unclear(_))));
    }

    #[test]
    fn a_moved_group_names_its_new_chat() {
        let body = r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001}}"#;
        assert_eq!(reply(400, body).migrated_to(), Some(-1001));
    }
}

//! What an answer of the Graph API means: for a send, what became of the message; for any other call, its result.
//!
//! Cloud API, "Error codes": a refusal is `{"error":{"message","code","error_subcode","error_data":{"details"}}}`, and the code
//! alone says what to do. Whatever is neither that nor a result says nothing about what was done.
use bytes::Bytes;

use crate::connectors::dispatcher::{SendAnswer, Slows};
use crate::connectors::fields::Fields;
use crate::connectors::http::{HttpReply, safe_text};
use crate::domain::channel::SendOutcome;
use crate::domain::clock::SECOND;

/// Why a call that is not a send gave no result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GraphFault {
    /// The token is wrong, has expired or may not do this.
    #[error("{0}")]
    Unauthorized(String),
    #[error("{0}")]
    NoSuchNumber(String),
    #[error("Meta asks us to wait {seconds} s")]
    Paced { seconds: u64 },
    #[error("{text}")]
    Refused { code: i64, text: String },
    #[error("Meta cannot be reached: {0}")]
    Unreachable(String),
    /// An answer that is not Meta's.
    #[error("{0}")]
    Unclear(String),
}

impl From<reqwest::Error> for GraphFault {
    fn from(e: reqwest::Error) -> Self {
        GraphFault::Unreachable(safe_text(e))
    }
}

/// What a code asks of us (Cloud API, "Error codes").
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meaning {
    /// Token or permission, or the account is locked: a manager has to do something.
    Account,
    /// This token sees no such number.
    NoSuchNumber,
    /// Seconds in which the whole number is silent.
    SlowAccount(i64),
    /// Too much to one person.
    SlowChat,
    /// Outside of the day after the customer's last word.
    WindowClosed,
    /// The number is not on WhatsApp, or cannot receive this.
    NoSuchChat,
    Media,
    /// Their trouble, and nothing was accepted.
    Later,
    Refused,
}

/// Cloud API: one message to a person in six seconds; whoever has sent a burst waits that long for each of it.
const PAIR_PAUSE: i64 = 6 * SECOND;

pub fn meaning(code: i64, subcode: i64) -> Meaning {
    match code {
        0 | 190 | 3 | 10 | 200..=299 | 368 | 131031 | 131042 | 131005 | 133010 => Meaning::Account,
        // "Unsupported get request. Object with ID … does not exist": a number that this token does not see.
        100 if subcode == 33 => Meaning::NoSuchNumber,
        4 | 80007 => Meaning::SlowAccount(60),
        130429 => Meaning::SlowAccount(2),
        131056 => Meaning::SlowChat,
        131047 => Meaning::WindowClosed,
        131026 | 131062 => Meaning::NoSuchChat,
        131051..=131053 => Meaning::Media,
        1 | 2 | 131000 | 131016 | 131057 => Meaning::Later,
        _ => Meaning::Refused,
    }
}

/// The message code of the contract for a failure that is final, and a sentence that ends with Meta's words.
pub fn failure(code: i64, subcode: i64, words: &str) -> (&'static str, String) {
    let (code, sentence) = match meaning(code, subcode) {
        Meaning::Account | Meaning::NoSuchNumber => ("channel_unauthorized", "Meta does not let this number send"),
        Meaning::WindowClosed => ("window_closed", "More than 24 hours have passed since the customer's last message"),
        Meaning::NoSuchChat => ("chat_not_found", "The message cannot be delivered to this number"),
        Meaning::Media => ("media_refused", "WhatsApp does not take this file"),
        _ => ("provider_refused", "WhatsApp refused the message"),
    };
    (code, format!("{sentence}: {words}"))
}

/// Meta's own error, as it stands in answers and in statuses.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphError {
    pub code: i64,
    pub subcode: i64,
    /// With the code, for it is what their documents are searched by.
    pub words: String,
}

impl GraphError {
    pub fn read(error: &Fields) -> GraphError {
        let details = error.object("error_data").and_then(|data| data.word("details"));
        let words = details.or_else(|| error.word("message")).or_else(|| error.word("title")).unwrap_or_default();
        let (code, subcode) = (error.int("code").unwrap_or(-1), error.int("error_subcode").unwrap_or(0));
        GraphError { code, subcode, words: format!("{words} ({code})").trim().to_owned() }
    }

    fn of(reply: &HttpReply) -> Option<GraphError> {
        let body = Fields::parse(&reply.body).ok()?;
        Some(GraphError::read(&body.object("error")?))
    }
}

/// The rule of the house: what is not clearly one of the others is uncertain.
pub fn outcome_of(answer: Result<HttpReply, reqwest::Error>) -> SendAnswer {
    let mut slows = Slows::Everybody;
    let outcome = match answer {
        Ok(reply) => outcome_of_reply(&reply, &mut slows),
        // No byte of the request left us.
        Err(e) if e.is_connect() || e.is_dns() || e.is_builder() => SendOutcome::Retry { detail: safe_text(e) },
        Err(e) if e.is_timeout() => SendOutcome::Uncertain { detail: "WhatsApp did not answer in time.".to_owned() },
        Err(e) => SendOutcome::Uncertain { detail: format!("The connection to WhatsApp broke: {}", safe_text(e)) },
    };
    SendAnswer { report: outcome.into(), slows }
}

fn outcome_of_reply(reply: &HttpReply, slows: &mut Slows) -> SendOutcome {
    if let Some(GraphError { code, subcode, words }) = GraphError::of(reply) {
        return match meaning(code, subcode) {
            Meaning::SlowChat => {
                *slows = Slows::Chat;
                SendOutcome::Paced { after: PAIR_PAUSE }
            }
            Meaning::SlowAccount(seconds) => SendOutcome::Paced { after: pause(reply.retry_after, seconds) },
            Meaning::Later => SendOutcome::Retry { detail: words },
            Meaning::Refused if reply.status >= 500 => SendOutcome::Retry { detail: words },
            _ => {
                let (code, detail) = failure(code, subcode, &words);
                SendOutcome::Failed { code, detail }
            }
        };
    }
    match reply.status {
        200..=299 => match accepted(&reply.body) {
            Some(provider_id) => SendOutcome::Sent { provider_id: Some(provider_id) },
            None => SendOutcome::Uncertain { detail: "WhatsApp's answer could not be read.".to_owned() },
        },
        429 => SendOutcome::Paced { after: pause(reply.retry_after, 5) },
        // Somebody in between refused it: it never reached Meta.
        413 => SendOutcome::Failed { code: "media_refused", detail: "The file is too large for the way to Meta: 413".to_owned() },
        401 => SendOutcome::Failed {
            code: "channel_unauthorized",
            detail: "Meta does not accept the channel's access token: 401".to_owned(),
        },
        code => SendOutcome::Uncertain { detail: format!("Meta's server answered {code} without saying what it did.") },
    }
}

fn pause(told: Option<u64>, usual: i64) -> i64 {
    SECOND.saturating_mul(told.map_or(usual, |seconds| seconds.clamp(1, 86_400) as i64))
}

/// The name of the message, where Meta has accepted it: whether it arrives is told later.
fn accepted(body: &[u8]) -> Option<String> {
    Fields::parse(body).ok()?.list("messages").first()?.word("id")
}

/// The body of a call that is not a send.
pub fn read_result(answer: Result<HttpReply, reqwest::Error>) -> Result<Bytes, GraphFault> {
    let reply = answer?;
    if let Some(GraphError { code, subcode, words }) = GraphError::of(&reply) {
        return Err(match meaning(code, subcode) {
            Meaning::Account => GraphFault::Unauthorized(words),
            Meaning::NoSuchNumber => GraphFault::NoSuchNumber(words),
            Meaning::SlowAccount(_) | Meaning::SlowChat => GraphFault::Paced { seconds: reply.retry_after.unwrap_or(60) },
            Meaning::Later => GraphFault::Unreachable(words),
            _ if reply.status >= 500 => GraphFault::Unreachable(words),
            _ => GraphFault::Refused { code, text: words },
        });
    }
    match reply.status {
        200..=299 => Ok(reply.body),
        401 => Err(GraphFault::Unauthorized("401".to_owned())),
        429 => Err(GraphFault::Paced { seconds: reply.retry_after.unwrap_or(5).max(1) }),
        code => Err(GraphFault::Unclear(format!("Meta's server answered {code} in a form that is not Meta's."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> HttpReply {
        HttpReply { status, retry_after: None, body: Bytes::copy_from_slice(body.as_bytes()) }
    }

    fn told(status: u16, code: i64) -> (SendOutcome, Slows) {
        let body = format!(
            r#"{{"error":{{"message":"(#{code}) No","type":"OAuthException","code":{code},"error_data":{{"details":"why"}}}}}}"#
        );
        let SendAnswer { report, slows } = outcome_of(Ok(reply(status, &body)));
        (report.outcome, slows)
    }

    #[test]
    fn only_a_readable_yes_is_sent() {
        let yes = r#"{"messaging_product":"whatsapp","messages":[{"id":"wamid.1","message_status":"accepted"}]}"#;
        let sent = outcome_of(Ok(reply(200, yes))).report.outcome;
        assert_eq!(sent, SendOutcome::Sent { provider_id: Some("wamid.1".into()) });
        for odd in ["", "<html>", "{}", r#"{"messages":[]}"#, r#"{"messages":[{"id":""}]}"#, r#"{"messages":[{"id"#] {
            let outcome = outcome_of(Ok(reply(200, odd))).report.outcome;
            assert!(matches!(outcome, SendOutcome::Uncertain { .. }), "{odd}");
        }
        assert!(matches!(outcome_of(Ok(reply(502, "<html>"))).report.outcome, SendOutcome::Uncertain { .. }));
    }

    #[test]
    fn each_code_has_its_consequence() {
        let failed = |code: i64| match told(400, code).0 {
            SendOutcome::Failed { code, detail } => (code, detail),
            other => panic!("{code}: {other:?}"),
        };
        for (code, ours) in [
            (190, "channel_unauthorized"),
            (10, "channel_unauthorized"),
            (200, "channel_unauthorized"),
            (131031, "channel_unauthorized"),
            (131042, "channel_unauthorized"),
            (131047, "window_closed"),
            (131026, "chat_not_found"),
            (131053, "media_refused"),
            (131048, "provider_refused"),
            (131049, "provider_refused"),
            (130472, "provider_refused"),
            (131050, "provider_refused"),
            (132000, "provider_refused"),
            (131009, "provider_refused"),
            (999_999, "provider_refused"),
        ] {
            let (told, detail) = failed(code);
            assert_eq!(told, ours, "{code}");
            assert!(detail.ends_with(&format!("why ({code})")), "{detail}");
        }
        for code in [1, 2, 131000, 131016, 131057] {
            assert!(matches!(told(500, code).0, SendOutcome::Retry { .. }), "{code}");
        }
        assert!(matches!(told(503, 999_999).0, SendOutcome::Retry { .. }), "Meta's own words: nothing was accepted");
        assert_eq!(told(400, 131056), (SendOutcome::Paced { after: PAIR_PAUSE }, Slows::Chat));
        assert_eq!(told(429, 130429), (SendOutcome::Paced { after: 2 * SECOND }, Slows::Everybody));
        assert_eq!(told(400, 80007), (SendOutcome::Paced { after: 60 * SECOND }, Slows::Everybody));
    }

    #[test]
    fn calls_that_are_no_sends() {
        assert_eq!(&read_result(Ok(reply(200, r#"{"id":"1"}"#))).expect("a result")[..], br#"{"id":"1"}"#);
        let no = |code: i64, subcode: i64| {
            read_result(Ok(reply(400, &format!(r#"{{"error":{{"message":"m","code":{code},"error_subcode":{subcode}}}}}"#))))
        };
        assert_eq!(no(190, 463), Err(GraphFault::Unauthorized("m (190)".into())));
        assert_eq!(no(100, 33), Err(GraphFault::NoSuchNumber("m (100)".into())));
        assert_eq!(no(100, 0), Err(GraphFault::Refused { code: 100, text: "m (100)".into() }));
        assert_eq!(no(4, 0), Err(GraphFault::Paced { seconds: 60 }));
        assert!(matches!(read_result(Ok(reply(502, "<html>"))), Err(GraphFault::Unclear(_))));
    }
}

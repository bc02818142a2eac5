//! One way out to the providers: what every client of theirs has in common.
use std::error::Error as _;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, RequestBuilder, redirect};

pub const TIMEOUT: Duration = Duration::from_secs(8);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// A hundred updates, or templates, fit many times over.
const ANSWER_LIMIT: usize = 16 << 20;
/// The hub gives a send up after 75 s.
const LONGEST_UPLOAD: Duration = Duration::from_secs(60);

/// One client for all accounts of a provider. A redirect or a silent second try could send a message twice.
pub fn client() -> Result<Client, String> {
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT)
        .pool_idle_timeout(Duration::from_secs(20))
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .http1_only()
        .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| format!("cannot prepare the HTTP client for providers: {}", safe_text(e)))
}

/// An upload may take longer than a call, by what its bytes may need on a slow line.
pub fn upload_timeout(size: u64) -> Duration {
    (TIMEOUT + Duration::from_secs(size >> 18)).min(LONGEST_UPLOAD)
}

pub struct HttpReply {
    pub status: u16,
    /// Seconds, from the header.
    pub retry_after: Option<u64>,
    pub body: Bytes,
}

pub async fn exchange(request: RequestBuilder) -> Result<HttpReply, reqwest::Error> {
    let mut answer = request.send().await?;
    let status = answer.status().as_u16();
    let retry_after = answer.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()).and_then(|v| v.trim().parse().ok());
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > ANSWER_LIMIT {
            break;
        }
        body.extend_from_slice(&chunk);
    }
    Ok(HttpReply { status, retry_after, body: body.freeze() })
}

/// The error with its causes and without its URL, in which a token may stand.
pub fn safe_text(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

//! Calls of the Graph API for one WhatsApp number. The token stands in a header and nowhere else.
pub mod answer;

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::multipart::Form;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use url::Url;

use self::answer::{GraphFault, read_result};
use crate::connectors::fields::Fields;
use crate::connectors::http::{HttpReply, exchange, upload_timeout};

/// Of the Graph API. Meta keeps each for two years.
const VERSION: &str = "v25.0";
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(45);
/// Where Meta keeps media: its own hosts, and the one that a test names by `WHATSAPP_API_URL`.
const MEDIA_HOSTS: [&str; 3] = ["fbsbx.com", "fbcdn.net", "whatsapp.net"];

/// One number at Meta.
#[derive(Clone)]
pub struct Graph {
    http: Client,
    /// `{WHATSAPP_API_URL}/v25.0`
    base: Arc<str>,
    number: Arc<str>,
    token: Arc<str>,
}

/// What Meta says of a number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NumberState {
    pub display_phone_number: Option<String>,
    pub verified_name: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    pub quality: Option<String>,
    /// How many people may be written to first within a day, as `TIER_1K`.
    pub messaging_limit: Option<String>,
}

/// Where a file lies for the next five minutes.
#[derive(Debug, PartialEq)]
pub struct MediaPlace {
    pub url: String,
    pub size: Option<u64>,
    /// In hexadecimal or base64.
    pub sha256: Option<String>,
}

impl Graph {
    pub fn new(http: Client, api_url: &str, number: &str, token: &str) -> Self {
        let base = format!("{}/{VERSION}", api_url.trim_end_matches('/'));
        Graph { http, base: base.into(), number: number.into(), token: token.into() }
    }

    /// The same number at the same address with the same token: its pacing goes on.
    pub fn same_number(&self, other: &Graph) -> bool {
        self.number == other.number && self.token == other.token && self.base == other.base
    }

    /// Meta's `phone_number_id`.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Proves token and number.
    pub async fn state(&self) -> Result<NumberState, GraphFault> {
        let fields =
            "display_phone_number,verified_name,quality_rating,messaging_limit_tier,whatsapp_business_manager_messaging_limit";
        let url = format!("{}/{}?fields={fields}", self.base, self.number);
        let result = match read_result(exchange(self.authorized(self.http.get(url))).await) {
            // An older or a newer version knows one of the fields no more: what is certain is asked for alone.
            Err(GraphFault::Refused { code: 100, .. }) => {
                let url = format!("{}/{}?fields=display_phone_number,verified_name,quality_rating", self.base, self.number);
                read_result(exchange(self.authorized(self.http.get(url))).await)?
            }
            other => other?,
        };
        let number = Fields::parse(&result).map_err(|_| GraphFault::Unclear("Meta's answer could not be read.".to_owned()))?;
        let limit = number.word("whatsapp_business_manager_messaging_limit").or_else(|| number.word("messaging_limit_tier"));
        Ok(NumberState {
            display_phone_number: number.word("display_phone_number"),
            verified_name: number.word("verified_name"),
            quality: number.word("quality_rating"),
            messaging_limit: limit,
        })
    }

    /// `POST /{number}/messages`
    pub async fn send(&self, message: &Value) -> Result<HttpReply, reqwest::Error> {
        exchange(self.post(&format!("{}/messages", self.number), message)).await
    }

    /// Cloud API, typing indicators: marks the message and all before it as read, and shows that somebody writes, for 25 s at most.
    pub async fn read(&self, message: &str, typing: bool) -> Result<(), GraphFault> {
        let mut body = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": message });
        if typing {
            body["typing_indicator"] = json!({ "type": "text" });
        }
        read_result(self.send(&body).await).map(|_| ())
    }

    /// `POST /{number}/media`: the id to send it by.
    pub async fn upload(&self, form: Form, size: u64) -> Result<String, UploadFault> {
        let request = self.authorized(self.http.post(format!("{}/{}/media", self.base, self.number)));
        let answer = exchange(request.timeout(upload_timeout(size)).multipart(form)).await;
        match answer {
            Ok(reply) if (200..300).contains(&reply.status) => {
                let id = Fields::parse(&reply.body).ok().and_then(|body| body.word("id"));
                id.ok_or_else(|| UploadFault::Later("Meta's answer to an upload could not be read".to_owned()))
            }
            Ok(reply) => Err(UploadFault::Refused(reply)),
            // Nobody sees an upload that no message names: once more is safe.
            Err(e) => Err(UploadFault::Later(crate::connectors::http::safe_text(e))),
        }
    }

    /// `GET /{media}?phone_number_id=…`
    pub async fn media(&self, id: &str) -> Result<MediaPlace, GraphFault> {
        let mut url = Url::parse(&self.base).map_err(|e| GraphFault::Unreachable(format!("WHATSAPP_API_URL is no URL: {e}")))?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(id);
        }
        url.query_pairs_mut().append_pair("phone_number_id", &self.number);
        let result = read_result(exchange(self.authorized(self.http.get(url))).await)?;
        let media = Fields::parse(&result).unwrap_or_default();
        let url = media.word("url").ok_or_else(|| GraphFault::Unclear("the answer has no address of the file".to_owned()))?;
        let size = media.int("file_size").and_then(|size| u64::try_from(size).ok());
        Ok(MediaPlace { url, size, sha256: media.word("sha256") })
    }

    /// The bytes at a place that Meta has named. The token goes to Meta's hosts only, and no redirect is followed.
    pub async fn download(&self, url: &str) -> Result<reqwest::Response, GraphFault> {
        let url = Url::parse(url).ok().filter(|url| self.is_metas(url));
        let url =
            url.ok_or_else(|| GraphFault::Refused { code: 0, text: "the file lies at a host that is not Meta's".to_owned() })?;
        let answer = self.authorized(self.http.get(url)).timeout(DOWNLOAD_TIMEOUT).send().await?;
        match answer.status().as_u16() {
            200 => Ok(answer),
            // The address lives for five minutes: the next try asks for another.
            code => Err(GraphFault::Unclear(format!("the file's address answered {code}"))),
        }
    }

    fn is_metas(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let metas = MEDIA_HOSTS.iter().any(|known| host == *known || host.ends_with(&format!(".{known}")));
        let ours = Url::parse(&self.base).is_ok_and(|base| base.origin() == url.origin());
        ours || (metas && url.scheme() == "https")
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        let request = self.http.post(format!("{}/{path}", self.base));
        self.authorized(request).header(CONTENT_TYPE, "application/json").body(body.to_string())
    }

    fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        match HeaderValue::from_str(&format!("Bearer {}", self.token)) {
            Ok(mut value) => {
                value.set_sensitive(true);
                request.header(AUTHORIZATION, value)
            }
            // Without it Meta answers 401, which says what is wrong.
            Err(_) => request,
        }
    }
}

/// Why there is no media id.
pub enum UploadFault {
    /// As Meta, or somebody on the way to it, has answered.
    Refused(HttpReply),
    Later(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectors::http::client;

    #[test]
    fn the_token_goes_to_metas_hosts_alone() {
        let graph = Graph::new(client().expect("a client"), "http://127.0.0.1:9", "1", "t");
        let metas = |url: &str| graph.is_metas(&Url::parse(url).expect("a URL"));
        assert!(metas("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1"));
        assert!(metas("https://scontent.whatsapp.net/v/1") && metas("http://127.0.0.1:9/file/1"));
        for foreign in [
            "http://lookaside.fbsbx.com/x",
            "https://fbsbx.com.evil.example/x",
            "https://evilfbsbx.com/x",
            "http://127.0.0.1:10/x",
            "http://169.254.169.254/latest",
            "https://user@evil.example/fbsbx.com",
        ] {
            assert!(!metas(foreign), "{foreign}");
        }
    }
}

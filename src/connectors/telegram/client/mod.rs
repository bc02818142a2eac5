//! Calls of the Bot API. The token stands in every URL (Bot API: `/bot<token>/<method>`), so no URL is ever logged or shown.
pub mod answer;
mod local;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder};
use serde::Serialize;
use serde_json::Value;
use teloxide::payloads::{
    AnswerCallbackQuery, AnswerCallbackQuerySetters, DeleteWebhook, GetFile, GetMe, GetWebhookInfo, SendChatAction, SendMessage,
    SetWebhook, SetWebhookSetters,
};
use teloxide::requests::Payload;
use teloxide::types::{AllowedUpdate, CallbackQueryId, ChatAction, ChatId, FileId};

use self::answer::{ApiError, read_result};
use super::place::ChatPlace;
use crate::connectors::fields::Fields;
use crate::connectors::http::{HttpReply, exchange, upload_timeout};

/// Long poll. The official server caps it at 50 s.
const POLL_SECONDS: u64 = 25;
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(45);

/// What we ask Telegram to send. `message_reaction` comes only when it is named.
pub const ALLOWED_UPDATES: [AllowedUpdate; 5] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
    AllowedUpdate::MessageReaction,
];

/// One bot.
#[derive(Clone)]
pub struct Api {
    http: Client,
    base: Arc<str>,
    token: Arc<str>,
}

#[derive(Debug, PartialEq)]
pub struct Me {
    pub id: String,
    pub username: Option<String>,
}

/// What a person reads after pressing a button: 200 characters at most.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    pub text: String,
    /// Until it is closed; otherwise it is gone in a moment.
    pub stays: bool,
}

#[derive(Debug, Default, PartialEq)]
pub struct WebhookState {
    pub url: String,
    pub pending: i64,
    pub last_error: Option<String>,
    /// Unix seconds.
    pub last_error_date: i64,
    pub max_connections: i64,
    pub allowed_updates: Vec<String>,
}

impl Api {
    pub fn new(http: Client, base: &str, token: &str) -> Self {
        Api { http, base: base.trim_end_matches('/').into(), token: token.into() }
    }

    /// The same bot at the same address: its pacing goes on.
    pub fn same_bot(&self, other: &Api) -> bool {
        self.token == other.token && self.base == other.base
    }

    /// Telegram's own servers, which have limits that a local Bot API server has not.
    pub fn is_official(&self) -> bool {
        self.base.contains("://api.telegram.org")
    }

    pub async fn get_me(&self) -> Result<Me, ApiError> {
        let result = self.call(&GetMe::new()).await?;
        let me = Fields::parse(&result).unwrap_or_default();
        let id = me.int("id").ok_or_else(|| ApiError::Unclear("getMe: the answer has no id".to_owned()))?;
        Ok(Me { id: id.to_string(), username: me.word("username") })
    }

    pub async fn set_webhook(&self, url: &str, secret: &str) -> Result<(), ApiError> {
        let url = url::Url::parse(url).map_err(|e| ApiError::Refused { code: 0, text: format!("{url} is not a URL: {e}") })?;
        let payload = SetWebhook::new(url).secret_token(secret).allowed_updates(ALLOWED_UPDATES);
        self.call(&payload).await.map(|_| ())
    }

    /// Waiting updates stay with Telegram (24 h at most).
    pub async fn delete_webhook(&self) -> Result<(), ApiError> {
        self.call(&DeleteWebhook::new()).await.map(|_| ())
    }

    pub async fn webhook_state(&self) -> Result<WebhookState, ApiError> {
        let result = self.call(&GetWebhookInfo::new()).await?;
        let info = Fields::parse(&result).unwrap_or_default();
        Ok(WebhookState {
            url: info.text("url").unwrap_or_default(),
            pending: info.int("pending_update_count").unwrap_or_default(),
            last_error: info.word("last_error_message"),
            last_error_date: info.int("last_error_date").unwrap_or_default(),
            max_connections: info.int("max_connections").unwrap_or_default(),
            allowed_updates: info.get("allowed_updates").unwrap_or_default(),
        })
    }

    /// Each update as it came. teloxide's payload has an `offset` of 32 bits and its answer refuses what it does not know.
    pub async fn get_updates(&self, offset: Option<i64>) -> Result<Vec<Bytes>, ApiError> {
        #[derive(Serialize)]
        struct GetUpdates {
            #[serde(skip_serializing_if = "Option::is_none")]
            offset: Option<i64>,
            limit: u8,
            timeout: u64,
            allowed_updates: [AllowedUpdate; 5],
        }
        let payload = GetUpdates { offset, limit: 100, timeout: POLL_SECONDS, allowed_updates: ALLOWED_UPDATES };
        let request = self.request("getUpdates", &payload).timeout(Duration::from_secs(POLL_SECONDS + 10));
        let result = read_result(exchange(request).await)?;
        let updates: Vec<&serde_json::value::RawValue> =
            serde_json::from_slice(&result).map_err(|e| ApiError::Unclear(format!("getUpdates: {e}")))?;
        Ok(updates.into_iter().map(|raw| result.slice_ref(raw.get().as_bytes())).collect())
    }

    /// Bot API: a client shows a spinner until this is called. Too late is harmless.
    pub async fn answer_callback(&self, id: &str, toast: Option<&Toast>) -> Result<(), ApiError> {
        let payload = AnswerCallbackQuery::new(CallbackQueryId(id.to_owned()));
        let payload = match toast {
            Some(toast) => payload.text(&toast.text).show_alert(toast.stays),
            None => payload,
        };
        self.call(&payload).await.map(|_| ())
    }

    pub async fn typing(&self, place: ChatPlace) -> Result<(), ApiError> {
        let mut payload = SendChatAction::new(ChatId(place.chat), ChatAction::Typing);
        payload.message_thread_id = place.thread();
        self.call(&payload).await.map(|_| ())
    }

    /// Where a file can be fetched for the next hour.
    pub async fn file_path(&self, file_id: &str) -> Result<(String, Option<i64>), ApiError> {
        let result = self.call(&GetFile::new(FileId(file_id.to_owned()))).await?;
        let file = Fields::parse(&result).unwrap_or_default();
        let path = file.word("file_path").ok_or_else(|| ApiError::Unclear("getFile: the answer has no file_path".to_owned()))?;
        Ok((path, file.int("file_size")))
    }

    /// The file, if a local server has left it on a disk that is ours too.
    pub async fn open_local(&self, path: &str) -> std::io::Result<Option<(tokio::fs::File, u64)>> {
        if self.is_official() || !path.starts_with('/') { Ok(None) } else { local::open(path, &self.token).await }
    }

    /// Bot API: `{api}/file/bot<token>/<file_path>`. Of a file that a local server has, the path within the bot's folder; else
    /// the whole.
    pub async fn download(&self, path: &str) -> Result<reqwest::Response, ApiError> {
        match local::in_the_bots_folder(path, &self.token) {
            None => self.download_from(path).await,
            Some(short) => match self.download_from(short).await {
                Err(ApiError::Refused { code: 404, .. }) => self.download_from(path).await,
                other => other,
            },
        }
    }

    async fn download_from(&self, path: &str) -> Result<reqwest::Response, ApiError> {
        let url = url::Url::parse(&format!("{}/file/bot{}/", self.base, self.token));
        let mut url = url.map_err(|e| ApiError::Unreachable(format!("TELEGRAM_API_URL is no URL: {e}")))?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/').filter(|part| !matches!(*part, "" | "." | "..")));
        }
        let answer = self.http.get(url).timeout(DOWNLOAD_TIMEOUT).send().await.map_err(ApiError::from)?;
        match answer.status().as_u16() {
            200 => Ok(answer),
            code => Err(ApiError::Refused { code: code.into(), text: format!("the file's address answered {code}") }),
        }
    }

    pub(super) async fn send_message(&self, payload: &SendMessage) -> Result<HttpReply, reqwest::Error> {
        exchange(self.request("sendMessage", payload)).await
    }

    /// An upload: longer than a call by what its bytes may need on a slow line.
    pub(super) async fn upload(
        &self,
        method: &str,
        form: reqwest::multipart::Form,
        size: u64,
    ) -> Result<HttpReply, reqwest::Error> {
        exchange(self.http.post(self.url(method)).timeout(upload_timeout(size)).multipart(form)).await
    }

    pub(super) async fn call<P: Payload + Serialize>(&self, payload: &P) -> Result<Bytes, ApiError> {
        read_result(exchange(self.request(&method_name(P::NAME), payload)).await)
    }

    fn request(&self, method: &str, payload: &impl Serialize) -> RequestBuilder {
        // An empty payload serialises to `null` or `{}`; Telegram wants an object.
        let body =
            serde_json::to_value(payload).ok().filter(Value::is_object).unwrap_or_else(|| Value::Object(Default::default()));
        self.http.post(self.url(method)).header(CONTENT_TYPE, "application/json").body(body.to_string())
    }

    fn url(&self, method: &str) -> String {
        format!("{}/bot{}/{method}", self.base, self.token)
    }
}

/// teloxide names methods in UpperCamelCase. Telegram does not mind; its local servers and doubles may.
fn method_name(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(chars).collect()
}

//! `/api/chat`: one more way into the same conversations, for programs that speak for a customer.
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_multipart::{Field, Multipart};
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::TryStreamExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conversations::seen;
use super::extract::Params;
use super::files;
use crate::actions::say_for_customer::{CustomerWords, SpokenFile, say_for_customer};
use crate::clients::labels::clean_name;
use crate::clients::storage::Storage;
use crate::config::Config;
use crate::db::Store;
use crate::domain::access::Principal;
use crate::domain::clock::{self, Micros};
use crate::domain::conversation::Handler;
use crate::domain::flaw::{Flaw, Options};
use crate::domain::form::TimeForm;
use crate::domain::ids::{ChannelId, ConversationId, MessageId};
use crate::domain::message::AuthorType;
use crate::domain::text::word_enum;
use crate::error::{Error, Result};
use crate::hub::{Done, Hub};

/// As much as transcription takes (OpenAI: 25 MB).
const MOST_AUDIO: u64 = 25 * 1024 * 1024;
const MOST_TEXT: usize = 16 * 1024;
const MOST_KEY: usize = 200;
/// Then the answer is `pending`: the turn goes on, and `GET /api/chat` has what came of it.
const WAIT: Duration = Duration::from_secs(25);

#[derive(Default, JsonSchema)]
#[schemars(rename = "Saying", extend("required" = ["user_id"]))]
pub struct ChatForm {
    #[schemars(with = "String", length(min = 1, max = MOST_KEY))]
    user_id: Option<String>,
    #[serde(default)]
    #[schemars(with = "String", length(max = MOST_TEXT))]
    text: Option<String>,
    /// ogg, mp3, m4a, wav, webm or flac, at most 25 MB.
    #[serde(default, rename = "audio_file")]
    #[schemars(with = "String", extend("format" = "binary"))]
    audio: Option<SpokenFile>,
}

word_enum! {
    /// How the turn that somebody waited for has ended, as far as it has.
    ChatStatus { Success = "success", HandedOver = "handed_over", Pending = "pending" }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChatAnswer")]
pub struct ChatAnswerView {
    status: ChatStatus,
    user_id: String,
    response: String,
    function_called: Option<String>,
    conversation_id: ConversationId,
    message_id: MessageId,
}

#[derive(Serialize, JsonSchema)]
pub struct ChatSince {
    user_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ConversationId")]
    conversation_id: Option<ConversationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Handler")]
    handler: Option<Handler>,
    messages: Vec<ChatLine>,
    after: MessageId,
}

/// Something that was said to a customer.
#[derive(Serialize, JsonSchema)]
pub struct ChatLine {
    id: MessageId,
    text: String,
    author: ChatAuthor,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    created_at: Micros,
}

#[derive(Serialize, JsonSchema)]
pub struct ChatAuthor {
    #[serde(rename = "type")]
    kind: AuthorType,
    name: String,
}

/// `POST /api/chat`
pub async fn say(
    who: Principal,
    request: HttpRequest,
    form: Multipart,
    hub: web::Data<Hub>,
    storage: web::Data<Arc<dyn Storage>>,
    config: web::Data<Config>,
) -> Result<HttpResponse> {
    let begun = Instant::now();
    let said = read(form, &***storage).await?;
    let user_id = said.user_id.filter(|id| !id.is_empty()).ok_or_else(|| Error::field("user_id", Flaw::SpeakerMissing))?;
    let text = said.text.unwrap_or_default();
    if text.is_empty() && said.audio.is_none() {
        return Err(Error::validation(Flaw::WordsMissing).about("text"));
    }
    let client_id = match request.headers().get("Idempotency-Key").map(|v| v.to_str()) {
        Some(Ok(key)) if !key.is_empty() && key.len() <= MOST_KEY => Some(key.to_owned()),
        Some(_) => return Err(Error::validation(Flaw::KeyMalformed { max: MOST_KEY })),
        None => None,
    };
    let channel = api_channel(&hub.core.store, &who).await?;
    let words = CustomerWords { channel, user_id: user_id.clone(), text, audio: said.audio, client_id };
    let done = say_for_customer(&hub, &***storage, &config, &who, words).await?;
    let settled = hub.turn_settled(channel, &user_id, WAIT.saturating_sub(begun.elapsed())).await;
    answer(&hub, &user_id, &done, settled).await
}

async fn answer(hub: &Hub, user_id: &str, done: &Done, settled: bool) -> Result<HttpResponse> {
    let message = done.message_id.ok_or_else(|| Error::internal("a word of a customer without a message"))?;
    let (words, function_called) = hub.core.store.answer_after(done.conversation_id, message).await?;
    let status = match (settled, words.is_empty()) {
        (_, false) => ChatStatus::Success,
        (true, true) => ChatStatus::HandedOver,
        (false, true) => ChatStatus::Pending,
    };
    Ok(HttpResponse::Ok().json(ChatAnswerView {
        status,
        user_id: user_id.to_owned(),
        response: words.join("\n\n"),
        function_called,
        conversation_id: done.conversation_id,
        message_id: message,
    }))
}

async fn api_channel(store: &Store, who: &Principal) -> Result<ChannelId> {
    store.api_channel(who.company_id).await?.ok_or_else(|| Error::not_found("This company has no API channel"))
}

/// Reads the whole form before anything is done with it. What is not kept goes away with its temporary file.
async fn read(mut form: Multipart, storage: &dyn Storage) -> Result<ChatForm> {
    let mut said = ChatForm::default();
    while let Some(mut field) = form.try_next().await.map_err(files::unreadable)? {
        match field.name() {
            Some("user_id") => said.user_id = Some(files::short(&mut field, "user_id", MOST_KEY).await?),
            Some("text") => said.text = Some(files::short(&mut field, "text", MOST_TEXT).await?),
            Some("audio_file") => said.audio = audio(&mut field, storage).await?,
            _ => while field.try_next().await.map_err(files::unreadable)?.is_some() {},
        }
    }
    Ok(said)
}

/// `None` for a field that names no file and brings no bytes, as forms send it when nothing was chosen.
async fn audio(field: &mut Field, storage: &dyn Storage) -> Result<Option<SpokenFile>> {
    let name = clean_name(field.content_disposition().and_then(|d| d.get_filename()).unwrap_or_default());
    let (upload, head) = files::take(field, storage, MOST_AUDIO).await?;
    if upload.size == 0 && name.is_empty() {
        return Ok(None);
    }
    if upload.size == 0 {
        return Err(Error::field("audio_file", Flaw::FileEmpty));
    }
    let mime = files::judge(&head).0;
    if !files::is_recording(mime) {
        return Err(Error::field(
            "audio_file",
            Flaw::NotARecording { options: Options(&["ogg", "mp3", "m4a", "wav", "webm", "flac"]) },
        ));
    }
    Ok(Some(SpokenFile { upload, name, mime }))
}

#[derive(Deserialize, JsonSchema)]
pub struct Since {
    /// The customer's key on the API channel.
    user_id: String,
    /// The id of the last message that is known.
    #[serde(default)]
    after: MessageId,
}

/// `GET /api/chat`: what was said to this customer since: by people, and by the agent. Who may not see the conversation finds
/// none.
pub async fn since(who: Principal, hub: web::Data<Hub>, Params(asked): Params<Since>) -> Result<HttpResponse> {
    let store = &hub.core.store;
    let channel = api_channel(store, &who).await?;
    let state = store.load_state(channel, asked.user_id.clone()).await?;
    let Some(state) = state else {
        let (user_id, after) = (asked.user_id, asked.after);
        return Ok(HttpResponse::Ok().json(ChatSince { user_id, conversation_id: None, handler: None, messages: vec![], after }));
    };
    seen(&hub, who, state.id).await?;
    let said = store.said_after(state.id, asked.after).await?;
    let after = said.last().map_or(asked.after, |m| m.id);
    let messages = said
        .into_iter()
        .map(|m| ChatLine {
            id: m.id,
            text: m.text,
            author: ChatAuthor { kind: m.author.kind, name: m.author.name },
            created_at: m.created_at,
        })
        .collect();
    Ok(HttpResponse::Ok().json(ChatSince {
        user_id: asked.user_id,
        conversation_id: Some(state.id),
        handler: Some(state.handler),
        messages,
        after,
    }))
}

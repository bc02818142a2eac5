//! A program says something in a customer's name (`/api/chat`): the recording is kept first, then the words are taken in like
//! those of any channel, and wait for the agent.
use actix_web::http::StatusCode;

use super::keep_file::{FileLabel, keep_file, room_left};
use crate::clients::storage::{Storage, Upload};
use crate::config::Config;
use crate::domain::access::Principal;
use crate::domain::channel::{ChannelKind, Inbound, InboundKind, InboundMessage, Profile};
use crate::domain::ids::ChannelId;
use crate::domain::message::MessageKind;
use crate::error::{Error, Result};
use crate::hub::{Done, Hub};

/// A recording that is in the store, and in no row yet.
pub struct SpokenFile {
    pub upload: Upload,
    /// May be empty.
    pub name: String,
    pub mime: &'static str,
}

pub struct CustomerWords {
    /// The company's API channel.
    pub channel: ChannelId,
    /// What the program calls its customer.
    pub user_id: String,
    pub text: String,
    pub audio: Option<SpokenFile>,
    pub client_id: Option<String>,
}

/// Nothing is stored where nobody would answer.
pub async fn say_for_customer(
    hub: &Hub,
    storage: &dyn Storage,
    config: &Config,
    who: &Principal,
    words: CustomerWords,
) -> Result<Done> {
    let CustomerWords { channel, user_id, text, audio, client_id } = words;
    if hub.core.agents.of(channel).await?.is_none() {
        return Err(agent_off());
    }
    let now = hub.core.clock.now();
    let uploads = match audio {
        Some(SpokenFile { upload, name, mime }) => {
            let room = room_left(&hub.core.store, config, who.company_id).await?;
            let name = if name.is_empty() { "voice".to_owned() } else { name };
            let label = FileLabel { company_id: who.company_id, uploaded_by: Some(who.user_id), kind: "voice", name, mime };
            vec![keep_file(&hub.core.store, storage, room, upload, label, now).await?.id]
        }
        None => vec![],
    };
    let message_kind = if uploads.is_empty() { MessageKind::Text } else { MessageKind::Voice };
    let inbound = Inbound {
        company_id: who.company_id,
        channel_id: channel,
        channel_kind: ChannelKind::Api,
        key: user_id.clone(),
        address: user_id,
        profile: Profile::default(),
        also: vec![],
        is_group: false,
        raw: None,
        received_at: now,
        what: InboundKind::Message(InboundMessage { uploads, client_id, ..InboundMessage::plain(message_kind, text) }),
    };
    Ok(hub.receive(inbound).await?)
}

/// Without access to a model there is nobody to answer.
pub fn agent_off() -> Error {
    Error::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "agent_off",
        "The agent is off: set OPENAI_API_KEY, or the company's own key in the console under Settings, AI",
    )
}

//! From an update's bytes to the hub's commit; webhook and polling meet here.
use bytes::Bytes;

use super::codec::{self, Origin, Reading};
use super::colleagues::after::After;
use super::colleagues::read::Colleague;
use super::colleagues::{self, CodeTries};
use super::place::ChatPlace;
use crate::connectors::ports::{Ports, ReceiveError};
use crate::db::DbError;
use crate::db::notices::Own;
use crate::domain::channel::{Inbound, InboundKind};
use crate::domain::ids::{ChannelId, CompanyId};

/// An update that was read and waits to be stored.
pub struct Arrival {
    pub update_id: Option<i64>,
    pub callback: Option<String>,
    company_id: CompanyId,
    channel_id: ChannelId,
    body: Bytes,
    colleague: Option<Colleague>,
    never_offered: bool,
    reading: Reading,
}

impl Arrival {
    pub fn read(body: Bytes, origin: &Origin, ports: &Ports) -> Self {
        let update = codec::read(&body, origin, ports.clock.now());
        Arrival {
            update_id: update.id,
            callback: update.callback,
            company_id: origin.company_id,
            channel_id: origin.channel_id,
            body,
            colleague: update.colleague,
            never_offered: update.never_offered,
            reading: update.what,
        }
    }

    /// Updates with the same key must be stored one after the other: those of a chat, whatever its topics, for a reaction does
    /// not tell in which of them its message stands.
    pub fn key(&self) -> Option<&str> {
        match &self.reading {
            Reading::Customer(inbound) => Some(ChatPlace::chat_part(&inbound.key)),
            Reading::Unreadable { .. } => None,
        }
    }

    /// A group has moved: what comes under its new name belongs to the same conversation, once this is stored.
    pub fn moves(&self) -> bool {
        matches!(&self.reading, Reading::Customer(inbound) if matches!(inbound.what, InboundKind::Moved { .. }))
    }

    /// `Ok` means that it is in the database and Telegram may forget it; it says what to do now.
    pub async fn store(self, ports: &Ports, tries: &CodeTries) -> Result<After, ReceiveError> {
        let after = match self.of_a_colleague(ports, tries).await? {
            Some(after) => after,
            None => {
                let callback = self.callback.clone();
                self.store_customers(ports).await?;
                After { callback, ..After::default() }
            }
        };
        Ok(after)
    }

    async fn of_a_colleague(&self, ports: &Ports, tries: &CodeTries) -> Result<Option<After>, DbError> {
        let (Some(colleague), Reading::Customer(inbound)) = (&self.colleague, &self.reading) else { return Ok(None) };
        let own = Own {
            company_id: self.company_id,
            channel_id: self.channel_id,
            external_id: external_id(inbound),
            body: self.body.to_vec(),
            at: ports.clock.now(),
        };
        let after = colleagues::receive(colleague, own, ports, tries).await?;
        Ok(after.map(|after| After { callback: self.callback.clone(), ..after }))
    }

    async fn store_customers(self, ports: &Ports) -> Result<(), ReceiveError> {
        match self.reading {
            Reading::Customer(inbound) if self.never_offered => {
                let why = "there is no such button under that message".to_owned();
                keep_raw(ports, self.channel_id, external_id(&inbound), self.body, why).await
            }
            Reading::Customer(inbound) => {
                let external_id = external_id(&inbound);
                let stored = async {
                    if let Some(message) = never_received(&inbound, ports).await? {
                        ports.hub.receive(message).await?;
                    }
                    ports.hub.receive(*settled(inbound, ports).await?).await
                };
                match stored.await {
                    Err(ReceiveError::Refused(why)) => keep_raw(ports, self.channel_id, external_id, self.body, why).await,
                    other => other,
                }
            }
            Reading::Unreadable { external_id, why } => keep_raw(ports, self.channel_id, external_id, self.body, why).await,
        }
    }
}

/// An edit of what was never received is that message first, under the name that the message itself would have: should it come
/// after all, it is there already. Then it is an edit, so that of two the newer one stays, whichever comes last.
async fn never_received(inbound: &Inbound, ports: &Ports) -> Result<Option<Inbound>, DbError> {
    let InboundKind::Edited { message, .. } = &inbound.what else { return Ok(None) };
    let id = message.provider_id.clone().unwrap_or_default();
    if ports.store.is_received(inbound.channel_id, inbound.key.clone(), id.clone()).await? {
        return Ok(None);
    }
    let mut first = Inbound { what: inbound.what.clone().as_said(), ..inbound.clone() };
    if let Some(raw) = &mut first.raw {
        raw.external_id = codec::message_name(ChatPlace::chat_part(&inbound.address), &id);
    }
    Ok(Some(first))
}

/// What a reaction does not tell is asked of what is stored: in which topic of a group its message stands.
async fn settled(mut inbound: Box<Inbound>, ports: &Ports) -> Result<Box<Inbound>, DbError> {
    let (channel, key) = (inbound.channel_id, inbound.key.clone());
    // Bot API, MessageReactionUpdated: a chat, and no thread in it.
    if let InboundKind::Reacted { provider_id, .. } = &inbound.what
        && inbound.is_group
        && let Some(key) = ports.store.key_within(channel, key, provider_id.clone()).await?
    {
        (inbound.key, inbound.address) = (key.clone(), key);
    }
    Ok(inbound)
}

fn external_id(inbound: &Inbound) -> String {
    inbound.raw.as_ref().map(|raw| raw.external_id.clone()).unwrap_or_default()
}

async fn keep_raw(
    ports: &Ports,
    channel_id: ChannelId,
    external_id: String,
    body: Bytes,
    why: String,
) -> Result<(), ReceiveError> {
    // It may quote what came, and PostgreSQL stores no NUL.
    let why: String = why.chars().filter(|c| *c != '\0').take(500).collect();
    tracing::info!(channel_id = channel_id.get(), external_id, why, "kept an update raw");
    ports.store.store_unreadable(channel_id, external_id, body.to_vec(), why, ports.clock.now()).await?;
    Ok(())
}

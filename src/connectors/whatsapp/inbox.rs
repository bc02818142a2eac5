//! From what a webhook says to the hub's commits. What one customer said goes one after the other, customers beside each other.
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use futures_util::future::join_all;

use super::codec::{MessageReading, NumberNews};
use crate::connectors::ports::{Ports, ReceiveError};
use crate::domain::channel::{Inbound, InboundKind};
use crate::domain::ids::ChannelId;

/// More customers than write in an hour.
const MOST_PEOPLE: usize = 50_000;

/// Customers of whom it is written down already that they have a second name. Forgetting it costs a statement.
#[derive(Default)]
pub struct KnownPeople(Mutex<HashSet<(ChannelId, String)>>);

impl KnownPeople {
    fn knows(&self, channel: ChannelId, key: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&(channel, key.to_owned()))
    }

    fn note(&self, channel: ChannelId, keys: Vec<String>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_PEOPLE {
            known.clear();
        }
        known.extend(keys.into_iter().map(|key| (channel, key)));
    }
}

/// `Ok` means that all of it is in the database and Meta may forget it.
pub async fn store(news: NumberNews, channel: ChannelId, ports: &Ports, people: &KnownPeople) -> Result<(), ReceiveError> {
    let mut by_customer: Vec<(String, Vec<MessageReading>)> = vec![];
    for reading in news.messages {
        let key = match &reading {
            MessageReading::Customer(inbound) => inbound.key.clone(),
            MessageReading::Unreadable { external_id, .. } => external_id.clone(),
        };
        match by_customer.iter_mut().find(|(known, _)| *known == key) {
            Some((_, readings)) => readings.push(reading),
            None => by_customer.push((key, vec![reading])),
        }
    }
    let one_after_the_other = by_customer.into_iter().map(|(_, readings)| async move {
        for reading in readings {
            take(reading, channel, ports, people).await?;
        }
        Ok(())
    });
    // All of them are tried: what is stored now need not come again.
    let stored: Vec<Result<(), ReceiveError>> = join_all(one_after_the_other).await;
    if !news.receipts.is_empty() {
        ports.hub.receipts(channel, news.receipts).await?;
    }
    stored.into_iter().collect()
}

async fn take(reading: MessageReading, channel: ChannelId, ports: &Ports, people: &KnownPeople) -> Result<(), ReceiveError> {
    match reading {
        MessageReading::Unreadable { external_id, body, why } => keep_raw(ports, channel, external_id, body, why).await,
        MessageReading::Customer(mut inbound) => {
            inbound.also.retain(|key| !people.knows(channel, key));
            let (also, raw) = (inbound.also.clone(), inbound.raw.clone());
            match receive(*inbound, ports).await {
                Ok(()) => {
                    people.note(channel, also);
                    Ok(())
                }
                Err(ReceiveError::Refused(why)) => match raw {
                    Some(raw) => keep_raw(ports, channel, raw.external_id, raw.body, why).await,
                    None => Ok(()),
                },
                later => later,
            }
        }
    }
}

/// An edit of what was never received is that message first, under the name that the message itself would have: should it come after
/// all, it is there already.
async fn receive(inbound: Inbound, ports: &Ports) -> Result<(), ReceiveError> {
    if let InboundKind::Edited { message, .. } = &inbound.what {
        let id = message.provider_id.clone().unwrap_or_default();
        if !ports.store.is_received(inbound.channel_id, inbound.key.clone(), id.clone()).await? {
            let mut first = Inbound { what: inbound.what.clone().as_said(), ..inbound.clone() };
            if let Some(raw) = &mut first.raw {
                raw.external_id = id;
            }
            ports.hub.receive(first).await?;
        }
    }
    ports.hub.receive(inbound).await
}

pub async fn keep_raw(ports: &Ports, channel: ChannelId, name: String, body: Bytes, why: String) -> Result<(), ReceiveError> {
    // It may quote what came, and PostgreSQL stores no NUL.
    let why: String = why.chars().filter(|c| *c != '\0').take(500).collect();
    tracing::info!(channel_id = channel.get(), external_id = name, why, "kept a message raw");
    ports.store.store_unreadable(channel, name, body.to_vec(), why, ports.clock.now()).await?;
    Ok(())
}

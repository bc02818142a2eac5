//! What the hot path asks, draws and writes for a whole batch of units. How is each backend's own (`pg/bulk.rs`,
//! `sqlite/bulk.rs`).
use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::rows::*;
use crate::domain::clock::Micros;
use crate::domain::conversation::{CompanyNumbers, DeliveryChange};
use crate::domain::ids::*;
use crate::domain::message::MessageStatus;

/// What the units stand on. Empty lists cost nothing.
#[derive(Default)]
pub struct Asked<'a> {
    /// To be locked; rising.
    pub conversations: Vec<ConversationId>,
    /// Channel and key of new identities.
    pub keys: Vec<(ChannelId, &'a str)>,
    /// Channel and external id of payloads.
    pub raws: Vec<(ChannelId, &'a str)>,
    /// Company, sender and `client_id` of messages.
    pub clients: Vec<(CompanyId, &'a str, &'a str)>,
    pub deliveries: Vec<DeliveryId>,
}

/// What is there of it.
#[derive(Default)]
pub struct Known {
    pub versions: HashMap<ConversationId, i64>,
    pub keys: HashSet<(ChannelId, String)>,
    pub raws: HashSet<(ChannelId, String)>,
    /// The message that was made with it, and the hash of what was asked.
    pub clients: HashMap<(CompanyId, String, String), (MessageId, Option<String>)>,
    /// Their states.
    pub deliveries: HashMap<DeliveryId, String>,
}

pub struct Numbers {
    /// The first of each that are free for a company.
    pub first: HashMap<CompanyId, CompanyNumbers>,
    /// Rising.
    pub ids: Vec<i64>,
}

/// The rows of a batch, collected so that each table takes one statement.
#[derive(Default)]
pub struct Batch {
    pub customers: Vec<CustomerRow>,
    pub identities: Vec<IdentityRow>,
    pub keys: Vec<IdentityKeyRow>,
    /// Of identities that are there; one that is somebody's already stays so.
    pub more_keys: Vec<IdentityKeyRow>,
    pub conversations: Vec<ConversationRow>,
    pub episodes: Vec<EpisodeRow>,
    pub messages: Vec<MessageRow>,
    pub attachments: Vec<AttachmentRow>,
    pub deliveries: Vec<DeliveryRow>,
    pub raws: Vec<RawRow>,
    pub events: Vec<EventRow>,
    pub jobs: Vec<QueuedJob>,
    pub timers: Vec<TimerRow>,
    pub notifications: Vec<NotificationRow>,
    pub delivered: Vec<Delivered>,
    pub shown: Vec<Shown>,
}

/// A delivery that is somewhere else now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Delivered {
    pub id: DeliveryId,
    /// Where it must still be.
    pub from: &'static str,
    pub state: &'static str,
    pub retries: i64,
    pub not_before: Option<Micros>,
    pub uncertain_at: Option<Micros>,
    pub provider_id: Option<String>,
    pub claimed_at: Option<Micros>,
    pub error_code: Option<String>,
    pub error_detail: Option<String>,
    pub updated_at: Micros,
}

impl Delivered {
    pub fn new(change: &DeliveryChange, now: Micros) -> Self {
        let (error_code, error_detail) = change.error.clone().unzip();
        Delivered {
            id: change.id,
            from: change.from.as_str(),
            state: change.state.as_str(),
            retries: change.retries,
            not_before: change.not_before,
            uncertain_at: change.uncertain_at,
            provider_id: change.provider_id.clone(),
            claimed_at: (change.state == MessageStatus::Sending).then_some(now),
            error_code,
            error_detail,
            updated_at: now,
        }
    }
}

/// A stored message whose status is another one now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub status: &'static str,
    pub error_code: Option<String>,
    pub error_detail: Option<String>,
    /// `None` leaves what is there.
    pub provider_id: Option<String>,
    pub seq: Seq,
}

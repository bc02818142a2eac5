//! Which units stand. Decided for all of a unit before any of it is written.
use std::collections::HashSet;

use diesel::QueryResult;

use super::super::{Conn, backend};
use super::rows::moves;
use crate::db::UnitOutcome;
use crate::db::bulk::{Asked, Known};
use crate::domain::conversation::*;
use crate::domain::ids::{ChannelId, ConversationId};
use crate::domain::lease::Fence;

/// Locks, then decides each unit as a whole. `None` means it stands.
pub(super) async fn judge(c: &mut Conn, units: &[Unit]) -> QueryResult<Vec<Option<UnitOutcome>>> {
    let fallen = fences_fallen(c, units).await?;
    let known = backend::look(c, &asked(units)).await?;
    let mut seen_keys: HashSet<(ChannelId, &str)> = HashSet::new();
    let mut seen_raws: HashSet<(ChannelId, &str)> = HashSet::new();
    let mut seen_conversations: HashSet<ConversationId> = HashSet::new();
    let mut verdicts = Vec::with_capacity(units.len());
    for unit in units {
        let channel = unit.channel_id;
        let stands = match &unit.base {
            Base::New(identity) => {
                !known.keys.contains(&(channel, identity.key.clone())) && seen_keys.insert((channel, &identity.key))
            }
            Base::At { id, version } => known.versions.get(id) == Some(version) && seen_conversations.insert(*id),
        };
        let doubled: Vec<String> = unit
            .raws
            .iter()
            .filter(|r| {
                known.raws.contains(&(channel, r.external_id.clone())) || seen_raws.contains(&(channel, r.external_id.as_str()))
            })
            .map(|r| r.external_id.clone())
            .collect();
        let verdict = if unit.fence.is_some_and(|fence| fallen.contains(&fence)) {
            Some(UnitOutcome::Fenced)
        } else if !stands || is_stale(unit, &known) {
            Some(UnitOutcome::Mismatch)
        } else if !doubled.is_empty() {
            Some(UnitOutcome::Duplicate { external_ids: doubled })
        } else {
            unit.messages.iter().find_map(|m| {
                let client_id = m.client_id.as_ref()?;
                let (message_id, content_hash) = known.clients.get(&(unit.company_id, m.sender.clone(), client_id.clone()))?;
                Some(UnitOutcome::Repeated {
                    client_id: client_id.clone(),
                    message_id: *message_id,
                    content_hash: content_hash.clone(),
                })
            })
        };
        if verdict.is_none() {
            seen_raws.extend(unit.raws.iter().map(|r| (channel, r.external_id.as_str())));
        }
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

/// One statement a batch, and only where a unit acts for its conversation.
async fn fences_fallen(c: &mut Conn, units: &[Unit]) -> QueryResult<Vec<Fence>> {
    let fences: Vec<Fence> = units.iter().filter_map(|unit| unit.fence).collect();
    if fences.is_empty() { Ok(vec![]) } else { backend::fallen_fences(c, &fences).await }
}

/// A delivery is not where the unit believes it is: somebody else was faster.
fn is_stale(unit: &Unit, known: &Known) -> bool {
    moves(unit, unit.at).iter().any(|m| known.deliveries.get(&m.id).is_none_or(|state| state != m.from))
}

fn asked(units: &[Unit]) -> Asked<'_> {
    let mut asked = Asked::default();
    for unit in units {
        match &unit.base {
            Base::New(identity) => asked.keys.push((unit.channel_id, &identity.key)),
            Base::At { id, .. } => asked.conversations.push(*id),
        }
        asked.raws.extend(unit.raws.iter().map(|raw| (unit.channel_id, raw.external_id.as_str())));
        asked.deliveries.extend(unit.deliveries.iter().map(|d| d.id));
        for message in &unit.messages {
            asked.clients.extend(message.client_id.as_ref().map(|id| (unit.company_id, message.sender.as_str(), id.as_str())));
        }
    }
    asked.conversations.sort_unstable();
    asked.conversations.dedup();
    asked
}

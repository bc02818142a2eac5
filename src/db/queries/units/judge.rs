//! Which units stand. Decided for all of a unit before any of it is written.
use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::{Conn, backend, conversations};
use crate::db::UnitOutcome;
use crate::db::schema;
use crate::domain::conversation::*;
use crate::domain::lease::Fence;

/// Locks, then decides each unit as a whole. `None` means it stands.
pub(super) async fn judge(c: &mut Conn, units: &[Unit]) -> QueryResult<Vec<Option<UnitOutcome>>> {
    let fallen = fences_fallen(c, units).await?;
    let versions = lock(c, units).await?;
    let taken_keys = keys_taken(c, units).await?;
    let stored_raws = raws_stored(c, units).await?;
    let repeated = clients_used(c, units).await?;
    let mut seen_keys: HashSet<(i64, &str)> = HashSet::new();
    let mut seen_raws: HashSet<(i64, &str)> = HashSet::new();
    let mut seen_conversations: HashSet<i64> = HashSet::new();
    let mut verdicts = Vec::with_capacity(units.len());
    for unit in units {
        let channel = unit.channel_id;
        let stands = match &unit.base {
            Base::New(identity) => {
                !taken_keys.contains(&(channel, identity.key.clone())) && seen_keys.insert((channel, &identity.key))
            }
            Base::At { id, version } => versions.get(id) == Some(version) && seen_conversations.insert(*id),
        };
        let doubled: Vec<String> = unit
            .raws
            .iter()
            .filter(|r| {
                stored_raws.contains(&(channel, r.external_id.clone())) || seen_raws.contains(&(channel, r.external_id.as_str()))
            })
            .map(|r| r.external_id.clone())
            .collect();
        let verdict = if unit.fence.is_some_and(|fence| fallen.contains(&fence)) {
            Some(UnitOutcome::Fenced)
        } else if !stands {
            Some(UnitOutcome::Mismatch)
        } else if !doubled.is_empty() {
            Some(UnitOutcome::Duplicate { external_ids: doubled })
        } else {
            unit.messages.iter().find_map(|m| {
                let client_id = m.client_id.as_ref()?;
                let (message_id, content_hash) = repeated.get(&(unit.company_id, m.sender.clone(), client_id.clone()))?;
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

async fn lock(c: &mut Conn, units: &[Unit]) -> QueryResult<HashMap<i64, i64>> {
    let stored = |u: &Unit| if let Base::At { id, .. } = u.base { Some(id) } else { None };
    conversations::lock(c, units.iter().filter_map(stored).collect()).await
}

async fn keys_taken(c: &mut Conn, units: &[Unit]) -> QueryResult<HashSet<(i64, String)>> {
    use schema::identity_keys::dsl as k;
    let mut by_channel: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for unit in units {
        if let Base::New(identity) = &unit.base {
            by_channel.entry(unit.channel_id).or_default().push(&identity.key);
        }
    }
    let mut taken = HashSet::new();
    for (channel, keys) in by_channel {
        let rows: Vec<String> =
            k::identity_keys.filter(k::channel_id.eq(channel)).filter(k::key.eq_any(keys)).select(k::key).load(c).await?;
        taken.extend(rows.into_iter().map(|key| (channel, key)));
    }
    Ok(taken)
}

async fn raws_stored(c: &mut Conn, units: &[Unit]) -> QueryResult<HashSet<(i64, String)>> {
    use schema::inbound_raw::dsl as r;
    let mut by_channel: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for unit in units {
        by_channel.entry(unit.channel_id).or_default().extend(unit.raws.iter().map(|raw| raw.external_id.as_str()));
    }
    let mut stored = HashSet::new();
    for (channel, ids) in by_channel.into_iter().filter(|(_, ids)| !ids.is_empty()) {
        let rows: Vec<String> = r::inbound_raw
            .filter(r::channel_id.eq(channel))
            .filter(r::external_id.eq_any(ids))
            .filter(r::state.ne("attempted"))
            .select(r::external_id)
            .load(c)
            .await?;
        stored.extend(rows.into_iter().map(|id| (channel, id)));
    }
    Ok(stored)
}

type Used = HashMap<(i64, String, String), (i64, Option<String>)>;

async fn clients_used(c: &mut Conn, units: &[Unit]) -> QueryResult<Used> {
    use schema::messages::dsl as m;
    let mut used = HashMap::new();
    for unit in units {
        for message in &unit.messages {
            let Some(client_id) = &message.client_id else { continue };
            let row: Option<(i64, Option<String>)> = m::messages
                .filter(m::company_id.eq(unit.company_id))
                .filter(m::sender.eq(&message.sender))
                .filter(m::client_id.eq(client_id))
                .select((m::id, m::content_hash))
                .first(c)
                .await
                .optional()?;
            if let Some(row) = row {
                used.insert((unit.company_id, message.sender.clone(), client_id.clone()), row);
            }
        }
    }
    Ok(used)
}

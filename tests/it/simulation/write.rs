//! What a committed unit does to the rows: column by column from the unit's changes, never by copying the state.
use switchboard::domain::conversation::*;
use switchboard::domain::ids::*;
use switchboard::domain::message::*;

use super::rows::*;
use super::store::Wrong;

/// The rows that a first contact makes.
pub fn begin(unit: &Unit) -> Thread {
    let after = &unit.after;
    let key = match &unit.base {
        Base::New(identity) => identity.key.clone(),
        Base::At { .. } => String::new(),
    };
    Thread {
        conversation: conversation(after),
        identity: IdentityRow {
            id: after.identity_id,
            key,
            address: after.address.clone(),
            blocked_at: after.blocked.then_some(unit.at),
        },
        customer: after.customer.clone(),
        episodes: vec![],
        messages: vec![],
        attachments: vec![],
        reactions: vec![],
        deliveries: vec![],
        timers: vec![],
        runs: vec![],
        leads: vec![],
    }
}

fn conversation(s: &State) -> ConversationRow {
    ConversationRow {
        id: s.id,
        company_id: s.company_id,
        channel_id: s.channel_id,
        channel_kind: s.channel_kind,
        episode_id: s.episode_id,
        version: s.version,
        generation: s.generation,
        status: s.status,
        handler: s.handler,
        assignee_id: s.assignee.as_ref().map(|a| a.id),
        department_id: s.department_id,
        inbound_count: s.inbound_count,
        last_message_id: s.last_message_id,
        public_seq: s.public_seq,
        public_author: s.public_author.clone(),
        other_seq: s.other_seq,
        snoozed_until: s.snoozed_until,
        window_expires_at: s.window_expires_at,
        seq: s.seq,
        created_at: s.created_at,
        updated_at: s.updated_at,
        turn_since: s.turn_since,
        lead: s.lead,
        suggestion_run_id: s.suggestion.as_ref().map(|s| s.run_id),
    }
}

/// Writes the unit; gives the message that each of its changes turned out to mean.
pub fn unit(thread: &mut Thread, unit: &Unit) -> Result<Vec<Option<MessageId>>, Wrong> {
    let seq = thread.conversation.seq;
    for change in unit.deliveries.iter().filter(|c| c.state == MessageStatus::Sending) {
        let message = thread.delivery(change.id).and_then(|d| thread.message(d.message_id));
        if message.is_some_and(|m| m.status == MessageStatus::Cancelled) {
            return Err(format!("delivery {} is taken though its message was taken back", change.id));
        }
    }
    episodes(thread, unit)?;
    thread.conversation = conversation(&unit.after);
    thread.conversation.seq = thread.conversation.seq.max(seq);
    if let Some(address) = &unit.moved_to {
        thread.identity.address.clone_from(address);
    }
    if let Some(blocked) = unit.blocked {
        thread.identity.blocked_at = blocked.then_some(unit.at);
    }
    if let Some(change) = &unit.customer {
        let c = &mut thread.customer;
        c.name = change.name.clone().unwrap_or_else(|| c.name.clone());
        c.username = change.username.clone().or(c.username.take());
        c.language = change.language.clone().or(c.language.take());
        c.phone = change.phone.clone().or(c.phone.take());
    }
    messages(thread, unit);
    let targets = changes(thread, unit)?;
    deliveries(thread, unit)?;
    for media in &unit.media {
        // A job runs at least once; what it brought first stays.
        let waiting = |a: &&mut AttachmentRow| a.id == media.attachment_id && a.status == AttachmentStatus::Pending;
        if let Some(attachment) = thread.attachments.iter_mut().find(waiting) {
            attachment.status = media.status;
            attachment.size = media.size.unwrap_or(attachment.size);
        }
    }
    if let Some(ended) = &unit.run {
        let reply = ended.run.reply.clone();
        thread.runs.push(RunRow { id: ended.id, generation: ended.generation, state: ended.state, reply });
    }
    thread.leads.extend(unit.lead.iter().filter(|l| l.is_new).map(|l| l.number));
    timers(thread, unit)?;
    Ok(targets)
}

/// The old rows go before the new ones come, as the key over conversation and kind wants it.
fn timers(thread: &mut Thread, unit: &Unit) -> Result<(), Wrong> {
    for change in &unit.timers {
        let TimerChange::Clear { id } = change else { continue };
        let at = thread.timers.iter().position(|t| t.id == *id).ok_or("a timer ends that does not stand")?;
        thread.timers.swap_remove(at);
    }
    for change in &unit.timers {
        let TimerChange::Set { kind, due_at } = change else { continue };
        if thread.timers.iter().any(|t| t.kind == *kind) {
            return Err(format!("two timers of the kind {kind}"));
        }
        let id = unit.after.timers.iter().find(|t| t.kind == *kind).map_or(0, |t| t.id);
        thread.timers.push(OpenTimer { id, kind: *kind, due_at: *due_at });
    }
    let snooze = thread.timers.iter().find(|t| t.kind == TimerKind::Snooze).map(|t| t.due_at);
    let until = Some(unit.after.status == ConversationStatus::Snoozed).filter(|snoozed| *snoozed).and(unit.after.snoozed_until);
    if snooze != until { Err(format!("snoozed until {until:?}, and the timer says {snooze:?}")) } else { Ok(()) }
}

fn episodes(thread: &mut Thread, unit: &Unit) -> Result<(), Wrong> {
    let closed = unit.after.status == ConversationStatus::Closed;
    if unit.closes_episode {
        let open = thread.episodes.iter_mut().find(|e| e.id == unit.episode_before && e.closed_at.is_none());
        open.ok_or("an episode that is not open closes")?.closed_at = Some(unit.at);
    }
    if unit.opens_episode.is_some() {
        let (id, number) = (unit.after.episode_id, unit.after.episode_number);
        if thread.episodes.iter().any(|e| e.number == number || e.closed_at.is_none()) {
            return Err(format!("episode {number} opens over an open one"));
        }
        thread.episodes.push(EpisodeRow { id, number, closed_at: closed.then_some(unit.at) });
    }
    let open = thread.episodes.iter().any(|e| e.closed_at.is_none());
    if open == closed {
        return Err(format!(
            "the conversation is {} and its episode is {}",
            unit.after.status,
            if open { "open" } else { "closed" }
        ));
    }
    Ok(())
}

fn messages(thread: &mut Thread, unit: &Unit) {
    for m in &unit.messages {
        let reply_to = match &m.reply_to {
            ReplyTo::None => None,
            ReplyTo::Ours(id) => Some(*id),
            ReplyTo::Provider(id) => thread.by_provider(id),
        };
        for attachment in &m.attachments {
            if let NewAttachment::Remote { id, file } = attachment {
                let row = AttachmentRow { id: *id, message_id: m.id, status: AttachmentStatus::Pending, size: file.size };
                thread.attachments.push(row);
            }
        }
        thread.messages.push(MessageRow {
            id: m.id,
            direction: m.direction,
            author: m.author.clone(),
            kind: m.kind,
            text: m.text.clone(),
            payload: m.payload.clone(),
            status: m.status,
            error: None,
            reply_to,
            sender: m.sender.clone(),
            client_id: m.client_id.clone(),
            provider_id: m.provider_id.clone(),
            provider_at: m.provider_at,
            generation: m.generation,
            agent_run_id: m.agent_run_id,
            edited_at: None,
            deleted_at: None,
            seq: m.seq,
            created_at: unit.at,
        });
    }
}

fn changes(thread: &mut Thread, unit: &Unit) -> Result<Vec<Option<MessageId>>, Wrong> {
    let resent = |id| unit.new_deliveries.iter().any(|d| d.attempt > 1 && d.message == MessageRef::Id(id));
    let mut targets = Vec::with_capacity(unit.changes.len());
    for change in &unit.changes {
        let id = match &change.target {
            MessageTarget::Id(id) => Some(*id),
            MessageTarget::Provider(id) => thread.by_provider(id),
        };
        targets.push(id);
        let Some(message) = id.and_then(|id| thread.messages.iter_mut().find(|m| m.id == id)) else { continue };
        message.seq = change.seq;
        match &change.what {
            MessageChangeKind::Status { status, provider_id, error } => {
                if !message_may(message.status, *status, resent(message.id)) {
                    return Err(format!("message {} goes back from {} to {status}", message.id, message.status));
                }
                message.status = *status;
                message.error = error.clone();
                if provider_id.is_some() {
                    message.provider_id.clone_from(provider_id);
                }
            }
            MessageChangeKind::Edited { at, content } if message.edited_at.is_none_or(|was| was <= *at) => {
                message.text.clone_from(&content.text);
                message.edited_at = Some(*at);
            }
            MessageChangeKind::Edited { .. } => {}
            MessageChangeKind::Deleted { at } => message.deleted_at = Some(*at),
            MessageChangeKind::Reacted { author, emojis } => {
                let message_id = message.id;
                thread.reactions.retain(|r| r.message_id != message_id || r.author != *author);
                let row = |emoji: &String| ReactionRow { message_id, author: author.clone(), emoji: emoji.clone() };
                thread.reactions.extend(emojis.iter().map(row));
            }
            MessageChangeKind::Touched => {}
        }
    }
    Ok(targets)
}

fn deliveries(thread: &mut Thread, unit: &Unit) -> Result<(), Wrong> {
    for change in &unit.deliveries {
        let Some(row) = thread.deliveries.iter_mut().find(|d| d.id == change.id) else { continue };
        if !delivery_may(row.state, change.state) {
            return Err(format!("delivery {} goes back from {} to {}", row.id, row.state, change.state));
        }
        row.state = change.state;
        row.retries = change.retries;
        row.not_before = change.not_before;
        row.uncertain_at = change.uncertain_at;
        if change.provider_id.is_some() {
            row.provider_id.clone_from(&change.provider_id);
        }
    }
    for new in &unit.new_deliveries {
        let waits = |d: &&DeliveryRow| matches!(d.state, MessageStatus::Queued | MessageStatus::Sending);
        if let Some(other) = thread.deliveries.iter().find(waits).filter(|_| new.state == MessageStatus::Sending) {
            return Err(format!("P4: delivery {} is born taken though {} is {}", new.id, other.id, other.state));
        }
        let MessageRef::Id(message_id) = new.message else { return Err("assign left a delivery without message".into()) };
        thread.deliveries.push(DeliveryRow {
            id: new.id,
            message_id,
            part: new.part,
            attempt: new.attempt,
            state: new.state,
            retries: 0,
            not_before: None,
            uncertain_at: None,
            provider_id: None,
        });
    }
    Ok(())
}

/// Which way a message's status may go. Only a person's resend leads back.
pub fn message_may(from: MessageStatus, to: MessageStatus, resent: bool) -> bool {
    use MessageStatus::*;
    match from {
        Queued | Sending | Uncertain => to != Received,
        Sent | Delivered | Read => to.rank() > from.rank() || resent && to == Queued,
        // What was taken back in part can still turn out unclear or refused in the part that had left.
        Cancelled => matches!(to, Uncertain | Failed) || resent && to == Queued,
        Failed => resent && to == Queued,
        Received => false,
    }
}

pub fn delivery_may(from: MessageStatus, to: MessageStatus) -> bool {
    use MessageStatus::*;
    match from {
        Queued => matches!(to, Sending | Cancelled),
        Sending => matches!(to, Sent | Failed | Uncertain | Queued | Cancelled),
        Uncertain => matches!(to, Sent | Failed | Queued | Cancelled | Delivered | Read),
        Sent | Delivered => to.rank() > from.rank(),
        Read | Failed | Cancelled | Received => false,
    }
}

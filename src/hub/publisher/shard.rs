//! One worker's share: which of its sessions are live, and a ring of the newest events of the companies they belong to.
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix::prelude::{Actor, Addr, AsyncContext, Context, Handler, Message, MessageResult};

use bytestring::ByteString;

use super::Transient;
use super::ring::Ring;
use crate::domain::event::Event;
use crate::domain::ids::*;
use crate::hub::operator_session::{self, OperatorSession};
use crate::hub::visitor_session::{self, VisitorSession};
use crate::telemetry::metrics;

/// Events in feed order, shared by everyone who gets them.
pub type Slice = Arc<[Arc<Event>]>;

const MAILBOX: usize = 4096;
/// What all rings of a shard may hold together; the one that was used least recently goes first. The shards share the
/// events themselves, so this is the process's share too.
const RINGS_WEIGHT: usize = 32 << 20;
/// How often each session looks at its peer, its sign-in and its place in the feed.
const BEAT: Duration = Duration::from_secs(5);
/// How often addresses of sockets that left without a word are thrown out.
const SWEEP: Duration = Duration::from_secs(60);
/// A page of catching up.
pub const PAGE: usize = 256;

/// Set while a session must catch up by itself because its mailbox had no room.
pub type Behind = Arc<AtomicBool>;

struct Member {
    addr: Addr<OperatorSession>,
    live: bool,
    behind: Behind,
    user_id: UserId,
    session_id: SessionId,
}

impl Member {
    /// Its mailbox is full: it asks again when there is room.
    fn fall_behind(&mut self) {
        self.live = false;
        self.behind.store(true, Ordering::Release);
        metrics().sessions_behind.inc();
    }
}

#[derive(Default)]
struct Feed {
    members: HashMap<u64, Member>,
    ring: Ring,
}

pub struct FeedShard {
    feeds: HashMap<CompanyId, Feed>,
    visitors: HashMap<ConversationId, HashMap<u64, Addr<VisitorSession>>>,
    /// Counts uses of rings.
    ticks: u64,
}

impl FeedShard {
    pub(super) fn begin() -> Addr<Self> {
        FeedShard::create(|ctx| {
            ctx.set_mailbox_capacity(MAILBOX);
            FeedShard { feeds: HashMap::new(), visitors: HashMap::new(), ticks: 0 }
        })
    }

    fn publish(&mut self, company: CompanyId, events: &[Arc<Event>]) {
        let Some(feed) = self.feeds.get_mut(&company) else { return };
        self.ticks += 1;
        feed.ring.used = self.ticks;
        feed.ring.extend(events);
        let slice: Slice = events.into();
        for member in feed.members.values_mut().filter(|m| m.live) {
            if member.addr.try_send(operator_session::LiveEvents(slice.clone())).is_err() {
                member.fall_behind();
            }
        }
        self.bound_rings();
    }

    fn bound_rings(&mut self) {
        let mut weight: usize = self.feeds.values().map(|f| f.ring.weight).sum();
        while weight > RINGS_WEIGHT {
            let oldest = self.feeds.values_mut().map(|f| &mut f.ring).filter(|r| r.weight > 0).min_by_key(|r| r.used);
            let Some(ring) = oldest else { return };
            weight -= ring.weight;
            ring.clear();
        }
    }

    /// Whose mailbox is full is busy with its peer, or about to be cut by the kernel.
    fn beat(&self) {
        for member in self.feeds.values().flat_map(|feed| feed.members.values()) {
            let _ = member.addr.try_send(operator_session::Beat);
        }
    }

    /// A socket may be gone before it was ever welcomed, and then says no goodbye.
    fn sweep(&mut self) {
        self.feeds.retain(|_, feed| {
            feed.members.retain(|_, m| m.addr.connected());
            !feed.members.is_empty()
        });
        self.visitors.retain(|_, sessions| {
            sessions.retain(|_, addr| addr.connected());
            !sessions.is_empty()
        });
    }
}

impl Actor for FeedShard {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.run_interval(SWEEP, |shard, _| shard.sweep());
        ctx.run_interval(BEAT, |shard, _| shard.beat());
    }
}

#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct FeedBatch(pub Slice);

impl Handler<FeedBatch> for FeedShard {
    type Result = ();

    fn handle(&mut self, FeedBatch(batch): FeedBatch, _: &mut Context<Self>) {
        // A batch may hold several companies' events; each company's are in order.
        let mut by_company: Vec<(CompanyId, Vec<Arc<Event>>)> = Vec::new();
        for event in batch.iter() {
            match by_company.iter_mut().find(|(company, _)| *company == event.company_id) {
                Some((_, events)) => events.push(event.clone()),
                None => by_company.push((event.company_id, vec![event.clone()])),
            }
            if let Some(visitors) = event.conversation_id.and_then(|id| self.visitors.get(&id)) {
                for addr in visitors.values() {
                    // A visitor that reads too slowly is closed by its own session and gets the history anew.
                    let _ = addr.try_send(visitor_session::VisitorEvent(event.clone()));
                }
            }
        }
        for (company, events) in by_company {
            self.publish(company, &events);
        }
    }
}

#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct PassOn(pub Arc<Transient>);

impl Handler<PassOn> for FeedShard {
    type Result = ();

    fn handle(&mut self, PassOn(frame): PassOn, _: &mut Context<Self>) {
        if let Some(feed) = self.feeds.get(&frame.company_id) {
            for (id, member) in feed.members.iter().filter(|(_, m)| m.live) {
                if frame.from_session != Some(*id) {
                    let _ = member.addr.try_send(operator_session::TransientFrame(frame.clone()));
                }
            }
        }
        if let Some((conversation, text)) = &frame.to_visitors {
            for addr in self.visitors.get(conversation).into_iter().flat_map(HashMap::values) {
                let _ = addr.try_send(visitor_session::TransientText(text.clone()));
            }
        }
    }
}

/// A frame for each of these people.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Personal {
    pub company: CompanyId,
    pub frames: Arc<HashMap<UserId, ByteString>>,
}

impl Handler<Personal> for FeedShard {
    type Result = ();

    fn handle(&mut self, Personal { company, frames }: Personal, _: &mut Context<Self>) {
        let members = self.feeds.get_mut(&company).into_iter().flat_map(|feed| feed.members.values_mut());
        for member in members.filter(|member| member.live) {
            if let Some(frame) = frames.get(&member.user_id)
                && member.addr.try_send(operator_session::PersonalFrame(frame.clone())).is_err()
            {
                member.fall_behind();
            }
        }
    }
}

/// A signed-in session is here; it hears nothing until it has caught up.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Join {
    pub id: u64,
    pub company_id: CompanyId,
    pub user_id: UserId,
    pub session_id: SessionId,
    pub addr: Addr<OperatorSession>,
    pub behind: Behind,
}

impl Handler<Join> for FeedShard {
    type Result = ();

    fn handle(&mut self, join: Join, _: &mut Context<Self>) {
        let member =
            Member { addr: join.addr, live: false, behind: join.behind, user_id: join.user_id, session_id: join.session_id };
        self.feeds.entry(join.company_id).or_default().members.insert(join.id, member);
    }
}

#[derive(Message)]
#[rtype(result = "()")]
pub struct Leave {
    pub id: u64,
    pub company_id: CompanyId,
}

impl Handler<Leave> for FeedShard {
    type Result = ();

    fn handle(&mut self, leave: Leave, _: &mut Context<Self>) {
        if let Some(feed) = self.feeds.get_mut(&leave.company_id) {
            feed.members.remove(&leave.id);
            if feed.members.is_empty() {
                self.feeds.remove(&leave.company_id);
            }
        }
    }
}

/// "I have everything up to `after`."
#[derive(Message)]
#[rtype(result = "CaughtUp")]
pub struct CatchUp {
    pub id: u64,
    pub company_id: CompanyId,
    pub after: Seq,
    /// Where the feed stood when the session joined: what came before that the shard may never have heard of.
    pub head: Seq,
}

pub enum CaughtUp {
    /// From here on the shard hands over whatever comes.
    Live,
    /// The next page, from the ring.
    Page(Vec<Arc<Event>>),
    /// Not in the ring.
    ReadTable,
}

impl Handler<CatchUp> for FeedShard {
    type Result = MessageResult<CatchUp>;

    fn handle(&mut self, ask: CatchUp, _: &mut Context<Self>) -> Self::Result {
        let Some(feed) = self.feeds.get_mut(&ask.company_id) else { return MessageResult(CaughtUp::ReadTable) };
        let tip = feed.ring.tip().map_or(ask.head, |tip| tip.max(ask.head));
        if tip <= ask.after {
            if let Some(member) = feed.members.get_mut(&ask.id) {
                member.behind.store(false, Ordering::Release);
                member.live = true;
            }
            return MessageResult(CaughtUp::Live);
        }
        self.ticks += 1;
        feed.ring.used = self.ticks;
        // Too old for the ring, or committed and not here yet: the table has it.
        MessageResult(feed.ring.page(ask.after, PAGE).map_or(CaughtUp::ReadTable, CaughtUp::Page))
    }
}

/// Whose sockets to close.
#[derive(Clone, Debug)]
pub enum Recipients {
    Everyone,
    Session(SessionId),
    User { user_id: UserId, except: Option<SessionId> },
}

#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Close(pub Recipients);

impl Handler<Close> for FeedShard {
    type Result = ();

    fn handle(&mut self, Close(which): Close, _: &mut Context<Self>) {
        for member in self.feeds.values().flat_map(|f| f.members.values()) {
            let code = match &which {
                Recipients::Everyone => operator_session::RESTARTING,
                Recipients::Session(id) if *id == member.session_id => operator_session::SIGNED_OUT,
                Recipients::User { user_id, except } if *user_id == member.user_id && *except != Some(member.session_id) => {
                    operator_session::SIGNED_OUT
                }
                _ => continue,
            };
            // Rare and self-limiting; a full mailbox must not keep a revoked session open.
            member.addr.do_send(operator_session::CloseSession(code));
        }
        if matches!(which, Recipients::Everyone) {
            for addr in self.visitors.values().flat_map(HashMap::values) {
                addr.do_send(visitor_session::CloseVisit);
            }
        }
    }
}

#[derive(Message)]
#[rtype(result = "()")]
pub struct VisitorJoin {
    pub id: u64,
    pub conversation_id: ConversationId,
    pub addr: Addr<VisitorSession>,
}

impl Handler<VisitorJoin> for FeedShard {
    type Result = ();

    fn handle(&mut self, join: VisitorJoin, _: &mut Context<Self>) {
        self.visitors.entry(join.conversation_id).or_default().insert(join.id, join.addr);
    }
}

#[derive(Message)]
#[rtype(result = "()")]
pub struct VisitorLeave {
    pub id: u64,
    pub conversation_id: ConversationId,
}

impl Handler<VisitorLeave> for FeedShard {
    type Result = ();

    fn handle(&mut self, leave: VisitorLeave, _: &mut Context<Self>) {
        if let Some(sessions) = self.visitors.get_mut(&leave.conversation_id) {
            sessions.remove(&leave.id);
            if sessions.is_empty() {
                self.visitors.remove(&leave.conversation_id);
            }
        }
    }
}

//! Who acts, where several processes share a database.
//!
//! All conversations and all channels are spread over a fixed number of *slots*. Rendezvous hashing over the nodes that live
//! says which of them should hold a slot; the slot's lease in the database says which does. Nodes may disagree about the first
//! for a moment; the lease's token, checked in the transaction that acts, lets only one of them act.
//!
//! A conversation's slot follows from its id and not from its home key: an identity may come to have several keys, and
//! whoever has read nothing but the feed knows the id.
use super::ids::{ChannelId, ConversationId};

const CONVERSATIONS: i64 = 128;
/// Polling holds a channel's slot for as long as one long poll lasts; no conversation waits for that.
const CHANNELS: i64 = 64;

/// A share of all conversations, or of all channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(u8);

impl Slot {
    pub const COUNT: usize = (CONVERSATIONS + CHANNELS) as usize;

    pub fn of_conversation(id: ConversationId) -> Self {
        Slot((mix(id.get() as u64) % CONVERSATIONS as u64) as u8)
    }

    pub fn of_channel(id: ChannelId) -> Self {
        Slot((CONVERSATIONS as u64 + mix(id.get() as u64) % CHANNELS as u64) as u8)
    }

    pub fn all() -> impl Iterator<Item = Slot> {
        (0..Slot::COUNT as u8).map(Slot)
    }

    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// As `leases.name` has it. Never change it: versions run side by side.
    pub fn name(self) -> String {
        let at = i64::from(self.0);
        if at < CONVERSATIONS { format!("conversations/{at}") } else { format!("channels/{}", at - CONVERSATIONS) }
    }

    pub fn parse(name: &str) -> Option<Self> {
        let (kind, at) = name.split_once('/')?;
        let at: i64 = at.parse().ok()?;
        match kind {
            "conversations" if (0..CONVERSATIONS).contains(&at) => Some(Slot(at as u8)),
            "channels" if (0..CHANNELS).contains(&at) => Some(Slot((CONVERSATIONS + at) as u8)),
            _ => None,
        }
    }

    /// Which of these nodes should hold the slot: every node that sees the same nodes says the same.
    pub fn home<'a>(self, nodes: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        nodes.into_iter().max_by_key(|node| (weight(node, self), *node))
    }
}

/// What an act stands on: the slot's lease as it was when the act began. Once another node has taken the slot the token has
/// grown, and whatever still carries the old one is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence {
    pub slot: Slot,
    pub token: i64,
}

/// splitmix64: every bit of the result depends on every bit of the id, on every machine and in every version.
fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

fn weight(node: &str, slot: Slot) -> u64 {
    let seed = node.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    mix(seed ^ mix(u64::from(slot.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_and_slots_stay_where_they_are() {
        for slot in Slot::all() {
            assert_eq!(Slot::parse(&slot.name()), Some(slot));
        }
        assert_eq!((Slot::parse("conversations/128"), Slot::parse("channels/-1"), Slot::parse("jobs/1")), (None, None, None));
        // Other values here mean that two versions side by side would both act.
        assert_eq!(Slot::of_conversation(ConversationId::new(1)).name(), "conversations/65");
        assert_eq!(Slot::of_conversation(ConversationId::new(4_503_599_627_370_495)).name(), "conversations/19");
        assert_eq!(Slot::of_channel(ChannelId::new(1)).name(), "channels/1");
    }

    #[test]
    fn a_node_that_leaves_moves_only_its_own_slots() {
        let nodes = ["a3f", "b91", "c07"];
        let homes: Vec<&str> = Slot::all().filter_map(|s| s.home(nodes)).collect();
        for node in nodes {
            let share = homes.iter().filter(|home| **home == node).count();
            assert!((Slot::COUNT / 6..Slot::COUNT / 2).contains(&share), "{node} holds {share}");
        }
        for (slot, home) in Slot::all().zip(&homes) {
            let after = slot.home(["a3f", "c07"]);
            assert!(*home == "b91" || after == Some(home));
        }
    }

    #[test]
    fn ids_in_strides_reach_every_slot() {
        let reached: std::collections::HashSet<Slot> =
            (0..4_000).map(|n| Slot::of_conversation(ConversationId::new(n * 8))).collect();
        assert_eq!(reached.len(), CONVERSATIONS as usize);
    }
}

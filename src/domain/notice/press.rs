//! The buttons under a lead's notice, and what pressing one means for the lead.
use crate::domain::ids::{LeadId, UserId};
use crate::domain::lead::LeadStatus;
use crate::domain::text::word_enum;

word_enum! {
    /// What a button asks for; the word travels in its data.
    Verb { Take = "take", Call = "call", Lose = "lost" }
}

impl Verb {
    /// `lead:17:take`
    pub fn data(self, lead: LeadId) -> String {
        format!("lead:{lead}:{self}")
    }

    /// The lead and the verb of a button's data. It is the client's word: who pressed is checked elsewhere.
    pub fn read(data: &str) -> Option<(LeadId, Verb)> {
        let (lead, verb) = data.strip_prefix("lead:")?.split_once(':')?;
        let lead = lead.parse().ok().filter(|id| *id > 0)?;
        Some((lead, Verb::parse(verb)?))
    }
}

/// What a press does to a lead.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PressEffect {
    pub status: Option<LeadStatus>,
    pub assignee: Option<UserId>,
    /// Why there is less than was asked for.
    pub hindrance: Option<Hindrance>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hindrance {
    /// Two who press at once: the first has it.
    SomebodyElses,
    /// A notice lies in the chat for months; a late press must not undo a sale.
    Won,
}

/// Pressing again changes nothing more.
pub fn effect(verb: Verb, status: LeadStatus, assignee: Option<UserId>, presser: UserId) -> PressEffect {
    let elses = status == LeadStatus::InProgress && assignee.is_some_and(|user| user != presser);
    let hindrance = match (verb, status) {
        (_, LeadStatus::Won) => Some(Hindrance::Won),
        (Verb::Take, _) if elses => Some(Hindrance::SomebodyElses),
        _ => None,
    };
    if hindrance.is_some() {
        return PressEffect { hindrance, ..PressEffect::default() };
    }
    let (wanted, owner) = match verb {
        Verb::Take => (LeadStatus::InProgress, Some(presser)),
        // Whoever calls has it, unless somebody has it already.
        Verb::Call => (LeadStatus::InProgress, assignee.or(Some(presser))),
        Verb::Lose => (LeadStatus::Lost, assignee),
    };
    PressEffect {
        status: Some(wanted).filter(|wanted| *wanted != status),
        assignee: owner.filter(|_| owner != assignee),
        hindrance: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: UserId = UserId::new(7);
    const SECOND: UserId = UserId::new(8);

    #[test]
    fn data_is_short_and_comes_back() {
        let data = Verb::Take.data(9_007_199_254_740_991);
        assert!(data.len() <= 64, "{data}");
        assert_eq!(Verb::read(&data), Some((9_007_199_254_740_991, Verb::Take)));
        for odd in
            ["", "lead:", "lead:1", "lead:1:", "lead:x:take", "lead:-1:take", "lead:1:take:2", "deal:1:take", "lead:0:call"]
        {
            assert_eq!(Verb::read(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_first_who_takes_it_has_it() {
        let taken = effect(Verb::Take, LeadStatus::New, None, FIRST);
        assert_eq!(taken, PressEffect { status: Some(LeadStatus::InProgress), assignee: Some(FIRST), hindrance: None });
        assert_eq!(effect(Verb::Take, LeadStatus::InProgress, Some(FIRST), FIRST), PressEffect::default(), "again");
        let second = effect(Verb::Take, LeadStatus::InProgress, Some(FIRST), SECOND);
        assert_eq!(second, PressEffect { hindrance: Some(Hindrance::SomebodyElses), ..PressEffect::default() });
        let reopened = effect(Verb::Take, LeadStatus::Lost, Some(FIRST), SECOND);
        assert_eq!((reopened.status, reopened.assignee), (Some(LeadStatus::InProgress), Some(SECOND)));
    }

    #[test]
    fn a_call_takes_nothing_from_anybody_and_a_sale_stays() {
        let call = effect(Verb::Call, LeadStatus::New, Some(FIRST), SECOND);
        assert_eq!((call.status, call.assignee), (Some(LeadStatus::InProgress), None));
        assert_eq!(effect(Verb::Lose, LeadStatus::InProgress, Some(FIRST), SECOND).status, Some(LeadStatus::Lost));
        assert_eq!(effect(Verb::Lose, LeadStatus::Lost, None, SECOND), PressEffect::default());
        for verb in Verb::ALL {
            assert_eq!(effect(*verb, LeadStatus::Won, None, SECOND).hindrance, Some(Hindrance::Won));
        }
    }
}

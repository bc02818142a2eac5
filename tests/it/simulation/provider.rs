//! The provider that the hub sends to, with a ledger of its own: what it saw and what it took, whatever the hub believes.
use switchboard::domain::channel::SendOutcome;
use switchboard::domain::clock::SECOND;
use switchboard::domain::ids::*;
use switchboard::domain::message::MessageStatus;

use super::dice::Dice;

#[derive(Debug)]
pub struct Line {
    pub delivery_id: DeliveryId,
    pub chat: usize,
    /// The provider took it: the customer sees it.
    pub accepted: bool,
    /// No answer, or none that says what happened.
    pub unclear: bool,
}

#[derive(Default)]
pub struct Provider {
    pub ledger: Vec<Line>,
    pub receipts: Vec<Posted>,
}

/// A receipt the provider still brings: in any order, at least once, with or without our own id in it.
pub struct Posted {
    pub delivery_id: DeliveryId,
    pub provider_id: String,
    pub status: MessageStatus,
    pub echo: bool,
    /// How often it will be brought, each time until acknowledged.
    pub times: u32,
    pub copies: u32,
}

impl Provider {
    pub fn request(
        &mut self,
        chat: usize,
        delivery_id: DeliveryId,
        with_receipts: bool,
        kind: bool,
        dice: &mut Dice,
    ) -> SendOutcome {
        let provider_id = format!("out-{delivery_id}-{}", self.ledger.len());
        let (accepted, outcome) = match if kind { 0 } else { dice.below(16) } {
            0..=8 => (true, SendOutcome::Sent { provider_id: Some(provider_id.clone()) }),
            9 => (false, SendOutcome::Paced { after: SECOND * (1 + dice.below(5) as i64) }),
            10 => (false, SendOutcome::Retry { detail: "connection refused".into() }),
            11 | 12 => (false, SendOutcome::Failed { code: "provider_refused", detail: "no".into() }),
            13 => (false, SendOutcome::Uncertain { detail: "hung".into() }),
            _ => (true, SendOutcome::Uncertain { detail: "reset after bytes".into() }),
        };
        let unclear = matches!(outcome, SendOutcome::Uncertain { .. });
        self.ledger.push(Line { delivery_id, chat, accepted, unclear });
        if accepted && with_receipts {
            for status in [MessageStatus::Delivered, MessageStatus::Read] {
                if dice.percent(70) {
                    let (echo, times) = (dice.percent(60), 1 + dice.below(2) as u32);
                    self.receipts.push(Posted { delivery_id, provider_id: provider_id.clone(), status, echo, times, copies: 0 });
                }
            }
        }
        outcome
    }

    pub fn accepted(&self, delivery_id: DeliveryId) -> usize {
        self.ledger.iter().filter(|l| l.delivery_id == delivery_id && l.accepted).count()
    }
}

//! A receipt that settles an unclear send is heard by its Conversation: what waits behind that send goes at once.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use actix::{Actor, Context, Handler};
use switchboard::domain::channel::{Receipt, ReceiptStatus, SendOutcome};
use switchboard::domain::conversation::Input;
use switchboard::domain::conversation::state::UNCERTAIN_HOLD;
use switchboard::hub::outlet::{ToProvider, Turn};

use super::shelf::*;
use crate::jobs::house::{House, in_a_house};
use crate::support::{Backend, eventually};

/// Takes everything, and says nothing clear about the first send.
#[derive(Default)]
struct Provider {
    sent: Arc<Mutex<usize>>,
}

impl Actor for Provider {
    type Context = Context<Self>;
}

impl Handler<ToProvider> for Provider {
    type Result = ();

    fn handle(&mut self, asked: ToProvider, _: &mut Self::Context) {
        match asked {
            ToProvider::Ready { reply, .. } => drop(reply.send(Turn::Now)),
            ToProvider::Deliver { reply, .. } => {
                let mut sent = self.sent.lock().expect("lock");
                *sent += 1;
                let outcome = match *sent {
                    1 => SendOutcome::Uncertain { detail: "no answer".into() },
                    n => SendOutcome::Sent { provider_id: Some(format!("wamid.{n}")) },
                };
                drop(reply.send(outcome.into()));
            }
            _ => {}
        }
    }
}

async fn the_next_send_waits_for_no_hold(backend: Backend) {
    const KEY: &str = "77015550101";
    let house = House::open(backend).await;
    let sent = Arc::default();
    house.hub.core.outlets.register(WHATSAPP, Provider { sent: Arc::clone(&sent) }.start().recipient());
    let conversation =
        house.shelf.commit(WHATSAPP, KEY, &[says(WHATSAPP, KEY, "hello")], house.hub.core.clock.now()).await.after.id;
    let begun = Instant::now();
    for text in ["a", "b"] {
        let Input::Command(command) = replies(text) else { panic!("a command") };
        house.hub.command(COMPANY, conversation, command).await.expect("it is taken");
    }
    let count = async |what: &str| house.shelf.count(&format!("SELECT COUNT(*) FROM messages WHERE {what}")).await;
    eventually("an unclear send", || async { (count("text = 'a' AND status = 'uncertain'").await == 1).then_some(()) }).await;
    let behind = count("text = 'b' AND status = 'queued'").await;
    assert_eq!((*sent.lock().expect("lock"), behind), (1, 1), "b waits behind it");
    let delivery_id = Some(house.shelf.count("SELECT MIN(id) FROM deliveries").await);
    let receipt = Receipt { provider_id: "wamid.1".into(), delivery_id, status: ReceiptStatus::Delivered, error: None };
    for _ in 0..2 {
        house.hub.receipts(WHATSAPP, vec![receipt.clone()]).await.expect("it is stored");
        assert_eq!(count("text = 'a' AND status = 'delivered' AND error_code IS NULL").await, 1);
    }
    eventually("b on its way", || async { (count("text = 'b' AND status = 'sent'").await == 1).then_some(()) }).await;
    let hold = Duration::from_micros(UNCERTAIN_HOLD.unsigned_abs());
    assert!(begun.elapsed() < hold, "it waited for the hold to pass");
}

in_a_house!(the_next_send_waits_for_no_hold);

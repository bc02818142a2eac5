//! Receipts raise messages by rank, as sets, whatever order they come in, and before their message is known too.

use switchboard::db::deliveries::ToHear;
use switchboard::domain::channel::{Receipt, ReceiptStatus, SendOutcome};
use switchboard::domain::clock::{DAY, SECOND};
use switchboard::domain::conversation::Input;
use switchboard::domain::ids::MessageId;
use switchboard::jobs::purge::everything_old;

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

const KEY: &str = "77015550101";

fn receipt(provider_id: &str, status: ReceiptStatus) -> Receipt {
    let error = (status == ReceiptStatus::Failed).then(|| ("window_closed".to_owned(), "Re-engagement message".to_owned()));
    Receipt { provider_id: provider_id.into(), delivery_id: None, status, error }
}

async fn take(shelf: &Shelf, receipts: Vec<Receipt>) -> Vec<ToHear> {
    shelf.store().take_receipts(WHATSAPP, receipts, false, NOW + SECOND).await.expect("an answer")
}

/// An operator's word, taken for sending: its delivery.
async fn sending(shelf: &Shelf, text: &str) -> (i64, MessageId) {
    let unit = shelf.commit(WHATSAPP, KEY, &[replies(text)], NOW).await;
    let id = unit.after.queue.last().expect("a delivery").id;
    shelf.commit(WHATSAPP, KEY, &[Input::Claim { delivery_id: id }], NOW).await;
    (id, unit.messages[0].id)
}

async fn end(shelf: &Shelf, delivery_id: i64, outcome: SendOutcome) {
    shelf.commit(WHATSAPP, KEY, &[Input::Outcome { delivery_id, outcome }], NOW).await;
}

async fn sent(shelf: &Shelf, text: &str, provider_id: &str) -> MessageId {
    let (delivery, message) = sending(shelf, text).await;
    end(shelf, delivery, SendOutcome::Sent { provider_id: Some(provider_id.into()) }).await;
    message
}

async fn status(shelf: &Shelf, message: MessageId) -> (String, Option<String>) {
    let view = shelf.store().message_by_id(COMPANY, message).await.expect("an answer").expect("a message");
    (view.status.to_string(), view.error.map(|e| e.code))
}

async fn events(shelf: &Shelf, message: MessageId) -> i64 {
    let of_message = "SELECT COUNT(*) FROM events WHERE kind = 'message.updated' AND message_id =";
    shelf.count(&format!("{of_message} {message}")).await
}

async fn a_receipt_that_comes_first_waits_for_its_message(backend: Backend) {
    use ReceiptStatus::*;
    let shelf = Shelf::open(backend).await;
    shelf.commit(WHATSAPP, KEY, &[says(WHATSAPP, KEY, "hello")], NOW).await;
    let (delivery, message) = sending(&shelf, "a").await;
    // Twice, out of order, and one of somebody else's.
    let early = ["wamid.a", "wamid.a", "wamid.b"].map(|id| receipt(id, Read));
    assert_eq!(take(&shelf, [early.to_vec(), vec![receipt("wamid.a", Delivered)]].concat()).await, []);
    assert_eq!(take(&shelf, vec![receipt("wamid.a", Read)]).await, []);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM orphan_receipts").await, 3);
    let before = events(&shelf, message).await;
    end(&shelf, delivery, SendOutcome::Sent { provider_id: Some("wamid.a".into()) }).await;
    assert_eq!(status(&shelf, message).await, ("read".into(), None));
    assert_eq!(events(&shelf, message).await - before, 2, "sent, and what had been said before");
    assert_eq!(shelf.count("SELECT COUNT(*) FROM orphan_receipts").await, 1, "the other one waits on");
    let head = shelf.store().feed_head(COMPANY).await.expect("a head");
    assert_eq!(shelf.count("SELECT COUNT(*) FROM events WHERE company_id = 1").await, head, "the feed has no hole");
    everything_old(shelf.store(), NOW + 6 * DAY, || true).await.expect("a purge");
    assert_eq!(shelf.count("SELECT COUNT(*) FROM orphan_receipts").await, 1);
    everything_old(shelf.store(), NOW + 8 * DAY, || true).await.expect("a purge");
    assert_eq!(shelf.count("SELECT COUNT(*) FROM orphan_receipts").await, 0, "not for ever");
}

async fn receipts_rise_by_rank_and_a_failure_is_final(backend: Backend) {
    use ReceiptStatus::*;
    let shelf = Shelf::open(backend).await;
    shelf.commit(WHATSAPP, KEY, &[says(WHATSAPP, KEY, "hello")], NOW).await;
    let (a, b) = (sent(&shelf, "a", "wamid.a").await, sent(&shelf, "b", "wamid.b").await);
    let before = (events(&shelf, a).await, events(&shelf, b).await);
    let all = vec![receipt("wamid.a", Read), receipt("wamid.b", Failed), receipt("wamid.a", Delivered), receipt("wamid.b", Read)];
    assert_eq!(take(&shelf, all.clone()).await, []);
    assert_eq!(status(&shelf, a).await, ("read".into(), None));
    assert_eq!(status(&shelf, b).await, ("failed".into(), Some("window_closed".into())));
    assert_eq!(take(&shelf, all).await, []);
    assert_eq!(take(&shelf, vec![receipt("wamid.a", Failed), receipt("wamid.b", Delivered)]).await, []);
    assert_eq!(status(&shelf, a).await.0, "read");
    assert_eq!(status(&shelf, b).await.0, "failed");
    assert_eq!((events(&shelf, a).await, events(&shelf, b).await), (before.0 + 1, before.1 + 1), "one piece of news each");
    assert_eq!(shelf.count("SELECT COUNT(*) FROM deliveries WHERE state = 'read'").await, 1);
    // Another channel's message of the same name is another message.
    let others = shelf.store().take_receipts(TELEGRAM, vec![receipt("wamid.a", Failed)], false, NOW).await;
    assert_eq!(others.expect("an answer"), []);
    assert_eq!(status(&shelf, a).await.0, "read");
}

async fn what_is_unclear_is_settled_by_its_conversation(backend: Backend) {
    use ReceiptStatus::*;
    let shelf = Shelf::open(backend).await;
    shelf.commit(WHATSAPP, KEY, &[says(WHATSAPP, KEY, "hello")], NOW).await;
    let (delivery, message) = sending(&shelf, "a").await;
    end(&shelf, delivery, SendOutcome::Uncertain { detail: "no answer".into() }).await;
    let said = Receipt { delivery_id: Some(delivery), ..receipt("wamid.a", Delivered) };
    let to_hear = take(&shelf, vec![said.clone()]).await;
    assert_eq!(to_hear.iter().map(|one| (one.delivery_id, one.settles)).collect::<Vec<_>>(), [(delivery, true)]);
    assert_eq!(status(&shelf, message).await.0, "uncertain", "nothing before it has heard");
    end(&shelf, delivery, SendOutcome::Sent { provider_id: Some("wamid.a".into()) }).await;
    shelf.store().take_receipts(WHATSAPP, vec![said], true, NOW).await.expect("an answer");
    assert_eq!(status(&shelf, message).await, ("delivered".into(), None));
    // One that no Conversation holds any more: the row learns of it, and whoever has loaded it as unclear loads again.
    let (delivery, message) = sending(&shelf, "b").await;
    end(&shelf, delivery, SendOutcome::Uncertain { detail: "no answer".into() }).await;
    let version = shelf.state(WHATSAPP, KEY).await.version;
    let said = Receipt { delivery_id: Some(delivery), ..receipt("wamid.b", Delivered) };
    shelf.store().take_receipts(WHATSAPP, vec![said], true, NOW).await.expect("an answer");
    assert_eq!(status(&shelf, message).await, ("delivered".into(), None));
    assert_eq!(shelf.state(WHATSAPP, KEY).await.version, version + 1);
    assert_eq!(take(&shelf, vec![receipt("wamid.b", Read)]).await, [], "its provider's name is known now");
    assert_eq!(status(&shelf, message).await.0, "read");
}

async fn many_receipts_are_one_batch(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    shelf.commit(WHATSAPP, KEY, &[says(WHATSAPP, KEY, "hello")], NOW).await;
    sent(&shelf, "a", "wamid.a").await;
    let id = "(SELECT MAX(id) FROM messages)";
    for n in 0..400 {
        let columns = "company_id, conversation_id, episode_id, direction, author_type, kind, status, sender, seq, created_at";
        let message = format!("INSERT INTO messages (id, {columns}) SELECT id + 1, {columns} FROM messages WHERE id = {id}");
        let columns = "company_id, conversation_id, channel_id, part, attempt, state, created_at, updated_at";
        let delivery = format!(
            "INSERT INTO deliveries (id, message_id, provider_id, {columns}) \
             SELECT id + 1, {id}, 'wamid.{n}', {columns} FROM deliveries ORDER BY id DESC LIMIT 1"
        );
        shelf.sql(&format!("{message}; {delivery}")).await;
    }
    let all = (0..400).map(|n| receipt(&format!("wamid.{n}"), ReceiptStatus::Delivered)).collect();
    assert_eq!(take(&shelf, all).await, []);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM messages WHERE status = 'delivered'").await, 400);
    let head = shelf.store().feed_head(COMPANY).await.expect("a head");
    assert_eq!(shelf.count("SELECT COUNT(DISTINCT seq) FROM messages WHERE status = 'delivered'").await, 400);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM events WHERE company_id = 1").await, head);
}

on_both_databases!(
    a_receipt_that_comes_first_waits_for_its_message,
    receipts_rise_by_rank_and_a_failure_is_final,
    what_is_unclear_is_settled_by_its_conversation,
    many_receipts_are_one_batch
);

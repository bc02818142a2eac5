//! News between nodes: "company C's feed stands at N". Only a hint: whoever gets it reads the table, and looks by itself
//! every second in any case, so Redis may lose anything.
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::mpsc;

use crate::domain::ids::*;

const CHANNEL: &str = "switchboard:feed";
const RETRY: Duration = Duration::from_secs(1);

/// Starts publishing what comes through `ours` and hands what others say to `theirs`. Reconnects for ever.
pub fn start(client: redis::Client, ours: mpsc::Receiver<(CompanyId, Seq)>, theirs: mpsc::Sender<(CompanyId, Seq)>) {
    tokio::spawn(publish(client.clone(), ours));
    tokio::spawn(listen(client, theirs));
}

async fn publish(client: redis::Client, mut ours: mpsc::Receiver<(CompanyId, Seq)>) {
    let mut connection = None;
    while let Some((company, seq)) = ours.recv().await {
        if connection.is_none() {
            connection = client.get_multiplexed_async_connection().await.ok();
        }
        let Some(open) = &mut connection else { continue };
        let said = redis::cmd("PUBLISH").arg(CHANNEL).arg(format!("{company}:{seq}")).query_async::<i64>(open).await;
        if let Err(e) = said {
            tracing::warn!(error = %e, "redis did not take a feed hint");
            connection = None;
        }
    }
}

async fn listen(client: redis::Client, theirs: mpsc::Sender<(CompanyId, Seq)>) {
    loop {
        if let Ok(mut pubsub) = client.get_async_pubsub().await
            && pubsub.subscribe(CHANNEL).await.is_ok()
        {
            let mut messages = pubsub.on_message();
            while let Some(message) = messages.next().await {
                let Ok(text) = message.get_payload::<String>() else { continue };
                if let Some(head) = parse(&text) {
                    // Full: the look at all heads finds it.
                    let _ = theirs.try_send(head);
                }
            }
        }
        if theirs.is_closed() {
            return;
        }
        tokio::time::sleep(RETRY).await;
    }
}

fn parse(text: &str) -> Option<(CompanyId, Seq)> {
    let (company, seq) = text.split_once(':')?;
    Some((company.parse().ok()?, seq.parse().ok()?))
}

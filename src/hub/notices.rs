//! The way to the company's own chat: through the bot it has connected, else — for the first company — the instance's own.
use std::time::Duration;

use actix::Recipient;
use tokio::sync::oneshot;

use super::Core;
use super::outlet::{ToProvider, Turn};
use crate::db::DbError;
use crate::domain::channel::{SendLane, SendOutcome, SendReport};
use crate::domain::clock::SECOND;
use crate::domain::ids::{ChannelId, CompanyId};
use crate::domain::notice::Notice;

/// So long a notice waits for its turn in one go. A group takes twenty messages a minute.
const READY_WITHIN: Duration = Duration::from_secs(10);
/// A bot answers within its own eight seconds, or never.
pub const SEND_WITHIN: Duration = Duration::from_secs(30);

pub struct NoticeWay {
    /// `None` while the bot does not run here.
    pub outlet: Option<Recipient<ToProvider>>,
    pub chat_id: String,
    /// `None` for the instance's own bot, which hears of no presses.
    pub channel_id: Option<ChannelId>,
}

/// `None` when the company has no chat.
pub async fn way(core: &Core, company: CompanyId) -> Result<Option<NoticeWay>, DbError> {
    if let Some(chat) = core.store.notice_chat(company).await? {
        let outlet = core.outlets.get(chat.channel_id);
        return Ok(Some(NoticeWay { outlet, chat_id: chat.chat_id, channel_id: Some(chat.channel_id) }));
    }
    house_way(core, company).await
}

/// The chat that stands in the instance's settings, for the company whose it is.
pub async fn house_way(core: &Core, company: CompanyId) -> Result<Option<NoticeWay>, DbError> {
    let Some(house) = core.outlets.house() else { return Ok(None) };
    // No company's leads reach another's chat.
    let is_first = core.store.first_company().await?.is_some_and(|(first, _)| first == company);
    Ok(is_first.then(|| NoticeWay { outlet: Some(house.outlet.clone()), chat_id: house.chat_id.clone(), channel_id: None }))
}

/// Waits until the bot may write to this chat. False: not now.
pub async fn ready(outlet: &Recipient<ToProvider>, chat_id: &str) -> bool {
    let (reply, ready) = oneshot::channel();
    let asked = outlet.try_send(ToProvider::Ready { address: chat_id.to_owned(), lane: SendLane::People, reply });
    asked.is_ok() && matches!(tokio::time::timeout(READY_WITHIN, ready).await, Ok(Ok(Turn::Now)))
}

/// Sends what has had its turn. No clear answer is an unclear send.
pub async fn send(outlet: &Recipient<ToProvider>, notice: Notice) -> SendReport {
    let (reply, told) = oneshot::channel();
    if outlet.try_send(ToProvider::Notice { notice: Box::new(notice), reply }).is_err() {
        return SendOutcome::Retry { detail: "The bot has too much to do.".to_owned() }.into();
    }
    match tokio::time::timeout(SEND_WITHIN, told).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => SendOutcome::Uncertain { detail: "The bot stopped while sending.".to_owned() }.into(),
        Err(_) => SendOutcome::Uncertain { detail: "The provider did not answer in time.".to_owned() }.into(),
    }
}

/// Both, for what need not be written down.
pub async fn say(outlet: &Recipient<ToProvider>, notice: Notice) -> SendReport {
    if !ready(outlet, &notice.chat_id).await {
        return SendOutcome::Paced { after: SECOND }.into();
    }
    send(outlet, notice).await
}

/// Remembers a chat that has moved.
pub async fn follow(core: &Core, company: CompanyId, way: &NoticeWay, told: &SendReport) -> Result<(), DbError> {
    let Some(to) = told.moved_to.as_ref() else { return Ok(()) };
    match way.channel_id {
        Some(_) => core.store.move_notice_chat(company, way.chat_id.clone(), to.clone()).await,
        None => {
            tracing::warn!(to, "the group of the instance's own bot has moved: set its new id");
            Ok(())
        }
    }
}

//! What an operator has typed and not sent, kept so that it follows them to another device.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::Deserialize;

use super::conversations::seen;
use super::extract::{Body, Id, Page, page_of};
use crate::db::conversations::{Draft, DraftChange};
use crate::domain::access::Principal;
use crate::domain::flaw::Flaw;
use crate::domain::form::NoNulForm;
use crate::domain::ids::ConversationId;
use crate::error::{Error, Result};
use crate::hub::Hub;

/// As long as a message may be.
const MOST: usize = 16 * 1024;

page_of!(DraftsPage as "Drafts", drafts: Draft);

/// `GET /api/drafts`: one's own.
pub async fn list(who: Principal, hub: web::Data<Hub>, page: Page) -> Result<HttpResponse> {
    let drafts = hub.core.store.drafts_of(who, page.after_one().unwrap_or(0), page.limit).await?;
    let next_cursor =
        drafts.last().filter(|_| drafts.len() as i64 == page.limit).map(|d| Page::cursor(&[d.conversation_id.get()]));
    Ok(HttpResponse::Ok().json(DraftsPage { drafts, next_cursor }))
}

/// A field that is missing stays; an empty one is removed.
#[derive(Deserialize, JsonSchema)]
pub struct Typed {
    #[schemars(with = "Option<NoNulForm<16_384>>")]
    reply: Option<String>,
    #[schemars(with = "Option<NoNulForm<16_384>>")]
    note: Option<String>,
}

/// `PATCH /api/conversations/{id}/draft`
pub async fn keep(
    who: Principal,
    hub: web::Data<Hub>,
    Id(id): Id<ConversationId>,
    Body(body): Body<Typed>,
) -> Result<HttpResponse> {
    seen(&hub, who.clone(), id).await?;
    for (name, text) in [("reply", &body.reply), ("note", &body.note)] {
        if text.as_ref().is_some_and(|text| text.chars().count() > MOST) {
            return Err(Error::field(name, Flaw::TooLong { max: MOST }));
        }
    }
    let change = DraftChange { reply: body.reply, note: body.note };
    hub.core.store.keep_draft(who, id, change, hub.core.clock.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

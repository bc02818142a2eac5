//! A button under a lead, pressed: who it was, and what became of the lead, in one transaction with the press's own row.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, conversations as states, leads as found, leads_write, notices, sessions};
use crate::db::engine::Wrote;
use crate::db::leads::{LeadChanged, LeadEdit};
use crate::db::leads::{PressDone, PressOutcome, Pressing};
use crate::db::schema::*;
use crate::domain::access::{Principal, Role};
use crate::domain::ids::{CompanyId, ConversationId, UserId};
use crate::domain::notice::press;

pub async fn press(c: &mut Conn, pressing: Pressing) -> QueryResult<Wrote<PressOutcome>> {
    let Pressing { own, telegram_user, lead_id, verb } = pressing;
    let (company, at) = (own.company_id, own.at);
    let conversation: Option<ConversationId> = leads::table
        .filter(leads::company_id.eq(company))
        .filter(leads::id.eq(lead_id))
        .select(leads::conversation_id)
        .first(c)
        .await
        .optional()?;
    // Of two who press at once the second must see what the first has made of the lead.
    states::lock(c, conversation.into_iter().collect()).await?;
    if !notices::keep_own(c, own).await? {
        return Ok(Wrote::quiet(PressOutcome::Again));
    }
    let Some((who, locale)) = member(c, company, telegram_user).await? else { return Ok(Wrote::quiet(PressOutcome::Stranger)) };
    let Some(lead) = found::lead(c, who.clone(), lead_id).await? else {
        return Ok(Wrote::quiet(PressOutcome::Missing { locale }));
    };
    let effect = press::effect(verb, lead.status, lead.assignee.as_ref().map(|a| a.id), who.user_id);
    let name = who.name.clone();
    let edit = LeadEdit { status: effect.status, assignee_id: effect.assignee.map(Some), ..LeadEdit::default() };
    let Wrote { value, events } = leads_write::edit_lead(c, who, lead_id, edit, at).await?;
    let LeadChanged::Done(lead) = value else { return Ok(Wrote { value: PressOutcome::Missing { locale }, events }) };
    let company_locale: String = companies::table.find(company).select(companies::locale).first(c).await?;
    let done = PressDone { lead: *lead, effect, who: name, locale, company_locale };
    Ok(Wrote { value: PressOutcome::Done(Box::new(done)), events })
}

/// The active member whose Telegram account this is, and their language.
async fn member(c: &mut Conn, company: CompanyId, telegram_user: String) -> QueryResult<Option<(Principal, String)>> {
    let row: Option<(UserId, String, String, String, Role)> = telegram_links::table
        .inner_join(users::table.on(users::id.eq(telegram_links::user_id)))
        .inner_join(memberships::table.on(memberships::user_id.eq(telegram_links::user_id)))
        .filter(telegram_links::company_id.eq(company))
        .filter(telegram_links::telegram_user_id.eq(telegram_user))
        .filter(memberships::company_id.eq(company))
        .filter(memberships::is_active.eq(true).and(users::is_active.eq(true)).and(users::deleted_at.is_null()))
        .select((users::id, users::name, users::email, users::locale, memberships::role))
        .first(c)
        .await
        .optional()?;
    let Some((user_id, name, email, locale, role)) = row else { return Ok(None) };
    let departments = sessions::departments_of(c, company, user_id).await?;
    Ok(Some((Principal { company_id: company, user_id, session_id: 0, role, name, email, departments }, locale)))
}

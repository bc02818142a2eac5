//! The company's chat, its people's Telegram accounts, and the codes for both.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::{Conn, audit, backend};
use crate::db::notices::*;
use crate::db::rows::RawRow;
use crate::db::schema::*;
use crate::domain::access::{Permission, Role};
use crate::domain::channel::ChannelKind;
use crate::domain::clock::Micros;
use crate::domain::ids::{ChannelId, CompanyId, UserId};
use crate::domain::notice::Purpose;

/// Makes room for the code and adds it: of an account's codes the newest stands, of a chat's the newest few.
pub async fn add_code(c: &mut Conn, new: NewCode) -> QueryResult<()> {
    use telegram_codes::dsl as t;
    diesel::delete(t::telegram_codes.filter(t::expires_at.le(new.at))).execute(c).await?;
    let purpose = new.purpose.as_str();
    match new.purpose {
        Purpose::Account => {
            let own = t::telegram_codes.filter(t::company_id.eq(new.company_id)).filter(t::user_id.eq(new.user_id));
            diesel::delete(own.filter(t::purpose.eq(purpose))).execute(c).await?;
        }
        Purpose::Notices => {
            let open = t::telegram_codes.filter(t::company_id.eq(new.company_id)).filter(t::purpose.eq(purpose));
            let order = (t::expires_at.desc(), t::code_hash);
            let open: Vec<String> = open.order(order).select(t::code_hash).load(c).await?;
            let old: Vec<&String> = open.iter().skip(OPEN_CODES as usize - 1).collect();
            diesel::delete(t::telegram_codes.filter(t::code_hash.eq_any(old))).execute(c).await?;
        }
    }
    let row = (
        t::code_hash.eq(new.code_hash),
        t::company_id.eq(new.company_id),
        t::user_id.eq(new.user_id),
        t::purpose.eq(purpose),
        t::expires_at.eq(new.expires_at),
    );
    diesel::insert_into(t::telegram_codes).values(row).execute(c).await.map(|_| ())
}

/// Asked before anything is written: a message that only looks like a code costs this one look.
pub async fn code_is_open(c: &mut Conn, company: CompanyId, code_hash: String, now: Micros) -> QueryResult<bool> {
    use telegram_codes::dsl as t;
    let code = t::telegram_codes.find(code_hash).filter(t::company_id.eq(company)).filter(t::expires_at.gt(now));
    diesel::select(diesel::dsl::exists(code)).get_result(c).await
}

/// Takes the code and does what it is for, with the message's own row in the same transaction.
pub async fn open_by_code(c: &mut Conn, knock: CodeShown) -> QueryResult<Opened> {
    use telegram_codes::dsl as t;
    let (company, at) = (knock.own.company_id, knock.own.at);
    let code = t::telegram_codes.find(&knock.code_hash).filter(t::company_id.eq(company)).filter(t::expires_at.gt(at));
    let taken: Option<(UserId, String)> =
        diesel::delete(code).returning((t::user_id, t::purpose)).get_result(c).await.optional()?;
    let Some((user, purpose)) = taken else { return Ok(Opened::Nothing) };
    let Some(maker) = maker(c, company, user).await? else { return Ok(Opened::Nothing) };
    match (Purpose::parse(&purpose), &knock.sender) {
        (Some(Purpose::Notices), _) if maker.role.may(Permission::Manage) => {
            if !keep_own(c, knock.own.clone()).await? {
                return Ok(Opened::Again);
            }
            connect_chat(c, &knock, user).await?;
            Ok(Opened::Chat { locale: maker.locale, company: maker.company })
        }
        (Some(Purpose::Account), Some((telegram_user, name))) => {
            if !keep_own(c, knock.own.clone()).await? {
                return Ok(Opened::Again);
            }
            link_account(c, company, user, telegram_user, name, at).await?;
            Ok(Opened::Account { locale: maker.locale, company: maker.company, user: maker.name })
        }
        _ => Ok(Opened::Nothing),
    }
}

struct CodeMaker {
    name: String,
    locale: String,
    company: String,
    role: Role,
}

/// Who made a code, if they are still with the company.
async fn maker(c: &mut Conn, company: CompanyId, user: UserId) -> QueryResult<Option<CodeMaker>> {
    let row: Option<(String, String, String, Role)> = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .inner_join(companies::table.on(companies::id.eq(memberships::company_id)))
        .filter(memberships::company_id.eq(company))
        .filter(memberships::user_id.eq(user))
        .filter(memberships::is_active.eq(true).and(users::is_active.eq(true)).and(users::deleted_at.is_null()))
        .select((users::name, users::locale, companies::name, memberships::role))
        .first(c)
        .await
        .optional()?;
    Ok(row.map(|(name, locale, company, role)| CodeMaker { name, locale, company, role }))
}

/// False when it is there already.
pub async fn keep_own(c: &mut Conn, own: Own) -> QueryResult<bool> {
    let id = backend::draw_ids(c, 1).await?.next().unwrap_or_default();
    let row = RawRow {
        id,
        channel_id: own.channel_id,
        external_id: own.external_id,
        conversation_id: None,
        body: own.body,
        state: "done".into(),
        attempts: 0,
        error: None,
        received_at: own.at,
    };
    let insert = diesel::insert_into(inbound_raw::table).values(&row);
    insert.on_conflict((inbound_raw::channel_id, inbound_raw::external_id)).do_nothing().execute(c).await.map(|n| n > 0)
}

/// A company has one chat: a new one takes the old one's place.
async fn connect_chat(c: &mut Conn, knock: &CodeShown, user: UserId) -> QueryResult<()> {
    use notice_chats::dsl as t;
    let Own { company_id, channel_id, at, .. } = knock.own;
    let set = (
        t::channel_id.eq(channel_id),
        t::chat_id.eq(&knock.chat_id),
        t::title.eq(&knock.chat_title),
        t::connected_by.eq(Some(user)),
        t::connected_at.eq(at),
    );
    diesel::insert_into(t::notice_chats)
        .values((t::company_id.eq(company_id), set))
        .on_conflict(t::company_id)
        .do_update()
        .set(set)
        .execute(c)
        .await?;
    let data = json!({ "channel_id": channel_id, "title": knock.chat_title });
    audit::record(c, company_id, Some(user), "notices.connected".into(), format!("company:{company_id}"), data, at).await
}

/// One user, one account: whoever had either before has it no longer.
async fn link_account(
    c: &mut Conn,
    company: CompanyId,
    user: UserId,
    telegram_user: &str,
    name: &str,
    at: Micros,
) -> QueryResult<()> {
    use telegram_links::dsl as t;
    let either = t::user_id.eq(user).or(t::telegram_user_id.eq(telegram_user));
    diesel::delete(t::telegram_links.filter(t::company_id.eq(company)).filter(either)).execute(c).await?;
    let row = (
        t::company_id.eq(company),
        t::user_id.eq(user),
        t::telegram_user_id.eq(telegram_user),
        t::name.eq(name),
        t::linked_at.eq(at),
    );
    diesel::insert_into(t::telegram_links).values(row).execute(c).await?;
    let data = json!({ "name": name });
    audit::record(c, company, Some(user), "telegram.linked".into(), format!("user:{user}"), data, at).await
}

/// None too when the bot that wrote there is gone.
pub async fn notice_chat(c: &mut Conn, company: CompanyId) -> QueryResult<Option<NoticeChat>> {
    notice_chats::table
        .inner_join(channels::table.on(channels::id.eq(notice_chats::channel_id)))
        .filter(notice_chats::company_id.eq(company))
        .filter(channels::deleted_at.is_null())
        .select(NoticeChat::as_select())
        .first(c)
        .await
        .optional()
}

/// The group has become a supergroup, with an id of its own.
pub async fn move_notice_chat(c: &mut Conn, company: CompanyId, from: String, to: String) -> QueryResult<()> {
    use notice_chats::dsl as t;
    let row = t::notice_chats.find(company).filter(t::chat_id.eq(from));
    diesel::update(row).set(t::chat_id.eq(to)).execute(c).await.map(|_| ())
}

pub async fn is_notice_chat(c: &mut Conn, company: CompanyId, channel: ChannelId, chat: String) -> QueryResult<bool> {
    use notice_chats::dsl as t;
    let row = t::notice_chats.find(company).filter(t::channel_id.eq(channel)).filter(t::chat_id.eq(chat));
    diesel::select(diesel::dsl::exists(row)).get_result(c).await
}

pub async fn disconnect_chat(c: &mut Conn, company: CompanyId, user: UserId, at: Micros) -> QueryResult<bool> {
    let gone = diesel::delete(notice_chats::table.find(company)).execute(c).await? > 0;
    if gone {
        let target = format!("company:{company}");
        audit::record(c, company, Some(user), "notices.disconnected".into(), target, json!({}), at).await?;
    }
    Ok(gone)
}

pub async fn bots_of(c: &mut Conn, company: CompanyId) -> QueryResult<Vec<NoticeBot>> {
    use channels::dsl as t;
    t::channels
        .filter(t::company_id.eq(company))
        .filter(t::kind.eq_any(ChannelKind::words(|kind| kind.tells_colleagues)))
        .filter(t::enabled.eq(true).and(t::deleted_at.is_null()))
        .order(t::id)
        .select((t::id, t::username))
        .load(c)
        .await
}

pub async fn telegram_link(c: &mut Conn, company: CompanyId, user: UserId) -> QueryResult<Option<TelegramLink>> {
    use telegram_links::dsl as t;
    t::telegram_links.find((company, user)).select((t::name, t::linked_at)).first(c).await.optional()
}

pub async fn unlink_telegram(c: &mut Conn, company: CompanyId, user: UserId, at: Micros) -> QueryResult<bool> {
    let gone = diesel::delete(telegram_links::table.find((company, user))).execute(c).await? > 0;
    if gone {
        audit::record(c, company, Some(user), "telegram.unlinked".into(), format!("user:{user}"), json!({}), at).await?;
    }
    Ok(gone)
}

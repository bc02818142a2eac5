//! A company's tools. Their headers are sealed: what calls them opens them, nobody reads them.
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::{Conn, audit};
use crate::db::agent_tools::*;
use crate::db::schema::agent_tools::dsl as t;
use crate::db::schema::companies;
use crate::domain::clock::Micros;
use crate::domain::ids::{CompanyId, UserId};

pub async fn tools_of(c: &mut Conn, company: CompanyId) -> QueryResult<Vec<ToolRow>> {
    t::agent_tools.filter(t::company_id.eq(company)).order(t::id).select(ToolRow::as_select()).load(c).await
}

pub async fn tool(c: &mut Conn, company: CompanyId, id: i64) -> QueryResult<Option<ToolRow>> {
    t::agent_tools.filter(t::company_id.eq(company).and(t::id.eq(id))).select(ToolRow::as_select()).first(c).await.optional()
}

/// `None` when the company has as many as it may have.
pub async fn create_tool(c: &mut Conn, company: CompanyId, by: UserId, new: NewTool, at: Micros) -> QueryResult<Option<i64>> {
    // Locks the company: two at once do not make one too many.
    diesel::update(companies::table.find(company)).set(companies::is_active.eq(companies::is_active)).execute(c).await?;
    let count: i64 = t::agent_tools.filter(t::company_id.eq(company)).count().get_result(c).await?;
    if count >= MOST_TOOLS {
        return Ok(None);
    }
    let id: i64 = diesel::insert_into(t::agent_tools)
        .values((
            t::company_id.eq(company),
            t::name.eq(&new.name),
            t::description.eq(&new.description),
            t::method.eq(new.method),
            t::url.eq(&new.url),
            t::parameters.eq(&new.parameters),
            t::timeout_ms.eq(new.timeout_ms),
            t::enabled.eq(new.enabled),
            t::created_at.eq(at),
            t::updated_at.eq(at),
        ))
        .returning(t::id)
        .get_result(c)
        .await?;
    if let Some(seal) = new.headers {
        let SealedHeaders { sealed, hint } = seal(id).map_err(|e| DieselError::SerializationError(e.into()))?;
        diesel::update(t::agent_tools.find(id))
            .set((t::headers.eq(Some(sealed)), t::headers_hint.eq(Some(hint))))
            .execute(c)
            .await?;
    }
    note(c, company, by, "created", id, json!({ "name": new.name, "method": new.method, "url": new.url }), at).await?;
    Ok(Some(id))
}

pub async fn change_tool(
    c: &mut Conn,
    company: CompanyId,
    by: UserId,
    id: i64,
    change: ToolChange,
    at: Micros,
) -> QueryResult<bool> {
    let data = json!({
        "name": change.name, "description": change.description, "method": change.method, "url": change.url,
        "parameters": change.parameters, "headers": change.headers.is_some(), "timeout_ms": change.timeout_ms,
        "enabled": change.enabled,
    });
    let headers = change.headers.map(|headers| headers.map_or((None, None), |h| (Some(h.sealed), Some(h.hint))));
    let changed = diesel::update(t::agent_tools.filter(t::company_id.eq(company).and(t::id.eq(id))))
        .set((
            change.name.map(|v| t::name.eq(v)),
            change.description.map(|v| t::description.eq(v)),
            change.method.map(|v| t::method.eq(v)),
            change.url.map(|v| t::url.eq(v)),
            change.parameters.map(|v| t::parameters.eq(v)),
            headers.map(|(sealed, hint)| (t::headers.eq(sealed), t::headers_hint.eq(hint))),
            change.timeout_ms.map(|v| t::timeout_ms.eq(v)),
            change.enabled.map(|v| t::enabled.eq(v)),
            t::updated_at.eq(at),
        ))
        .execute(c)
        .await?;
    if changed > 0 {
        note(c, company, by, "changed", id, data, at).await?;
    }
    Ok(changed > 0)
}

pub async fn remove_tool(c: &mut Conn, company: CompanyId, by: UserId, id: i64, at: Micros) -> QueryResult<bool> {
    let Some(now) = tool(c, company, id).await? else { return Ok(false) };
    diesel::delete(t::agent_tools.find(id)).execute(c).await?;
    note(c, company, by, "removed", id, json!({ "name": now.name, "url": now.url }), at).await?;
    Ok(true)
}

async fn note(c: &mut Conn, company: CompanyId, by: UserId, what: &str, id: i64, data: Value, at: Micros) -> QueryResult<()> {
    audit::record(c, company, Some(by), format!("agent_tool.{what}"), format!("agent_tool:{id}"), data, at).await
}

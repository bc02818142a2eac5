//! A customer, and how a channel knows them.
use diesel::prelude::*;

use crate::db::schema::*;
use crate::domain::clock::Micros;
use crate::domain::ids::{ChannelId, CompanyId, CustomerId};

#[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = customers)]
pub struct CustomerRow {
    pub id: CustomerId,
    pub company_id: CompanyId,
    pub name: String,
    pub phone: Option<String>,
    pub phone_e164: Option<String>,
    pub email: Option<String>,
    pub username: Option<String>,
    pub language: Option<String>,
    pub source: Option<String>,
    pub notes: String,
    pub seq: i64,
    pub created_at: Micros,
    pub updated_at: Micros,
    pub number: i64,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = identities)]
pub struct IdentityRow {
    pub id: i64,
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
    pub customer_id: CustomerId,
    pub home_key: String,
    pub address: String,
    pub username: Option<String>,
    pub blocked_at: Option<Micros>,
    pub created_at: Micros,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = identity_keys)]
pub struct IdentityKeyRow {
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
    pub key: String,
    pub identity_id: i64,
}

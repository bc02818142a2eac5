//! The company's own settings, and how far it has come.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check;
use super::extract::Body;
use crate::db::Store;
use crate::db::accounts::SettingsChange;
use crate::domain::access::Principal;
use crate::domain::clock::{self, Micros};
use crate::domain::form::*;
use crate::domain::ids::CompanyId;
use crate::domain::zone;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::sessions::Sessions;

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangingSettings")]
pub struct SettingsPatch {
    #[schemars(with = "Option<NameForm<200>>")]
    company_name: Option<String>,
    #[schemars(with = "Option<LocaleForm>")]
    locale: Option<String>,
    #[schemars(with = "Option<TimeZoneForm>")]
    time_zone: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Settings")]
pub struct SettingsView {
    company_id: CompanyId,
    company_name: String,
    locale: String,
    time_zone: &'static str,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    created_at: Micros,
}

/// How far a company has come.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Setup")]
pub struct SetupView {
    webchat_key: Option<String>,
    channels: bool,
    invited: bool,
    first_message: bool,
    first_answer: bool,
}

/// `GET /api/settings`
pub async fn show(who: Principal, store: web::Data<Store>) -> Result<HttpResponse> {
    let settings = store.company_settings(who.company_id).await?.ok_or_else(Error::not_signed_in)?;
    Ok(HttpResponse::Ok().json(SettingsView {
        company_id: who.company_id,
        company_name: settings.name,
        locale: settings.locale,
        time_zone: zone::shown(&settings.time_zone),
        created_at: settings.created_at,
    }))
}

/// `PATCH /api/settings`
pub async fn change(
    who: Principal,
    Body(body): Body<SettingsPatch>,
    store: web::Data<Store>,
    hub: web::Data<Hub>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    let change = SettingsChange {
        name: body.company_name.map(|v| check::name("company_name", &v)).transpose()?,
        locale: body.locale.map(|v| check::locale(&v)).transpose()?,
        time_zone: body.time_zone.map(|v| check::time_zone(&v)).transpose()?,
    };
    store.change_settings(who.company_id, who.user_id, change, sessions.now()).await?;
    // The agents' hours are the company's.
    hub.core.agents.settings_changed();
    show(who, store).await
}

/// `GET /api/setup`: the checklist of an empty inbox.
pub async fn setup(who: Principal, store: web::Data<Store>) -> Result<HttpResponse> {
    let done = store.progress(who.company_id).await?;
    Ok(HttpResponse::Ok().json(SetupView {
        webchat_key: done.webchat_key,
        channels: done.channels,
        invited: done.invited,
        first_message: done.first_message,
        first_answer: done.first_answer,
    }))
}

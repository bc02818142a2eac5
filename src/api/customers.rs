//! Customers: the list, one, and what people note about them.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::Deserialize;

use super::check;
use super::extract::{Body, Id, Page, given, page_of};
use crate::db::Store;
use crate::db::customers::CustomerEdit;
use crate::domain::access::Principal;
use crate::domain::agent::phone;
use crate::domain::customer::CustomerView;
use crate::domain::flaw::Flaw;
use crate::domain::form::*;
use crate::domain::ids::CustomerId;
use crate::error::{Error, Result};
use crate::sessions::Sessions;

/// A field that is missing stays; one that is null or empty is emptied.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "EditingCustomer")]
pub struct Editing {
    #[schemars(with = "Option<NameForm<200>>")]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<LineForm<100>>")]
    phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<EmailOrNoneForm>")]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<LineForm<16>>")]
    language: Option<Option<String>>,
    #[schemars(with = "Option<NoNulForm<10_000>>")]
    notes: Option<String>,
}

page_of!(CustomersPage as "Customers", customers: CustomerView);

fn missing() -> Error {
    Error::not_found("Customer not found")
}

/// `GET /api/customers`
pub async fn list(who: Principal, page: Page, store: web::Data<Store>) -> Result<HttpResponse> {
    let rows = store.customers_page(who, page.after_one().unwrap_or(i64::MAX), page.limit).await?;
    let next_cursor = rows.last().filter(|_| rows.len() as i64 == page.limit).map(|(id, _)| Page::cursor(&[id.get()]));
    let customers = rows.into_iter().filter_map(|(_, customer)| customer).collect();
    Ok(HttpResponse::Ok().json(CustomersPage { customers, next_cursor }))
}

/// `GET /api/customers/{id}`
pub async fn show(who: Principal, Id(id): Id<CustomerId>, store: web::Data<Store>) -> Result<HttpResponse> {
    let customer = store.customer(who, id).await?.ok_or_else(missing)?;
    Ok(HttpResponse::Ok().json(customer))
}

/// `PATCH /api/customers/{id}`
pub async fn change(
    who: Principal,
    Id(id): Id<CustomerId>,
    Body(body): Body<Editing>,
    store: web::Data<Store>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    let mut edit = read(body)?;
    if let Some(Some(given)) = &edit.phone {
        let region = store.default_region(who.company_id).await?;
        edit.phone_e164 = Some(phone::check(given, &region).ok().map(|phone| phone.e164));
    }
    let customer = store.edit_customer(who, id, edit, sessions.now()).await?.ok_or_else(missing)?;
    Ok(HttpResponse::Ok().json(customer))
}

fn read(body: Editing) -> Result<CustomerEdit> {
    let line = |field, value: Option<Option<String>>, most| match value {
        None => Ok(None),
        Some(text) => check::optional_line(field, &text.unwrap_or_default(), most).map(Some),
    };
    let phone = line("phone", body.phone, phone::LONGEST_TEXT)?;
    let email = match body.email {
        None => None,
        Some(text) => Some(text.filter(|t| !t.trim().is_empty()).map(|t| check::email(&t)).transpose()?),
    };
    if body.notes.as_ref().is_some_and(|n| n.chars().count() > 10_000) {
        return Err(Error::field("notes", Flaw::TooLong { max: 10_000 }));
    }
    Ok(CustomerEdit {
        name: body.name.map(|n| check::name("name", &n)).transpose()?,
        // As it is dialled is told by the company's country.
        phone_e164: phone.as_ref().map(|_| None),
        phone,
        email,
        language: line("language", body.language, 16)?,
        notes: body.notes,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn missing_null_and_empty_differ() {
        let body = |json: Value| read(serde_json::from_value(json).expect("body"));
        assert!(body(json!({})).expect("edit").phone.is_none());
        assert_eq!(body(json!({ "phone": null })).expect("edit").phone, Some(None));
        assert_eq!(body(json!({ "email": "" })).expect("edit").email, Some(None));
        assert!(body(json!({ "email": "x" })).is_err() && body(json!({ "name": "" })).is_err());
    }
}

//! Customers: the list, one, and what people note about them.
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::check;
use super::extract::{Body, Id, Page, given};
use crate::db::Store;
use crate::db::customers::CustomerEdit;
use crate::domain::access::Principal;
use crate::domain::ids::CustomerId;
use crate::error::{Error, Result};
use crate::sessions::Sessions;

/// A field that is missing stays; one that is null or empty is emptied.
#[derive(Deserialize)]
pub struct Editing {
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    language: Option<Option<String>>,
    notes: Option<String>,
}

fn missing() -> Error {
    Error::not_found("Customer not found")
}

/// `GET /api/customers`
pub async fn list(who: Principal, page: Page, store: web::Data<Store>) -> Result<HttpResponse> {
    let rows = store.customers_page(who, page.after_one().unwrap_or(i64::MAX), page.limit).await?;
    let next = rows.last().filter(|_| rows.len() as i64 == page.limit).map(|(id, _)| Page::cursor(&[id.get()]));
    let shown: Vec<Value> = rows.into_iter().filter_map(|(_, customer)| customer).collect();
    Ok(HttpResponse::Ok().json(json!({ "customers": shown, "next_cursor": next })))
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
    let edit = read(body)?;
    let customer = store.edit_customer(who, id, edit, sessions.now()).await?.ok_or_else(missing)?;
    Ok(HttpResponse::Ok().json(customer))
}

fn read(body: Editing) -> Result<CustomerEdit> {
    let line = |field, value: Option<Option<String>>, most| match value {
        None => Ok(None),
        Some(text) => check::optional_line(field, &text.unwrap_or_default(), most).map(Some),
    };
    let phone = line("phone", body.phone, 40)?;
    let email = match body.email {
        None => None,
        Some(text) => Some(text.filter(|t| !t.trim().is_empty()).map(|t| check::email(&t)).transpose()?),
    };
    if body.notes.as_ref().is_some_and(|n| n.chars().count() > 10_000) {
        return Err(Error::field("notes", "notes must have at most 10000 characters"));
    }
    Ok(CustomerEdit {
        name: body.name.map(|n| check::name("name", &n)).transpose()?,
        phone_e164: phone.as_ref().map(|p| p.as_deref().and_then(e164)),
        phone,
        email,
        language: line("language", body.language, 16)?,
        notes: body.notes,
    })
}

/// The number as the whole world writes it; `8 7xx` is how Kazakhstan and Russia write `+7 7xx` at home.
fn e164(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let international = match digits.len() {
        _ if phone.trim_start().starts_with('+') => digits,
        11 if digits.starts_with('8') => format!("7{}", &digits[1..]),
        11 if digits.starts_with('7') => digits,
        10 if digits.starts_with('7') => format!("7{digits}"),
        _ => return None,
    };
    (8..=15).contains(&international.len()).then(|| format!("+{international}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_get_their_international_form() {
        assert_eq!(e164("8 776 877 66 37").as_deref(), Some("+77768776637"));
        assert_eq!(e164("+49 (30) 1234567").as_deref(), Some("+49301234567"));
        assert_eq!(e164("7768776637").as_deref(), Some("+77768776637"));
        assert_eq!(e164("12"), None);
    }

    #[test]
    fn missing_null_and_empty_differ() {
        let body = |json: Value| read(serde_json::from_value(json).expect("body"));
        assert!(body(json!({})).expect("edit").phone.is_none());
        assert_eq!(body(json!({ "phone": null })).expect("edit").phone, Some(None));
        assert_eq!(body(json!({ "email": "" })).expect("edit").email, Some(None));
        assert!(body(json!({ "email": "x" })).is_err() && body(json!({ "name": "" })).is_err());
    }
}

//! Leads. Nothing makes one yet, so the whole list is empty; its shape is the documents'.
use actix_web::HttpResponse;
use serde_json::json;

use crate::domain::access::Principal;

/// `GET /api/leads`
pub async fn list(_who: Principal) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "leads": [], "total": 0 }))
}

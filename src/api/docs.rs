//! The API's own documents. Addresses and permissions come from the table of routes, bodies and answers from Rust's own types,
//! the words about them from `docs/areas`.
mod areas;
mod asyncapi;
mod document;
mod raw;
mod schemas;
mod words;

use std::sync::OnceLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use crate::config::Config;

/// Both documents as files, by name. Those under `static/api` are what the console's types are made from.
pub fn files() -> [(&'static str, String); 2] {
    let openapi = format!("{:#}\n", document::openapi(None));
    [("openapi.json", openapi), ("asyncapi.json", format!("{:#}\n", asyncapi::document()))]
}

/// `GET /openapi.json`
pub async fn openapi(config: web::Data<Config>) -> HttpResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    json_text(TEXT.get_or_init(|| document::openapi(Some(&config.public_address(""))).to_string()))
}

/// `GET /asyncapi.json`: the two websockets.
pub async fn asyncapi() -> HttpResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    json_text(TEXT.get_or_init(|| asyncapi::document().to_string()))
}

fn json_text(text: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").insert_header((header::CACHE_CONTROL, "no-cache")).body(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ROUTES;

    #[test]
    fn every_address_of_the_api_is_described_and_nothing_else_is() {
        let described = areas::all().operations;
        let pages = ["/api/schema/swagger"];
        for row in ROUTES.iter().filter(|r| super::super::shell::is_api(r.path) && !pages.contains(&r.path)) {
            let times = described.iter().filter(|it| it.path == row.path && it.method == row.method).count();
            assert_eq!(times, 1, "{} {} is described so many times", row.method, row.path);
        }
        for it in &described {
            assert!(
                ROUTES.iter().any(|row| row.path == it.path && row.method == it.method),
                "{} {} is no address",
                it.method,
                it.path
            );
        }
    }
}

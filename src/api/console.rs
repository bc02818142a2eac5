//! The console and the hosted chat: files built into the binary. The server's own tests need none of them.
use actix_web::http::header::{self, Encoding, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::packed::preferred;
use super::shell::FOR_EVER;
use crate::error::{Error, Result};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/static/dist"]
#[allow_missing = true]
struct Dist;

const EACH_TIME: &str = "no-cache";
const VARY: (&str, &str) = ("vary", "Accept-Encoding");

/// Any address that is not the API's: a built file, the customers' chat, or the console, which knows its own pages.
pub async fn page(req: HttpRequest) -> Result<HttpResponse> {
    if req.method() != Method::GET && req.method() != Method::HEAD {
        return Err(Error::method_not_allowed("GET, HEAD".into()));
    }
    let path = req.path().trim_start_matches('/');
    if path.starts_with("assets/") || path.contains('.') {
        return file(&req, path).ok_or_else(|| Error::not_found("There is nothing at this address"));
    }
    let html = if path.starts_with("c/") { "chat.html" } else { "index.html" };
    Ok(file(&req, html).unwrap_or_else(not_built))
}

/// The pages of the API's documentation: ReDoc at `/redoc`, Swagger UI at `/docs` and `/api/schema/swagger/`.
pub async fn docs_page(req: HttpRequest) -> Result<HttpResponse> {
    let page = if req.path().trim_matches('/') == "redoc" { "docs/redoc.html" } else { "docs/swagger.html" };
    Ok(file(&req, page).unwrap_or_else(not_built))
}

fn file(req: &HttpRequest, path: &str) -> Option<HttpResponse> {
    let (found, packing) = packed(req, path)?;
    let mut response = HttpResponse::Ok();
    response.insert_header(VARY);
    if path.starts_with("assets/") {
        // Kept for good, and so never asked about again.
        response.insert_header((header::CACHE_CONTROL, FOR_EVER));
    } else {
        // Each packing of a file is bytes of its own, and has its own hash.
        let tag = format!("\"{}\"", hex::encode(&found.metadata.sha256_hash()[..12]));
        let known = req.headers().get(header::IF_NONE_MATCH);
        response.insert_header((header::CACHE_CONTROL, EACH_TIME)).insert_header((header::ETAG, tag.clone()));
        if known.is_some_and(|v| HeaderValue::from_str(&tag).is_ok_and(|t| t == v)) {
            return Some(response.status(StatusCode::NOT_MODIFIED).finish());
        }
    }
    response.content_type(content_type(path));
    if let Some(packing) = packing {
        response.insert_header((header::CONTENT_ENCODING, packing));
    }
    Some(response.body(found.data.into_owned()))
}

/// The file as the caller likes it best; the build has put packed ones beside those for which it is worth it
/// (`static/build/pack.mjs`).
fn packed(req: &HttpRequest, path: &str) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let preferred = preferred(req, &[Encoding::brotli(), Encoding::gzip(), Encoding::identity()]);
    let packings = [(Encoding::brotli(), "br", "br"), (Encoding::gzip(), "gz", "gzip")];
    let smaller = packings.into_iter().find(|(packing, ..)| *packing == preferred);
    let found = smaller.and_then(|(_, ending, name)| Some((Dist::get(&format!("{path}.{ending}"))?, Some(name))));
    found.or_else(|| Some((Dist::get(path)?, None)))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn not_built() -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(
            "<!doctype html><meta charset=\"utf-8\"><title>Switchboard</title><h1>The console is not built</h1>\
         <p>Run <code>make build</code> and start the server again. The API works without it.</p>",
        )
}

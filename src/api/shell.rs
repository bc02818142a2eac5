//! What surrounds every request: its id, the Host check, CORS, the security headers, and the figures.
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use tracing::Instrument;

use super::extract::header_text;
use super::packed;
use crate::config::Config;
use crate::error::Error;
use crate::telemetry::metrics;

/// Scripts only from us, nothing from elsewhere, sockets to us only (`'self'` covers them), and no page may frame ours.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; \
     media-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
/// An answer to a program, opened as if it were a page: it loads nothing, and nobody frames it.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";
/// Names of such files change with their content.
pub const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub async fn surround<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let request_id = format!("{:016x}", rand::random::<u64>());
    let span = tracing::info_span!("request", id = %request_id, method = %req.method(), path = req.path());
    let config = req.app_data::<web::Data<Config>>().cloned();
    let method = known_method(req.method());
    let is_api = is_api(req.path());
    let origin = config.as_deref().and_then(|c| allowed_origin(req.request(), c));

    let mut response = match &config {
        Some(config) if !host_is_ours(req.request(), config) => {
            let refused = Error::new(
                actix_web::http::StatusCode::MISDIRECTED_REQUEST,
                "unknown_host",
                "This Host is not served here: add it to ALLOWED_HOSTS",
            );
            req.into_response(refused.error_response())
        }
        _ if origin.is_some() && is_preflight(&req) => req.into_response(HttpResponse::NoContent().finish()),
        _ => {
            // The request must not be cloned here: the router changes it in place.
            next.call(req).instrument(span.clone()).await?.map_into_boxed_body()
        }
    };
    if is_api {
        response = packed::json(response);
    }
    let headers = response.headers_mut();
    let kind = Kind::of(headers);
    if kind != Kind::Asset {
        set(headers, "x-request-id", &request_id);
    }
    if let Some(config) = &config {
        secure(headers, config, kind, is_api);
    }
    if let Some(origin) = origin {
        allow(headers, &origin);
    }
    let status = response.status();
    let seconds = started.elapsed().as_secs_f64();
    metrics().http_seconds.with_label_values(&[method]).observe(seconds);
    metrics().http_requests.with_label_values(&[method, class(status.as_u16())]).inc();
    span.in_scope(|| tracing::debug!(status = status.as_u16(), seconds, "answered"));
    Ok(response)
}

/// Addresses that programs call, as opposed to pages.
pub fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// What a browser may do with an answer, and so what it has to be told: a page's first load brings many answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// May be shown as a page, or nothing says that it may not.
    Page,
    /// Read by a program.
    Data,
    /// A script, style or picture of ours, used by a page that has been told everything.
    Asset,
}

impl Kind {
    fn of(headers: &HeaderMap) -> Self {
        if headers.get(header::CACHE_CONTROL).is_some_and(|value| value == FOR_EVER) {
            return Self::Asset;
        }
        let name = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        match name.split(';').next().unwrap_or_default().trim() {
            "application/json" | "application/problem+json" => Self::Data,
            _ => Self::Page,
        }
    }
}

fn secure(headers: &mut HeaderMap, config: &Config, kind: Kind, is_api: bool) {
    default(headers, "x-content-type-options", "nosniff");
    match kind {
        Kind::Page => {
            default(headers, "content-security-policy", CONTENT_SECURITY_POLICY);
            default(headers, "referrer-policy", "strict-origin-when-cross-origin");
            default(headers, "cross-origin-opener-policy", "same-origin");
            default(headers, "permissions-policy", "camera=(), geolocation=(), payment=(), usb=()");
        }
        Kind::Data => default(headers, "content-security-policy", NO_PAGE),
        Kind::Asset => {}
    }
    if is_api {
        default(headers, "cache-control", "no-store");
    }
    if config.is_https() && kind != Kind::Asset {
        default(headers, "strict-transport-security", "max-age=31536000; includeSubDomains");
    }
}

fn default(headers: &mut HeaderMap, name: &'static str, value: &'static str) {
    if !headers.contains_key(name) {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// The host name of the Host header (or the HTTP/2 authority), without its port, in the list?
fn host_is_ours(req: &HttpRequest, config: &Config) -> bool {
    if config.allowed_hosts.iter().any(|h| h == "*") {
        return true;
    }
    let host = header_text(req, &header::HOST).or_else(|| req.uri().authority().map(|a| a.as_str())).unwrap_or_default();
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((v6, _)) => format!("[{v6}]"),
        None => host.split(':').next().unwrap_or_default().to_owned(),
    };
    let name = name.trim_end_matches('.').to_lowercase();
    config.allowed_hosts.iter().any(|allowed| match allowed.strip_prefix("*.") {
        Some(parent) => name.strip_suffix(parent).is_some_and(|head| head.ends_with('.')),
        None => *allowed == name,
    })
}

/// The request's origin, when `CORS_ORIGINS` names it.
fn allowed_origin(req: &HttpRequest, config: &Config) -> Option<String> {
    let origin = header_text(req, &header::ORIGIN)?;
    config.cors_origins.iter().find(|o| o.eq_ignore_ascii_case(origin)).map(|_| origin.to_owned())
}

fn is_preflight(req: &ServiceRequest) -> bool {
    req.method() == Method::OPTIONS && req.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn allow(headers: &mut HeaderMap, origin: &str) {
    set(headers, "access-control-allow-origin", origin);
    set(headers, "access-control-allow-credentials", "true");
    set(headers, "access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE");
    set(headers, "access-control-allow-headers", "Authorization, Content-Type, Idempotency-Key, X-Client");
    set(headers, "access-control-expose-headers", "Retry-After, X-Request-Id, Content-Disposition");
    set(headers, "access-control-max-age", "600");
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}

/// Clients may invent methods; figures must not grow with them.
fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

fn class(status: u16) -> &'static str {
    match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_everything_and_its_parts_little() {
        let of = |headers: &[(HeaderName, &str)]| {
            let value = |text: &str| HeaderValue::from_str(text).expect("a header");
            Kind::of(&headers.iter().map(|(name, text)| (name.clone(), value(text))).collect())
        };
        let html = (header::CONTENT_TYPE, "text/html; charset=utf-8");
        let script = (header::CONTENT_TYPE, "text/javascript; charset=utf-8");
        assert_eq!(of(&[html.clone(), (header::CACHE_CONTROL, "no-cache")]), Kind::Page);
        assert_eq!(of(&[(header::CONTENT_TYPE, "image/svg+xml")]), Kind::Page);
        assert_eq!(of(&[]), Kind::Page);
        assert_eq!(of(&[(header::CONTENT_TYPE, "application/problem+json")]), Kind::Data);
        assert_eq!(of(&[script.clone(), (header::CACHE_CONTROL, FOR_EVER)]), Kind::Asset);
        assert_eq!(of(&[script]), Kind::Page, "not one whose name changes with its content");
    }
}

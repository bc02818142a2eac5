//! What handlers take from a request: bodies, parameters, pages, and where it came from. Each says in one sentence what is
//! wrong with it.
mod json;
mod nul;
mod page;

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use json::from_json;
pub use json::given;
pub use page::Page;
pub(super) use page::page_of;

use crate::config::Config;
use crate::domain::access::Principal;
use crate::domain::flaw::Flaw;
use crate::error::{Error, Result};

pub const JSON_LIMIT: usize = 256 * 1024;

/// Put into the request by the guard of its route; a route that asks for no permission has none.
impl FromRequest for Principal {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(req.extensions().get::<std::sync::Arc<Principal>>().map(|p| (**p).clone()).ok_or_else(Error::not_signed_in))
    }
}

/// A JSON body. Fields we do not know are ignored: newer clients may send more.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = req.content_type().is_empty() || req.content_type().ends_with("json");
        let bytes = limited(req, payload, JSON_LIMIT);
        Box::pin(async move {
            let bytes = bytes.await?;
            if !is_json {
                return Err(Error::validation(unreadable("The body must be JSON, with Content-Type: application/json")));
            }
            from_json(&bytes).map(Body)
        })
    }
}

/// A body that may be missing.
pub struct Optional<T>(pub Option<T>);

impl<T: DeserializeOwned + 'static> FromRequest for Optional<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = limited(req, payload, JSON_LIMIT);
        Box::pin(async move {
            let bytes = bytes.await?;
            let body = if bytes.is_empty() { None } else { Some(from_json(&bytes)?) };
            Ok(Optional(body))
        })
    }
}

/// An HTML form.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = limited(req, payload, JSON_LIMIT);
        Box::pin(async move {
            let bytes = bytes.await?;
            no_nul(&bytes)?;
            serde_urlencoded(&bytes).map(Form)
        })
    }
}

/// Query parameters; one given twice is refused.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Params<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let query = req.query_string().as_bytes();
        ready(no_nul(query).and_then(|()| serde_urlencoded(query)).map(Params))
    }
}

/// The id in the address.
pub struct Id<T = i64>(pub T);

impl<T: std::str::FromStr + 'static> FromRequest for Id<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = req.match_info().get("id").and_then(|text| text.parse().ok());
        ready(id.map(Id).ok_or_else(|| Error::validation(unreadable("The id in the address must be a whole number"))))
    }
}

/// Where a request comes from, as far as our proxies may be believed.
#[derive(Clone, Debug)]
pub struct Client {
    pub address: IpAddr,
    pub user_agent: String,
}

impl FromRequest for Client {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let user_agent = header_text(req, &header::USER_AGENT).unwrap_or_default();
        ready(Ok(Client {
            address: client_address(req),
            user_agent: user_agent.chars().filter(|c| !c.is_control()).take(200).collect(),
        }))
    }
}

/// The nearest address that is not one of our proxies. An `X-Forwarded-For` counts only as far as trusted proxies wrote it.
pub fn client_address(req: &HttpRequest) -> IpAddr {
    let peer = req.peer_addr().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |a| a.ip().to_canonical());
    let Some(config) = req.app_data::<web::Data<Config>>() else { return peer };
    let mut address = peer;
    let forwarded: Vec<&str> = req.headers().get_all("x-forwarded-for").filter_map(|v| v.to_str().ok()).collect();
    for hop in forwarded.join(",").rsplit(',').map(str::trim).filter(|h| !h.is_empty()) {
        if !config.trusts(address) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(ip) => address = ip.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

/// A header that stands there once and is text.
pub fn header_text<'a>(req: &'a HttpRequest, name: &header::HeaderName) -> Option<&'a str> {
    let mut all = req.headers().get_all(name);
    let first = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(first)
}

fn limited(req: &HttpRequest, payload: &mut Payload, most: usize) -> impl Future<Output = Result<web::Bytes>> + use<> {
    let payload = web::Payload::from_request(req, payload);
    async move {
        let payload = payload.await.map_err(|_| Error::validation(unreadable("The body cannot be read")))?;
        payload
            .to_bytes_limited(most)
            .await
            .map_err(|_| Error::too_large(Flaw::BodyTooLarge { kilobytes: most / 1024 }))?
            .map_err(|_| Error::validation(unreadable("The body cannot be read")))
    }
}

fn unreadable(words: &str) -> Flaw {
    Flaw::Unreadable { words: words.to_owned() }
}

fn no_nul(bytes: &[u8]) -> Result<()> {
    let found = bytes.contains(&0) || bytes.windows(3).any(|w| w == b"%00");
    if found { Err(Error::validation(unreadable("A value holds a NUL character"))) } else { Ok(()) }
}

fn serde_urlencoded<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let text = std::str::from_utf8(bytes).map_err(|_| Error::validation(unreadable("The parameters are not UTF-8")))?;
    web::Query::<T>::from_query(text)
        .map(web::Query::into_inner)
        .map_err(|e| Error::validation(unreadable(&format!("The parameters do not fit: {e}"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn only_trusted_proxies_name_the_client() {
        let mut sources = crate::config::Sources::built_in().expect("defaults");
        sources.put("SECRET_KEY", "s".repeat(32), "test");
        sources.put("ENCRYPTION_KEY", "e".repeat(32), "test");
        sources.put("TRUSTED_PROXIES", "10.0.0.0/8".into(), "test");
        let config = web::Data::new(Config::from_sources(&sources).expect("config"));
        let from = |peer: &str, forwarded: &str| {
            let req = TestRequest::default()
                .app_data(config.clone())
                .peer_addr(peer.parse().expect("peer"))
                .insert_header(("x-forwarded-for", forwarded))
                .to_http_request();
            client_address(&req).to_string()
        };
        assert_eq!(from("203.0.113.9:1", "1.2.3.4"), "203.0.113.9");
        assert_eq!(from("10.0.0.2:1", "6.6.6.6, 1.2.3.4"), "1.2.3.4");
        assert_eq!(from("10.0.0.2:1", "1.2.3.4, 10.0.0.1"), "1.2.3.4");
        assert_eq!(from("10.0.0.2:1", "rubbish"), "10.0.0.2");
    }
}

//! The one way out to addresses that a company, a customer, a model or a payload brings. Nothing of it reaches into the
//! network the hub stands in: only http and https, only public addresses (judged after the look-up, connected to as
//! judged), no redirects, no proxy, no credentials in the URL, and an end to waiting and to reading.
//!
//! Hosts in the instance's own settings are trusted and go by their clients' own ways.
mod address;
mod resolver;
#[cfg(test)]
mod tests;

use std::error::Error as _;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::{Client, ClientBuilder, Method, Request, RequestBuilder, Response, redirect};
use url::{Host, Url};

use crate::domain::flaw::Flaw;

pub use address::is_public;
pub use resolver::{LookUp, Resolver};

/// Look-up, TCP and TLS together.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// From the first byte out to the last byte in, unless the request says otherwise.
pub const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);

/// Why an address is not called. Each is told to whoever typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.flaw().sentence(""))]
pub enum Refused {
    Scheme,
    Credentials,
    Host,
    Inside,
    Unknown,
}

impl Refused {
    pub fn flaw(self) -> Flaw {
        match self {
            Refused::Scheme => Flaw::AddressScheme,
            Refused::Credentials => Flaw::AddressCredentials,
            Refused::Host => Flaw::AddressHost,
            Refused::Inside => Flaw::AddressInside,
            Refused::Unknown => Flaw::AddressUnknown,
        }
    }
}

/// Why a call has no answer. Never holds the URL: it may contain a secret.
#[derive(Debug, thiserror::Error)]
pub enum GuardedError {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("There was no answer in time")]
    Timeout,
    #[error("The server cannot be reached")]
    Connect,
    #[error("The answer is larger than {0} bytes")]
    TooLarge(usize),
    #[error("The connection broke off")]
    Broken,
}

impl From<reqwest::Error> for GuardedError {
    fn from(error: reqwest::Error) -> Self {
        match refusal(&error) {
            Some(Refused::Unknown) => GuardedError::Connect,
            Some(refused) => GuardedError::Refused(refused),
            None if error.is_connect() => GuardedError::Connect,
            None if error.is_timeout() => GuardedError::Timeout,
            None => GuardedError::Broken,
        }
    }
}

/// The resolver's refusal, deep inside of what reqwest reports.
pub fn refusal(error: &reqwest::Error) -> Option<Refused> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(refused) = cause.downcast_ref::<Refused>() {
            return Some(*refused);
        }
        source = cause.source();
    }
    None
}

/// The guarded client. Cheap to clone; one for the whole process keeps connections warm.
#[derive(Clone, Debug)]
pub struct GuardedClient {
    http: Client,
}

impl GuardedClient {
    pub fn new() -> Result<Self, String> {
        Self::build(builder())
    }

    /// From [`builder`], with other timeouts.
    pub fn build(builder: ClientBuilder) -> Result<Self, String> {
        let http = builder.build().map_err(|e| format!("cannot prepare the HTTP client for foreign addresses: {e}"))?;
        Ok(GuardedClient { http })
    }

    /// A request to an address that may be called. reqwest asks its resolver about names only; an address written in
    /// numbers is judged here.
    pub fn request(&self, method: Method, url: &Url) -> Result<RequestBuilder, Refused> {
        check_url(url)?;
        Ok(self.http.request(method, url.clone()))
    }

    /// Sends what someone else built, if it may go there.
    pub async fn execute(&self, request: Request) -> Result<Response, GuardedError> {
        check_url(request.url())?;
        Ok(self.http.execute(request).await?)
    }
}

/// The settings of the guarded client. Whoever builds a bare `Client` of them must call [`check_url`] before each request.
pub fn builder() -> ClientBuilder {
    builder_with(Resolver::system())
}

pub fn builder_with(resolver: Resolver) -> ClientBuilder {
    Client::builder()
        .dns_resolver(resolver)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .pool_idle_timeout(Duration::from_secs(20))
        .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
}

/// What can be told from the URL alone. A name is judged again by its addresses when it is called.
pub fn check_url(url: &Url) -> Result<(), Refused> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refused::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refused::Credentials);
    }
    // The parser has already turned 0x7f.1, 2130706433 and full-width digits into an address.
    let open = match url.host().ok_or(Refused::Host)? {
        Host::Ipv4(ip) => is_public(ip.into()),
        Host::Ipv6(ip) => is_public(ip.into()),
        Host::Domain(name) => !is_inner_name(name),
    };
    if open { Ok(()) } else { Err(Refused::Inside) }
}

/// For the moment when an address is saved: the URL, and what its name leads to now.
pub async fn check_reachable(url: &Url) -> Result<(), Refused> {
    check_url(url)?;
    if let Some(Host::Domain(name)) = url.host() {
        Resolver::system().addresses(name).await?;
    }
    Ok(())
}

/// Names that exist only inside: RFC 6761, RFC 6762, RFC 8375, ICANN's `.internal`, and those without a dot.
fn is_inner_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or_default();
    !name.contains('.')
        || matches!(last, "localhost" | "local" | "internal" | "localdomain" | "lan")
        || name.ends_with("home.arpa")
}

/// The body, if it is not larger than that.
pub async fn read_limited(mut answer: Response, limit: usize) -> Result<Bytes, GuardedError> {
    if answer.content_length().is_some_and(|length| length > limit as u64) {
        return Err(GuardedError::TooLarge(limit));
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Err(GuardedError::TooLarge(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

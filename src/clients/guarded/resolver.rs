//! Names are looked up here, judged here, and connected to by the addresses that were judged: a name that answers
//! differently the second time (DNS rebinding) gains nothing.
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{Refused, is_public};

/// A name → its addresses. The system's in production.
pub type LookUp = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync>;

#[derive(Clone)]
pub struct Resolver {
    look_up: LookUp,
}

impl Resolver {
    pub fn system() -> Self {
        Resolver::new(Arc::new(|name| {
            Box::pin(async move { tokio::net::lookup_host((name.as_str(), 0)).await.map(Iterator::collect) })
        }))
    }

    pub fn new(look_up: LookUp) -> Self {
        Resolver { look_up }
    }

    /// All addresses of a name, or none: one that leads inside spoils the others.
    pub async fn addresses(&self, name: &str) -> Result<Vec<SocketAddr>, Refused> {
        let found = (self.look_up)(name.to_owned()).await.map_err(|_| Refused::Unknown)?;
        if found.is_empty() {
            return Err(Refused::Unknown);
        }
        if found.iter().any(|address| !is_public(address.ip())) {
            return Err(Refused::Inside);
        }
        Ok(found)
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let found = resolver.addresses(name.as_str()).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

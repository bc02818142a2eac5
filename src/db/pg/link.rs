//! A connection and how it comes about.
use std::sync::Arc;
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio_postgres::config::{Host, SslMode, SslNegotiation};

use super::Conn;
use super::sqlstate::{Plain, Told, Watched};

/// With no connection to be had for this long the database counts as away.
pub const CONNECT_WITHIN: Duration = Duration::from_secs(1);
/// A server that keeps silent for this long in the middle of our work counts as away.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// A connection, and the last SQLSTATE its server said.
pub struct Link {
    pub conn: Conn,
    pub told: Arc<Told>,
}

/// What every connection is told first. A process that stands still in the middle of its work must not keep others from taking
/// over: the server ends it.
pub const USUAL: &str = "SET lock_timeout = '2s'; SET idle_in_transaction_session_timeout = '4s'";
/// What the Writer's connection is told besides. Its statements are a few constant ones that reach each row by an index: one plan
/// for all times, and none that reads a table from end to end because it was empty when the plan was made.
pub const BY_INDEX: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; \
                            SET enable_mergejoin = off";

/// Makes connections for a pool.
pub struct Maker {
    pub url: String,
    /// What they are told besides [`USUAL`].
    pub besides: &'static str,
}

impl bb8::ManageConnection for Maker {
    type Connection = Link;
    type Error = ConnectionError;

    async fn connect(&self) -> ConnectionResult<Link> {
        let mut link = connect(&self.url).await?;
        if !self.besides.is_empty() {
            link.conn.batch_execute(self.besides).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
        }
        Ok(link)
    }

    async fn is_valid(&self, _: &mut Link) -> ConnectionResult<()> {
        Ok(())
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.conn.is_broken()
    }
}

/// `sslmode`: `require` and the `verify-…` modes encrypt and verify the certificate against the usual roots (there is no mode
/// that accepts a false one); all others, and none at all, do not encrypt.
pub async fn connect(url: &str) -> ConnectionResult<Link> {
    let bad = |e: &dyn std::fmt::Display| ConnectionError::BadConnection(e.to_string());
    let wants_tls = ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"].iter().any(|m| url.contains(m));
    let plain = url.replace("sslmode=verify-ca", "sslmode=require").replace("sslmode=verify-full", "sslmode=require");
    let mut config: tokio_postgres::Config = plain.parse().map_err(|e| bad(&e))?;
    config.application_name("switchboard").connect_timeout(CONNECT_WITHIN).keepalives_idle(Duration::from_secs(15));
    config.tcp_user_timeout(ANSWER_WITHIN);
    let told = Arc::<Told>::default();
    let mut conn = if wants_tls {
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let make = Watched { make: tokio_postgres_rustls::MakeRustlsConnect::new(tls), told: told.clone() };
        let (client, connection) = config.connect(make).await.map_err(|e| bad(&e))?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await?
    } else if config.get_hosts().iter().any(|host| matches!(host, Host::Unix(_))) {
        // tokio-postgres wraps no socket without a host's name: here only diesel's own kinds tell errors apart.
        let (client, connection) = config.connect(tokio_postgres::NoTls).await.map_err(|e| bad(&e))?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await?
    } else {
        // "Direct" and "require" send the bytes through `Plain` without asking the server, and `Plain` does not encrypt.
        config.ssl_mode(SslMode::Require).ssl_negotiation(SslNegotiation::Direct);
        let make = Watched { make: Plain, told: told.clone() };
        let (client, connection) = config.connect(make).await.map_err(|e| bad(&e))?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await?
    };
    conn.batch_execute(USUAL).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(Link { conn, told })
}

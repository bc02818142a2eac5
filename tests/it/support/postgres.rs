//! One PostgreSQL database per test on the server that `TEST_POSTGRES_URL` names.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio_postgres::{Client, NoTls};

pub fn wanted() -> bool {
    std::env::var("SWITCHBOARD_TEST_ONLY").as_deref() != Ok("sqlite")
}

fn admin_url() -> String {
    std::env::var("TEST_POSTGRES_URL").expect(
        "TEST_POSTGRES_URL must name a private PostgreSQL server (`make test` starts one); \
         SWITCHBOARD_TEST_ONLY=sqlite leaves these tests out",
    )
}

pub fn redis_url() -> String {
    std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL must name a private Redis server (`make test` starts one)")
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    client
}

/// Dropped with its value, sessions and all.
pub struct Database {
    pub name: String,
    pub url: String,
}

static COUNTER: AtomicUsize = AtomicUsize::new(0);

impl Database {
    pub async fn create() -> Database {
        let mut url = url::Url::parse(&admin_url()).expect("TEST_POSTGRES_URL is a URL");
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("hub_{}_{count}", std::process::id());
        let admin = connect(url.as_str()).await;
        admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.expect("drop");
        admin.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("create a database");
        url.set_path(&name);
        Database { name, url: url.into() }
    }

    /// The same database through a proxy.
    pub fn url_via(&self, proxy: std::net::SocketAddr) -> String {
        let mut url = url::Url::parse(&self.url).expect("our own URL");
        url.set_host(Some(&proxy.ip().to_string())).expect("a host");
        url.set_port(Some(proxy.port())).expect("a port");
        url.into()
    }

    pub fn server(&self) -> std::net::SocketAddr {
        let url = url::Url::parse(&self.url).expect("our own URL");
        format!("{}:{}", url.host_str().expect("a host"), url.port().unwrap_or(5432))
            .parse()
            .expect("TEST_POSTGRES_URL names an address, not a name")
    }

    /// Runs it in a transaction that stays open until the answer is dropped.
    pub async fn hold(&self, sql: &str) -> Client {
        let client = connect(&self.url).await;
        client.batch_execute(&format!("BEGIN; {sql}")).await.expect(sql);
        client
    }

    pub async fn count(&self, sql: &str) -> i64 {
        let client = connect(&self.url).await;
        client.query_one(sql, &[]).await.expect(sql).get(0)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let name = self.name.clone();
        // A drop cannot await, and the test's runtime may be on its way out.
        let _ = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let admin = connect(&admin_url()).await;
                let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
            });
            std::io::Result::Ok(())
        })
        .join();
    }
}

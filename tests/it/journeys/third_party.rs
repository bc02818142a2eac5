//! One journey against somebody else's Telegram server, npm `telegram-test-api`: our own double
//! could share our misunderstandings.
//!
//! `make test` installs it into a git-ignored folder and names that in `TEST_TELEGRAM_API`. It has
//! no offsets, no long poll and sends no secret header, so the bot polls; methods it does not know
//! are answered with a bare 500, which the hub has to survive.

use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::world::{add_telegram, conversation_of};
use crate::support::{Backend, Feed, Hub, eventually, run};

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_foreign_bot_api_server() {
    run(Backend::Sqlite, |backend| async move {
        let folder = std::env::var("TEST_TELEGRAM_API")
            .expect("TEST_TELEGRAM_API must name the folder with npm telegram-test-api (`make test` does)");
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let script = format!(
            "const m=require('telegram-test-api'),S=m.TelegramServer||m;\
             new S({{port:{port},host:'127.0.0.1',storeTimeout:3600}}).start()"
        );
        let child = Command::new("node").args(["-e", &script]).current_dir(folder).stdin(Stdio::null()).spawn();
        let _server = Server(child.expect("node runs"));
        let base = format!("http://127.0.0.1:{port}");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        eventually("the foreign server", || async { http.post(format!("{base}/botTOK/getMe")).send().await.ok().map(|_| ()) })
            .await;
        let hub = Hub::start(backend, &[("TELEGRAM_API_URL", &base)]).await;
        let owner = hub.api().owner("a@a.kz", "A").await;
        add_telegram(&owner, "7:TOK", "polling").await;
        let feed = Feed::open(&hub.url(), owner.token()).await;
        let say = json!({"botToken": "7:TOK", "date": 1, "text": "hello from outside",
            "from": {"id": 1, "first_name": "Test", "is_bot": false},
            "chat": {"id": 1, "type": "private", "first_name": "Test"}});
        let body = say.to_string();
        let said = http.post(format!("{base}/sendMessage")).header("content-type", "application/json").body(body);
        assert!(said.send().await.unwrap().status().is_success());
        feed.message("hello from outside").await;
        let conversation = conversation_of(&owner, "Test").await;
        let message = owner.answer(conversation, "hello back").await;
        feed.status(message["id"].as_i64().unwrap(), "sent").await;
        let ask = json!({"token": "7:TOK", "chatId": 1}).to_string();
        let answer = http.post(format!("{base}/getUpdates")).header("content-type", "application/json").body(ask);
        let bytes = answer.send().await.unwrap().bytes().await.unwrap();
        let shown: Value = serde_json::from_slice(&bytes).unwrap();
        assert!(shown.to_string().contains("hello back"), "{shown}");
    });
}

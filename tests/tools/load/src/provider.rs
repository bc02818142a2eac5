//! Says yes to every Bot API call, remembers each bot's webhook secret and when an agent's reply was handed over.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::marks::{REPLY, mark};
use crate::net::Requests;
use crate::scenarios::now;

pub struct Provider {
    pub address: String,
    book: Arc<Book>,
}

#[derive(Default)]
struct Book {
    secrets: Mutex<HashMap<String, String>>,
    /// By turn.
    handed: Mutex<HashMap<u64, u64>>,
}

impl Provider {
    pub async fn start() -> Provider {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let book = Arc::new(Book::default());
        let ours = book.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, ours.clone()));
            }
        });
        Provider { address, book }
    }

    pub async fn secret(&self, bot: &str) -> String {
        loop {
            if let Some(secret) = self.book.secrets.lock().unwrap().get(bot).cloned() {
                return secret;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// When the reply of a turn was here.
    pub fn handed(&self, turn: u64) -> Option<u64> {
        self.book.handed.lock().unwrap().get(&turn).copied()
    }
}

async fn serve(stream: TcpStream, book: Arc<Book>) -> Option<()> {
    let mut requests = Requests::of(stream);
    loop {
        let (path, body) = requests.next().await?;
        let path = path.to_lowercase();
        let bot = path.trim_start_matches("/bot").split(':').next().unwrap_or("1");
        if path.ends_with("/setwebhook")
            && let Ok(body) = serde_json::from_slice::<serde_json::Value>(&body)
            && let Some(secret) = body["secret_token"].as_str()
        {
            book.secrets.lock().unwrap().insert(bot.to_owned(), secret.to_owned());
        }
        let result = if path.ends_with("/getme") {
            format!(r#"{{"id":{bot},"is_bot":true,"first_name":"b","username":"load_bot"}}"#)
        } else if path.ends_with("/sendmessage") {
            if let Some(turn) = mark(&body, REPLY) {
                book.handed.lock().unwrap().insert(turn, now());
            }
            r#"{"message_id":1,"date":1,"chat":{"id":1,"type":"private"}}"#.to_owned()
        } else if path.ends_with("/getwebhookinfo") {
            r#"{"url":"","has_custom_certificate":false,"pending_update_count":0}"#.to_owned()
        } else {
            "true".to_owned()
        };
        let body = format!(r#"{{"ok":true,"result":{result}}}"#);
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        requests.stream().write_all(answer.as_bytes()).await.ok()?;
    }
}

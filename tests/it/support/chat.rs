//! A customer's page on `/ws/chat`.

use serde_json::{Value, json};

use super::socket::Socket;
use super::{Answer, Api};

pub struct Visitor {
    pub socket: Socket,
    pub welcome: Value,
}

impl Visitor {
    pub async fn open(url: &str, key: &str) -> Visitor {
        Visitor::come(url, key, Value::Null, &[]).await
    }

    /// The page again: with the token it kept.
    pub async fn back(url: &str, key: &str, token: &str) -> Visitor {
        Visitor::come(url, key, json!(token), &[]).await
    }

    pub async fn come(url: &str, key: &str, token: Value, headers: &[(&str, &str)]) -> Visitor {
        Visitor::greets(url, json!({"type": "hello", "channel_key": key, "visitor": token, "after": null}), headers).await
    }

    /// A page with a first frame of its own.
    pub async fn greets(url: &str, hello: Value, headers: &[(&str, &str)]) -> Visitor {
        let socket = Socket::connect(&format!("{url}/ws/chat"), headers).await.expect("the chat opens");
        socket.send(hello);
        let welcome = socket.frame("welcome").await;
        Visitor { socket, welcome }
    }

    pub fn token(&self) -> &str {
        self.welcome["visitor"].as_str().expect("a visitor token")
    }

    pub async fn says(&self, client_id: &str, text: &str) -> Value {
        self.sends(client_id, json!({"type": "send", "client_id": client_id, "text": text})).await
    }

    /// Presses a button under a message.
    pub async fn presses(&self, client_id: &str, message_id: i64, button_id: &str) -> Value {
        let frame = json!({"type": "press", "client_id": client_id, "message_id": message_id, "button_id": button_id});
        self.sends(client_id, frame).await
    }

    async fn sends(&self, client_id: &str, frame: Value) -> Value {
        let from = self.socket.len();
        self.socket.send(frame);
        let answer = |frame: &Value| {
            let kind = frame["type"].as_str().unwrap_or_default();
            (matches!(kind, "ack" | "nack") && frame["client_id"] == client_id).then(|| frame.clone())
        };
        self.socket.find("ack or nack", from, answer).await
    }

    /// Brings a recording, as the page does before it sends it.
    pub async fn records(&self, api: &Api, channel_key: &str, bytes: Vec<u8>) -> Answer {
        let form = reqwest::multipart::Form::new().part("file", reqwest::multipart::Part::bytes(bytes).file_name("voice"));
        let request = api.request(reqwest::Method::POST, &format!("/c/recordings?channel_key={channel_key}"));
        api.send(request.header("x-visitor", self.token()).multipart(form)).await.expect("an answer")
    }

    /// Sends what [`Visitor::records`] has brought.
    pub async fn speaks(&self, client_id: &str, recording: &Value) -> Value {
        self.sends(client_id, json!({"type": "send", "client_id": client_id, "recording": recording})).await
    }

    /// Waits until the page shows an answer with this text.
    pub async fn sees(&self, text: &str) -> Value {
        let shown = |frame: &Value| {
            let right = frame["type"] == "message" && frame["message"]["text"] == text;
            right.then(|| frame["message"].clone())
        };
        self.socket.find(&format!("{text:?} on the page"), 0, shown).await
    }
}

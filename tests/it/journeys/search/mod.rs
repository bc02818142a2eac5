//! Search: what was said is found again, by whoever may read it.

mod hidden;
mod numbers;
mod words;

use reqwest::Method;
use serde_json::Value;

use crate::support::{Answer, Api, eventually};

pub async fn ask(api: &Api, q: &str, more: &str) -> Answer {
    let q: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
    api.ask(Method::GET, &format!("/api/search?q={q}{more}"), None).await
}

pub async fn search(api: &Api, q: &str) -> Value {
    ask(api, q, "").await.expect(200)
}

pub fn texts(answer: &Value) -> Vec<&str> {
    answer["messages"].as_array().expect("messages").iter().map(|hit| hit["message"]["text"].as_str().expect("a text")).collect()
}

pub fn names(answer: &Value) -> Vec<&str> {
    answer["customers"].as_array().expect("customers").iter().map(|customer| customer["name"].as_str().expect("a name")).collect()
}

/// Once the index has followed.
pub async fn found(api: &Api, q: &str, expected: &[&str]) -> Value {
    eventually(&format!("{expected:?} for {q:?}"), || async {
        let answer = search(api, q).await;
        (texts(&answer) == expected).then_some(answer)
    })
    .await
}

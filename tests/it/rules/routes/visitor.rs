//! A visitor's page reads the files of its own chat and no other.

use reqwest::Method;
use serde_json::json;

use super::{face, unknown};
use crate::support::api::id;
use crate::support::{Answer, Api, Backend, Hub, Visitor, on_both_databases};

pub const VISITORS_FILE: &str = "/c/files/{id}";
pub const VISITORS_RECORDING: &str = "/c/recordings";

async fn fetch(api: &Api, file: i64, token: Option<&str>) -> Answer {
    let mut request = api.request(Method::GET, &VISITORS_FILE.replace("{id}", &file.to_string()));
    if let Some(token) = token {
        request = request.header("x-visitor", token);
    }
    api.send(request).await.expect("an answer")
}

/// An operator's file in this visitor's chat, once the page shows it.
async fn given(owner: &Api, visitor: &Visitor, text: &str) -> i64 {
    let answer = visitor.says(text, text).await;
    assert_eq!(answer["type"], "ack", "{answer}");
    let mine = |c: &serde_json::Value| (c["last_message"]["text"] == text).then(|| id(c));
    let conversation = owner.conversations("").await.iter().find_map(mine).expect("the conversation");
    let file = id(&owner.upload("f.txt", "text/plain", text.as_bytes().to_vec()).await.expect(201));
    owner.say(conversation, json!({"text": format!("to {text}"), "attachments": [file]})).await.expect(201);
    visitor.sees(&format!("to {text}")).await;
    file
}

async fn a_visitor_reads_only_what_is_in_the_own_chat(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let rival = hub.api().owner("rival@rival.kz", "Rival").await;
    let (ours, theirs) = (owner.webchat_key().await, rival.webchat_key().await);
    let visitors = [
        Visitor::open(&hub.url(), &ours).await,
        Visitor::open(&hub.url(), &ours).await,
        Visitor::open(&hub.url(), &theirs).await,
    ];
    let files = [
        given(&owner, &visitors[0], "anna").await,
        given(&owner, &visitors[1], "boris").await,
        given(&rival, &visitors[2], "chingiz").await,
    ];
    let unused = id(&owner.upload("f.txt", "text/plain", b"nobody's".to_vec()).await.expect(201));
    for (reader, visitor) in visitors.iter().enumerate() {
        for (of, file) in files.iter().enumerate() {
            let answer = fetch(&hub.api(), *file, Some(visitor.token())).await;
            if reader == of {
                assert_eq!((answer.status, answer.bytes.as_slice()), (200, ["anna", "boris", "chingiz"][of].as_bytes()));
                assert!(answer.header("content-disposition").starts_with("attachment"), "{answer:?}");
                assert_eq!(answer.header("x-content-type-options"), "nosniff");
            } else {
                let random = fetch(&hub.api(), unknown(*file), Some(visitor.token())).await;
                assert_eq!((answer.status, face(&answer)), (404, face(&random)), "{reader} reads of {of}");
            }
        }
        assert_eq!(fetch(&hub.api(), unused, Some(visitor.token())).await.status, 404);
    }
    for token in [None, Some(""), Some("x"), Some(ours.as_str()), Some(owner.token())] {
        let (real, random) = (fetch(&hub.api(), files[0], token).await, fetch(&hub.api(), unknown(files[0]), token).await);
        assert_eq!((real.status, face(&real)), (404, face(&random)), "{token:?}");
    }
}

on_both_databases!(a_visitor_reads_only_what_is_in_the_own_chat);

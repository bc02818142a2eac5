//! An address that a company brought must not lead inside, whoever asks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use switchboard::clients::guarded::{GuardedClient, GuardedError, Refused, check_reachable, read_limited};
use switchboard::clients::openai::{Access, Audio, ErrorKind, Model, OpenAi as Client};

use super::openai::{access, limits, request};
use crate::support::openai::OpenAi;

#[tokio::test]
async fn a_company_cannot_send_the_agent_inside() {
    let server = OpenAi::start().await;
    let client = Client::with(limits()).unwrap();
    let port = server.url().rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]", "user@127.0.0.1", "hub.localhost"] {
        let base_url = format!("http://{host}:{port}").parse().unwrap();
        let theirs = Access { base_url, trusted: false, ..access(&server) };
        let error = client.chat(&theirs, request(5), Arc::new(|_| {})).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Refused, "{host}: {error}");
        assert_eq!(client.check(&theirs, "gpt-test").await.unwrap_err().kind, ErrorKind::Refused, "{host}");
        let audio = Audio {
            bytes: Bytes::from_static(b"x"),
            file_name: "voice.ogg".into(),
            mime: "audio/ogg".into(),
            model: "whisper-1".into(),
            language: None,
            deadline: Instant::now() + Duration::from_secs(5),
        };
        assert_eq!(client.transcribe(&theirs, audio).await.unwrap_err().kind, ErrorKind::Refused, "{host}");
    }
    assert!(server.chats().is_empty() && server.checks().is_empty() && server.recordings().is_empty());
    assert_eq!(client.check(&access(&server), "gpt-test").await, Ok(()), "the instance's own setting may");
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_when_it_is_saved() {
    assert_eq!(check_reachable(&"http://127.0.0.1/".parse().unwrap()).await, Err(Refused::Inside));
    assert_eq!(check_reachable(&"http://localhost/".parse().unwrap()).await, Err(Refused::Inside));
    assert_eq!(check_reachable(&"http://nobody.invalid/".parse().unwrap()).await, Err(Refused::Unknown));
}

/// The machine's own table of names is the only look-up that a test can count on.
#[tokio::test]
async fn a_name_is_judged_by_its_addresses_at_the_call() {
    let guarded = GuardedClient::new().unwrap();
    let refused = guarded.request(reqwest::Method::GET, &"http://localhost:1/".parse().unwrap());
    assert!(matches!(refused, Err(Refused::Inside)));
    let unknown = guarded.request(reqwest::Method::GET, &"http://nobody.invalid/".parse().unwrap()).unwrap();
    assert!(matches!(GuardedError::from(unknown.send().await.unwrap_err()), GuardedError::Connect));
}

#[tokio::test]
async fn a_flood_is_cut_off() {
    let server = OpenAi::start().await;
    let answer = reqwest::get(format!("{}/nothing", server.url())).await.unwrap();
    assert!(matches!(read_limited(answer, 8).await, Err(GuardedError::TooLarge(8))));
}

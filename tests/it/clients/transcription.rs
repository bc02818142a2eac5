//! Recordings become text, doubtful text, or an honest error.

use std::time::{Duration, Instant};

use bytes::Bytes;
use switchboard::clients::openai::{Audio, CallLimits, ErrorKind, Model, ModelError, OpenAi as Client, Transcript};

use super::openai::{access, ask, limits};
use crate::support::openai::{Hearing, OpenAi, Reply};

fn audio() -> Audio {
    Audio {
        bytes: Bytes::from_static(b"OggS\0\x02 a voice note"),
        file_name: "voice.ogg".into(),
        mime: "audio/ogg".into(),
        model: "whisper-1".into(),
        language: Some("ru".into()),
        deadline: Instant::now() + Duration::from_secs(10),
    }
}

async fn transcribe(hearing: Hearing) -> (OpenAi, Result<Transcript, ModelError>) {
    let server = OpenAi::start().await;
    server.hear(hearing);
    let heard = Client::with(limits()).unwrap().transcribe(&access(&server), audio()).await;
    (server, heard)
}

#[tokio::test]
async fn a_recording_becomes_text() {
    let (server, heard) = transcribe(Hearing::Text(" Мне нужен дом в Алматы.".into())).await;
    let text = "Мне нужен дом в Алматы.".to_owned();
    assert_eq!(heard, Ok(Transcript { text, language: Some("ru".into()), doubtful: false, audio_ms: Some(2000) }));
    let asked = server.heard(1).await.remove(0);
    assert_eq!((asked.key(), asked.model()), ("sk-secret-key", "whisper-1"));
    assert_eq!((&asked.body["language"], &asked.body["response_format"]), (&"ru".into(), &"verbose_json".into()));
    let file = asked.file.unwrap();
    assert_eq!((file.name.as_str(), file.mime.as_str(), file.bytes), ("voice.ogg", "audio/ogg", audio().bytes.to_vec()));
}

#[tokio::test]
async fn what_was_probably_invented_is_doubtful() {
    let loops = "This is the answer we did. ".repeat(5);
    for hearing in [
        Hearing::Silence("Где".into()),
        Hearing::Loop("Где же".into()),
        Hearing::OnlyJson(loops.clone()),
        Hearing::Plain(loops),
        Hearing::Text("".into()),
        Hearing::Plain("\n".into()),
    ] {
        let heard = transcribe(hearing.clone()).await.1.unwrap();
        assert!(heard.doubtful, "{hearing:?}");
    }
}

#[tokio::test]
async fn servers_without_probabilities_are_understood() {
    let server = OpenAi::start().await;
    let client = Client::with(limits()).unwrap();
    server.hear(Hearing::OnlyJson("Мне нужен дом".into()));
    server.hear(Hearing::OnlyJson("Сто квадратов".into()));
    server.hear(Hearing::Plain("87011234567\n".into()));
    for (text, asked) in [("Мне нужен дом", 2), ("Сто квадратов", 3), ("87011234567", 4)] {
        let heard = client.transcribe(&access(&server), audio()).await.unwrap();
        assert_eq!((heard.text.as_str(), heard.doubtful), (text, false));
        assert_eq!(server.recordings().len(), asked, "verbose_json is tried once");
    }
}

#[tokio::test]
async fn failures_are_told() {
    let kind = |heard: (OpenAi, Result<Transcript, ModelError>)| (heard.1.unwrap_err().kind, heard.0.recordings().len());
    let status = |code: u16, body: &str| Hearing::Status(code, body.into());
    assert_eq!(kind(transcribe(status(401, "{\"error\":{\"message\":\"no\"}}")).await), (ErrorKind::BadKey, 1));
    assert_eq!(kind(transcribe(status(404, "{\"detail\":\"Not Found\"}")).await), (ErrorKind::UnknownModel, 1));
    assert_eq!(kind(transcribe(status(413, "too large")).await), (ErrorKind::Refused, 1));
    assert_eq!(kind(transcribe(status(429, "{\"error\":{\"code\":\"insufficient_quota\"}}")).await), (ErrorKind::NoMoney, 1));
    assert_eq!(kind(transcribe(Hearing::Plain("<html>".into())).await), (ErrorKind::Nonsense, 1));
    assert_eq!(kind(transcribe(Hearing::Plain("{\"text\": ".into())).await), (ErrorKind::Nonsense, 1));

    // Not an audio file, to faster-whisper-server: once more, then it is told.
    let server = OpenAi::start().await;
    server.hear_by(|_| Some(Hearing::Status(500, "Internal Server Error".into())));
    let heard = Client::with(limits()).unwrap().transcribe(&access(&server), audio()).await;
    assert_eq!(kind((server, heard)), (ErrorKind::Unavailable, 2));
}

#[tokio::test]
async fn no_transcription_outlives_its_deadline() {
    for hearing in [Hearing::Hang, Hearing::After(Duration::from_secs(5), Box::new(Hearing::Text("x".into())))] {
        let server = OpenAi::start().await;
        server.hear(hearing);
        let begun = Instant::now();
        let audio = Audio { deadline: begun + Duration::from_millis(600), ..audio() };
        let heard = Client::with(limits()).unwrap().transcribe(&access(&server), audio).await;
        assert_eq!(heard.unwrap_err().kind, ErrorKind::Timeout);
        assert!(begun.elapsed() < Duration::from_secs(2));
    }
}

#[tokio::test]
async fn recordings_that_a_server_chokes_on_do_not_stop_its_chat() {
    let server = OpenAi::start().await;
    let client = Client::with(CallLimits { open_after: 2, ..limits() }).unwrap();
    server.hear_by(|_| Some(Hearing::Status(500, "Internal Server Error".into())));
    for kind in [ErrorKind::Unavailable, ErrorKind::Unavailable, ErrorKind::CircuitOpen] {
        assert_eq!(client.transcribe(&access(&server), audio()).await.unwrap_err().kind, kind);
    }
    server.queue(Reply::text("Да"));
    assert_eq!(ask(&client, &server).await.1.unwrap().text, "Да");
}

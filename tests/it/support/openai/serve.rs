//! The double's front: reads requests, writes the ledger, plays the script, notices clients that leave.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

use super::ledger::Recording;
use super::render::{events, http_chunk, stream_head};
use super::script::{Act, End};
use super::{Ask, Hearing, Inner, OpenAi, Reply};
use crate::support::http1::{Request, answer, multipart, read_request};

pub(super) async fn start() -> OpenAi {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let inner = Inner {
        address: listener.local_addr().expect("a bound address"),
        state: Mutex::default(),
        changed: Notify::new(),
        listening: watch::Sender::new(true),
    };
    let openai = OpenAi { inner: Arc::new(inner) };
    tokio::spawn(listen(openai.clone(), listener));
    openai
}

async fn listen(openai: OpenAi, listener: TcpListener) {
    let mut listening = openai.inner.listening.subscribe();
    let mut listener = Some(listener);
    loop {
        if !*listening.borrow_and_update() {
            listener = None;
        } else if listener.is_none() {
            listener = TcpListener::bind(openai.inner.address).await.ok();
        }
        tokio::select! {
            changed = listening.changed() => if changed.is_err() { return },
            stream = async { listener.as_ref().unwrap().accept().await }, if listener.is_some() => {
                if let Ok((stream, _)) = stream {
                    tokio::spawn(connection(openai.clone(), stream));
                }
            }
        }
    }
}

async fn connection(openai: OpenAi, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    openai.state().connections += 1;
    let mut listening = openai.inner.listening.subscribe();
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    let serve = async {
        while let Ok(Some(request)) = read_request(&mut reader).await {
            let (index, ask) = openai.enter(request);
            let stays = tokio::select! {
                stays = openai.play(index, &ask, &mut writer) => stays,
                () = left(&mut reader) => {
                    openai.note(index, |ask| ask.gone = true);
                    false
                }
            };
            if !stays {
                return;
            }
        }
    };
    tokio::select! {
        () = serve => {}
        _ = listening.wait_for(|listening| !listening) => {}
    }
}

/// The client has closed its side. A next request is no reason to stop.
async fn left(reader: &mut BufReader<OwnedReadHalf>) {
    match reader.fill_buf().await {
        Ok(bytes) if !bytes.is_empty() => std::future::pending().await,
        _ => {}
    }
}

impl OpenAi {
    /// Writes the request into the ledger before anything else happens to it.
    fn enter(&self, request: Request) -> (usize, Ask) {
        let (body, file) = match request.header("content-type") {
            Some(kind) if kind.starts_with("multipart/") => form(kind, &request.body),
            _ => (serde_json::from_slice(&request.body).unwrap_or_default(), None),
        };
        let at = Instant::now();
        let (path, headers) = (request.path, request.headers);
        let ask = Ask { at, path, headers, body, file, answered: None, finished: false, gone: false };
        let mut state = self.state();
        state.asks.push(ask.clone());
        let index = state.asks.len() - 1;
        drop(state);
        self.inner.changed.notify_waiters();
        (index, ask)
    }

    fn note(&self, index: usize, note: impl FnOnce(&mut Ask)) {
        note(&mut self.state().asks[index]);
        self.inner.changed.notify_waiters();
    }

    /// True when the connection can be used again.
    async fn play(&self, index: usize, ask: &Ask, to: &mut OwnedWriteHalf) -> bool {
        let stays = match ask.path.as_str() {
            path if path.ends_with("/chat/completions") => self.say(index, ask, self.choose_reply(ask), to).await,
            path if path.ends_with("/audio/transcriptions") => self.transcribe(index, ask, self.choose_hearing(ask), to).await,
            _ => self.whole(index, 404, "application/json", &[], &json!({"detail": "Not Found"}).to_string(), to).await,
        };
        self.note(index, |ask| ask.finished = true);
        stays
    }

    async fn say(&self, index: usize, ask: &Ask, reply: Reply, to: &mut OwnedWriteHalf) -> bool {
        tokio::time::sleep(reply.delay).await;
        if let Some(gate) = &reply.gate {
            gate.passed().await;
        }
        match &reply.act {
            Act::Drop => false,
            Act::Hang => std::future::pending().await,
            Act::Status { code, headers, body } => self.whole(index, *code, "application/json", headers, body, to).await,
            Act::Raw { kind, pieces } => {
                let head = format!("HTTP/1.1 200 X\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n");
                self.note(index, |ask| ask.answered = Some(200));
                for piece in [head.into_bytes()].iter().chain(pieces) {
                    let _ = to.write_all(piece).await;
                    tokio::time::sleep(reply.gap).await;
                }
                false
            }
            Act::Stream { .. } => {
                let usage_wanted = ask.body["stream_options"]["include_usage"] == true;
                self.note(index, |ask| ask.answered = Some(200));
                let _ = to.write_all(&stream_head()).await;
                for event in events(&reply, ask.model(), usage_wanted) {
                    let _ = to.write_all(&http_chunk(event.as_bytes())).await;
                    tokio::time::sleep(reply.gap).await;
                }
                match reply.end {
                    End::Stall => std::future::pending().await,
                    End::Cut => to.write_all(b"40\r\ndata: {\"choices\":[{\"ind").await.is_err(),
                    _ => to.write_all(b"0\r\n\r\n").await.is_ok(),
                }
            }
        }
    }

    async fn transcribe(&self, index: usize, ask: &Ask, mut heard: Hearing, to: &mut OwnedWriteHalf) -> bool {
        while let Hearing::After(delay, then) = heard {
            tokio::time::sleep(delay).await;
            heard = *then;
        }
        if matches!(heard, Hearing::Hang) {
            std::future::pending::<()>().await;
        }
        let (status, kind, body) = heard.answer(ask.body["response_format"].as_str().unwrap_or("json"));
        self.whole(index, status, kind, &[], &body, to).await
    }

    async fn whole(
        &self,
        index: usize,
        status: u16,
        kind: &str,
        more: &[(&str, String)],
        body: &str,
        to: &mut OwnedWriteHalf,
    ) -> bool {
        self.note(index, |ask| ask.answered = Some(status));
        let named = more.iter().any(|(name, _)| *name == "content-type");
        let kind = [("content-type", kind.to_owned())];
        let headers = [if named { &[][..] } else { &kind[..] }, more].concat();
        to.write_all(&answer(status, &headers, body.as_bytes())).await.is_ok()
    }
}

fn form(kind: &str, body: &[u8]) -> (Value, Option<Recording>) {
    let (mut fields, mut file) = (json!({}), None);
    for part in multipart(kind, body) {
        match part.file_name {
            Some(name) => file = Some(Recording { name, mime: part.mime.unwrap_or_default(), bytes: part.bytes }),
            None => fields[part.name] = json!(String::from_utf8_lossy(&part.bytes)),
        }
    }
    (fields, file)
}

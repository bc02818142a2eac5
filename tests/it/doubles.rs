//! The doubles themselves: a fault suite is worth what its instruments are.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::support::http1::{answer, read_request};
use crate::support::proxy::Proxy;
use crate::support::{Backend, Deed, Telegram, run};

const TOKEN: &str = "1:self-test";

async fn call(telegram: &Telegram, method: &str, params: Value) -> Result<(u16, Value), ()> {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http.post(format!("{}/bot{TOKEN}/{method}", telegram.url())).json(&params);
    let answer = request.timeout(Duration::from_secs(2)).send().await.map_err(drop)?;
    let status = answer.status().as_u16();
    Ok((status, serde_json::from_slice(&answer.bytes().await.map_err(drop)?).unwrap_or(Value::Null)))
}

#[test]
fn get_updates_keeps_real_offsets() {
    run(Backend::Sqlite, |_| async {
        let telegram = Telegram::start().await;
        telegram.bot(TOKEN, "b");
        let person = telegram.person(TOKEN, 1, "A");
        for n in 0..3 {
            person.says(&n.to_string());
        }
        let (_, first) = call(&telegram, "getUpdates", json!({"limit": 2})).await.unwrap();
        let ids: Vec<i64> = first["result"].as_array().unwrap().iter().filter_map(|u| u["update_id"].as_i64()).collect();
        assert_eq!(ids.len(), 2);
        let (_, again) = call(&telegram, "GETUPDATES", json!({})).await.unwrap();
        assert_eq!(again["result"].as_array().unwrap().len(), 3, "unconfirmed updates come again");
        assert_eq!(telegram.unacknowledged(), 3);
        let (_, rest) = call(&telegram, "getUpdates", json!({"offset": ids[1] + 1})).await.unwrap();
        assert_eq!(rest["result"].as_array().unwrap().len(), 1);
        assert_eq!(telegram.unacknowledged(), 1, "an offset confirms everything below it");
        call(&telegram, "setWebhook", json!({"url": "http://127.0.0.1:9/x"})).await.unwrap();
        assert_eq!(call(&telegram, "getUpdates", json!({})).await.unwrap().0, 409);
    });
}

#[test]
fn webhooks_repeat_until_2xx_and_keep_a_chats_order() {
    run(Backend::Sqlite, |_| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::<Value>::new()));
        let book = seen.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let book = book.clone();
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    while let Ok(Some(request)) = read_request(&mut stream).await {
                        assert_eq!(request.header("x-telegram-bot-api-secret-token"), Some("s3cret"));
                        let count = {
                            let mut book = book.lock().unwrap();
                            book.push(serde_json::from_slice(&request.body).unwrap());
                            book.len()
                        };
                        let status = if count % 3 == 0 { 200 } else { 503 };
                        stream.get_mut().write_all(&answer(status, &[], b"")).await.unwrap();
                    }
                });
            }
        });
        let telegram = Telegram::start().await;
        telegram.bot(TOKEN, "b");
        call(&telegram, "setWebhook", json!({"url": url, "secret_token": "s3cret"})).await.unwrap();
        let person = telegram.person(TOKEN, 1, "A");
        for n in 0..4 {
            person.says(&n.to_string());
        }
        telegram.all_acknowledged().await;
        let seen = seen.lock().unwrap();
        assert_eq!(seen.len(), 12, "each one three times");
        assert!(seen.windows(2).all(|w| w[0]["update_id"].as_i64() <= w[1]["update_id"].as_i64()));
        assert_eq!(telegram.deliveries()[0].attempts, [503, 503, 200]);
    });
}

#[test]
fn misbehaviour_is_in_the_ledger() {
    run(Backend::Sqlite, |_| async {
        let telegram = Telegram::start().await;
        telegram.bot(TOKEN, "b");
        let deeds = [Deed::TooMany(3), Deed::BLOCKED, Deed::Gateway(502), Deed::AcceptThenDrop, Deed::Drop, Deed::Hang];
        deeds.into_iter().for_each(|deed| telegram.script("sendMessage", 1, deed));
        let mut answers = Vec::new();
        for n in 0..7 {
            answers.push(call(&telegram, "sendMessage", json!({"chat_id": 1, "text": n.to_string()})).await);
        }
        let statuses: Vec<u16> = answers.iter().map(|a| a.as_ref().map_or(0, |(s, _)| *s)).collect();
        assert_eq!(statuses, [429, 403, 502, 0, 0, 0, 200]);
        assert_eq!(answers[0].as_ref().unwrap().1["parameters"]["retry_after"], 3);
        let shown: Vec<String> = telegram.screen_of(1).iter().map(|c| c.text().into()).collect();
        assert_eq!(shown, ["3", "5", "6"], "accepted and dropped, accepted and hung, answered");
        assert_eq!(telegram.calls_of("sendMessage").len(), 7);
        telegram.listen(false);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(call(&telegram, "getMe", json!({})).await.is_err());
        telegram.listen(true);
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(call(&telegram, "getMe", json!({})).await.unwrap().0, 200);
        telegram.revoke(TOKEN, true);
        assert_eq!(call(&telegram, "getMe", json!({})).await.unwrap().0, 401);
    });
}

#[test]
fn the_proxy_cuts_and_swallows() {
    run(Backend::Sqlite, |_| async {
        let echo = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let upstream = echo.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = echo.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    let _ = tokio::io::copy(&mut from, &mut to).await;
                });
            }
        });
        let proxy = Proxy::start(upstream).await.unwrap();
        let talk = |mut stream: TcpStream| async move {
            stream.write_all(b"x").await.ok()?;
            let mut byte = [0];
            let read = tokio::time::timeout(Duration::from_millis(400), stream.read_exact(&mut byte)).await;
            read.ok()?.ok()?;
            Some(stream)
        };
        let stream = talk(TcpStream::connect(proxy.address).await.unwrap()).await.expect("an echo");
        proxy.half_open();
        assert!(talk(stream).await.is_none(), "swallowed");
        proxy.heal();
        let mut stream = talk(TcpStream::connect(proxy.address).await.unwrap()).await.expect("healed");
        proxy.cut();
        assert!(matches!(stream.read(&mut [0]).await, Ok(0) | Err(_)), "open connections end");
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(TcpStream::connect(proxy.address).await.is_err(), "new ones are refused");
        proxy.heal();
        tokio::time::sleep(Duration::from_millis(100)).await;
        proxy.set(Duration::from_millis(120), None);
        let start = std::time::Instant::now();
        talk(TcpStream::connect(proxy.address).await.unwrap()).await.expect("an echo");
        assert!(start.elapsed() >= Duration::from_millis(240), "latency both ways");
    });
}

//! Photos, documents and voice notes: a placeholder in the message's own commit, then the bytes.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Backend, Deed, Feed, World, on_both_databases};

/// Waits until the message's first attachment has this status.
async fn attachment(feed: &Feed, message: &Value, status: &str) -> Value {
    let found = |frame: &Value| {
        let one = &frame["data"]["attachments"][0];
        (frame["data"]["id"] == *message && one["status"] == status).then(|| one.clone())
    };
    feed.socket.find(&format!("a {status} attachment"), 1, found).await
}

async fn files_arrive_unchanged(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(501, "F");
    let jpeg: Vec<u8> = [&[0xFF, 0xD8, 0xFF, 0xE0, 0, 16][..], b"JFIF\0", &[7; 3000]].concat();
    let ogg: Vec<u8> = [&b"OggS\0\x02"[..], &[9; 2000]].concat();
    let pdf = b"%PDF-1.4 and so on".to_vec();
    let cases = [("photo", "image", &jpeg), ("voice", "voice", &ogg), ("document", "document", &pdf)];
    for (kind, shown, bytes) in cases {
        let file = world.telegram.store_file(kind, bytes);
        match kind {
            "photo" => person.photo(&file, bytes.len(), "the site"),
            "voice" => person.voice(&file, bytes.len()),
            _ => person.document(&file, "смета 2026.pdf", "application/pdf", bytes.len()),
        };
        let frame = world.feed.wait("message.created", |f| f["data"]["kind"] == shown).await;
        let ready = attachment(&world.feed, &frame["data"]["id"], "ready").await;
        assert_eq!(ready["size"], bytes.len(), "{ready}");
        let url = ready["url"].as_str().expect("a url when ready");
        let got = world.owner.ask(Method::GET, url, None).await;
        assert_eq!(&got.bytes, bytes, "{kind}: the provider's bytes, unchanged");
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert!(got.header("content-disposition").starts_with("attachment"), "{kind}");
        let anyone = world.hub.api().ask(Method::GET, url, None).await;
        assert_eq!(anyone.status, 401, "no token, no file");
        if kind == "photo" {
            assert_eq!(frame["data"]["text"], "the site");
        }
        if kind == "document" {
            assert_eq!(ready["name"], "смета 2026.pdf");
            assert_eq!(ready["mime"], "application/pdf");
        }
    }
    let asked = world.telegram.calls_of("getFile");
    assert!(asked.iter().all(|c| c.params["file_id"] != "small-thumb"), "the largest size is the photo");
}

/// What the sender's program says of a file is shown and stands in headers: it neither spoofs nor breaks them.
async fn a_file_cannot_lie_about_itself(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(505, "L");
    let bytes = b"hello, I am plain".to_vec();
    let file = world.telegram.store_file("lie", &bytes);
    person.document(&file, "../invoice\u{202e}fdp.exe", "text/pl\u{7}ain\r\nx-evil: 1", bytes.len());
    let frame = world.feed.wait("message.created", |f| f["data"]["kind"] == "document").await;
    let ready = attachment(&world.feed, &frame["data"]["id"], "ready").await;
    assert_eq!((&ready["name"], &ready["mime"]), (&json!("invoicefdp.exe"), &json!("application/octet-stream")));
    let got = world.owner.ask(Method::GET, ready["url"].as_str().expect("a url"), None).await;
    assert_eq!((got.status, &got.bytes), (200, &bytes));
    assert_eq!(got.header("content-type"), "application/octet-stream");
}

/// A local Bot API server tells where a file lies on its own disk.
async fn a_local_servers_file_is_fetched(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(506, "L");
    let send = async |name: &str| {
        let file = world.telegram.store_file(name, b"over HTTP");
        person.document(&file, name, "text/plain", 9);
        let frame = world.feed.wait("message.created", |f| f["data"]["attachments"][0]["name"] == name).await;
        let ready = attachment(&world.feed, &frame["data"]["id"], "ready").await;
        world.owner.ask(Method::GET, ready["url"].as_str().expect("a url"), None).await.bytes
    };
    world.telegram.is_local("/no/such/disk/telegram-bot-api");
    assert_eq!(send("served.txt").await, b"over HTTP", "by whatever serves its folder");
    let folder = std::env::temp_dir().join(format!("switchboard-bot-api-{}-{backend:?}", std::process::id()));
    world.telegram.is_local(&folder.to_string_lossy());
    let files = folder.join(crate::support::world::TOKEN).join("files");
    std::fs::create_dir_all(&files).expect("a folder");
    std::fs::write(files.join("F2-shared.txt"), b"from the disk").expect("a file");
    assert_eq!(send("shared.txt").await, b"from the disk", "on a disk that we share");
    std::fs::remove_dir_all(&folder).expect("it goes");
}

/// In both directions.
async fn names_of_files_come_out_as_they_were(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(507, "N");
    let names = ["план \"А\" 2.txt", "100%22.txt", "a%20b+c.txt"];
    let conversation = world.begin(&person, "hello").await;
    for name in names {
        let file = world.telegram.store_file("f", b"text");
        person.document(&file, name, "text/plain", 4);
        let frame = world.feed.wait("message.created", |f| f["data"]["attachments"][0]["name"] == name).await;
        let ready = attachment(&world.feed, &frame["data"]["id"], "ready").await;
        let got = world.owner.ask(Method::GET, ready["url"].as_str().expect("a url"), None).await;
        let told = got.header("content-disposition").split("filename*=UTF-8''").nth(1).expect("the real name").to_owned();
        let told = url::form_urlencoded::parse(format!("name={told}").as_bytes()).next().expect("a name").1.into_owned();
        assert_eq!(told, name);
        let uploaded = world.owner.upload_named(name, b"text".to_vec()).await.expect(201);
        assert_eq!(uploaded["name"], name, "as a browser sends it");
        world.owner.say(conversation, json!({"attachments": [uploaded["id"]]})).await.expect(201);
        world
            .telegram
            .until("the file", || {
                let sent = world.telegram.calls_of("sendDocument").into_iter().flat_map(|call| call.files);
                sent.into_iter().find(|file| file.name == name)
            })
            .await;
    }
}

async fn a_file_that_never_comes_is_marked(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(502, "G");
    person.document("gone", "gone.bin", "application/octet-stream", 10);
    let frame = world.feed.wait("message.created", |f| f["data"]["kind"] == "document").await;
    let failed = attachment(&world.feed, &frame["data"]["id"], "failed").await;
    assert_eq!(failed["url"], Value::Null);
    assert_eq!(failed["name"], "gone.bin");
}

async fn a_fetch_survives_a_hiccup_and_a_restart(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(503, "H");
    let bytes = b"%PDF-1.4 later".to_vec();
    let file = world.telegram.store_file("late", &bytes);
    world.telegram.script("getFile", 1, Deed::OWN_500);
    world.telegram.script("getFile", 1, Deed::Hang);
    person.document(&file, "late.pdf", "application/pdf", bytes.len());
    let frame = world.feed.wait("message.created", |f| f["data"]["kind"] == "document").await;
    let cursor = world.feed.cursor();
    world.hub.kill();
    world.hub.restart().await;
    let feed = Feed::resume(&world.hub.url(), world.owner.token(), &cursor).await;
    let conversation = frame["conversation_id"].as_i64().unwrap();
    let ready = crate::support::eventually("the file", || async {
        let messages = world.owner.messages(conversation).await;
        messages[0]["attachments"][0]["url"].as_str().map(str::to_string)
    })
    .await;
    assert_eq!(world.owner.ask(Method::GET, &ready, None).await.bytes, bytes);
    feed.durable();
}

async fn operators_send_files_to_telegram(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(504, "O"), "send me the plan").await;
    let png = [&[0x89][..], b"PNG\r\n\x1a\n", &[0; 64]].concat();
    let cases = [("a.png", "image/png", png, "sendphoto"), ("b.pdf", "application/pdf", b"%PDF-1.4".to_vec(), "senddocument")];
    for (name, mime, bytes, method) in cases {
        let file = world.owner.upload(name, mime, bytes.clone()).await.expect(201);
        let body = json!({"text": format!("see {name}"), "attachments": [file["id"]]});
        let message = world.owner.say(conversation, body).await.expect(201);
        world.feed.status(message["id"].as_i64().unwrap(), "sent").await;
        let sent: Vec<_> = world.telegram.screen_of(504).into_iter().filter(|c| !c.files.is_empty()).collect();
        let call = sent.last().expect("a file on the phone");
        assert!(call.method == method || call.method == "senddocument", "{}", call.method);
        assert_eq!(call.files[0].bytes, bytes);
        assert_eq!((call.files[0].name.as_str(), call.files[0].mime.as_str()), (name, mime));
        assert_eq!(call.files[0].field, call.method.trim_start_matches("send"));
        let texts: Vec<_> = world.telegram.screen_of(504).iter().map(|c| c.text().to_string()).collect();
        assert!(texts.contains(&format!("see {name}")), "{texts:?}");
    }
}

async fn a_large_upload_is_refused(backend: Backend) {
    let world = World::new(backend).await;
    let answer = world.owner.upload("big.bin", "application/octet-stream", vec![1; 21 << 20]).await;
    answer.refused(413, "too_large");
}

on_both_databases!(
    a_local_servers_file_is_fetched,
    names_of_files_come_out_as_they_were,
    files_arrive_unchanged,
    a_file_cannot_lie_about_itself,
    a_file_that_never_comes_is_marked,
    a_fetch_survives_a_hiccup_and_a_restart,
    operators_send_files_to_telegram,
    a_large_upload_is_refused,
);

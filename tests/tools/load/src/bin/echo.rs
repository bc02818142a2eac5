//! The floors: bare actix, no sessions. A POST to `/hook` goes to every websocket, as fast as this stack can do it; what the
//! hub needs beyond this is the price of what it promises. With `STORE=FILE` each message is a row of SQLite before it is
//! answered and shown: whatever has come while the last transaction was flushed is the next one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use actix::{Actor, ActorContext, AsyncContext, Handler, Message, Recipient, StreamHandler};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use actix_web_actors::ws;
use tokio::sync::{mpsc, oneshot};

/// Messages of one transaction at most.
const BATCH: usize = 1_000;

#[derive(Clone)]
struct Frame(Arc<str>);

impl Message for Frame {
    type Result = ();
}

type Room = Arc<Mutex<HashMap<usize, Recipient<Frame>>>>;

struct Session {
    id: usize,
    room: Room,
}

impl Actor for Session {
    type Context = ws::WebsocketContext<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        self.room.lock().unwrap().insert(self.id, context.address().recipient());
        context.text("{\"type\":\"ready\"}");
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.room.lock().unwrap().remove(&self.id);
    }
}

impl Handler<Frame> for Session {
    type Result = ();
    fn handle(&mut self, frame: Frame, context: &mut Self::Context) {
        context.text(&*frame.0);
    }
}

impl StreamHandler<Result<ws::Message, ws::ProtocolError>> for Session {
    fn handle(&mut self, message: Result<ws::Message, ws::ProtocolError>, context: &mut Self::Context) {
        match message {
            Ok(ws::Message::Ping(bytes)) => context.pong(&bytes),
            Ok(ws::Message::Text(text)) => context.text(text),
            Ok(ws::Message::Close(_)) | Err(_) => context.stop(),
            _ => {}
        }
    }
}

async fn socket(request: HttpRequest, stream: web::Payload, room: web::Data<Room>) -> actix_web::Result<HttpResponse> {
    static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let id = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    ws::start(Session { id, room: room.get_ref().clone() }, &request, stream)
}

/// What is to be stored, and who waits for it.
type Write = (Frame, oneshot::Sender<()>);

/// Where messages go before they are shown, if anywhere.
type Store = Option<mpsc::UnboundedSender<Write>>;

fn show(room: &Room, frame: &Frame) {
    for session in room.lock().unwrap().values() {
        session.do_send(frame.clone());
    }
}

async fn hook(body: String, room: web::Data<Room>, store: web::Data<Store>) -> HttpResponse {
    let frame = Frame(body.into());
    match store.get_ref() {
        None => show(&room, &frame),
        Some(store) => {
            let (done, stored) = oneshot::channel();
            store.send((frame, done)).expect("the writer lives");
            if stored.await.is_err() {
                return HttpResponse::InternalServerError().finish();
            }
        }
    }
    HttpResponse::Ok().finish()
}

/// One writer thread, one transaction for all that waits.
fn writer(path: &str, room: Room) -> mpsc::UnboundedSender<Write> {
    let c = rusqlite::Connection::open(path).expect("a database");
    c.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=2000; \
         CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, key INTEGER NOT NULL UNIQUE, body TEXT NOT NULL);",
    )
    .expect("a table");
    let (queue, mut writes) = mpsc::unbounded_channel::<Write>();
    std::thread::spawn(move || {
        let mut batch = Vec::with_capacity(BATCH);
        while writes.blocking_recv_many(&mut batch, BATCH) > 0 {
            store(&c, &batch).expect("a transaction");
            for (frame, done) in batch.drain(..) {
                show(&room, &frame);
                let _ = done.send(());
            }
        }
    });
    queue
}

fn store(c: &rusqlite::Connection, batch: &[Write]) -> rusqlite::Result<()> {
    c.execute_batch("BEGIN IMMEDIATE")?;
    let mut insert = c.prepare_cached("INSERT INTO messages (key, body) VALUES (?, ?) ON CONFLICT (key) DO NOTHING")?;
    for (frame, _) in batch {
        let update: serde_json::Value = serde_json::from_str(&frame.0).unwrap_or_default();
        insert.execute((update["update_id"].as_i64(), &*frame.0))?;
    }
    c.execute_batch("COMMIT")
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let port: u16 = std::env::var("PORT").ok().and_then(|p| p.parse().ok()).unwrap_or(8001);
    let room = Room::default();
    let store: Store = std::env::var("STORE").ok().map(|path| writer(&path, room.clone()));
    HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(room.clone()))
            .app_data(web::Data::new(store.clone()))
            .route("/health", web::get().to(HttpResponse::Ok))
            .route("/hook", web::post().to(hook))
            .route("/ws", web::get().to(socket))
    })
    .workers(2)
    .backlog(4096)
    .bind(("127.0.0.1", port))?
    .run()
    .await
}

//! The floor: bare actix, no database, no sessions. A POST to `/hook` goes to every websocket, as
//! fast as this stack can do it. What the hub needs beyond this is the price of what it promises.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use actix::{Actor, ActorContext, AsyncContext, Handler, Message, Recipient, StreamHandler};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use actix_web_actors::ws;

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

async fn hook(body: String, room: web::Data<Room>) -> HttpResponse {
    let frame = Frame(body.into());
    for session in room.lock().unwrap().values() {
        session.do_send(frame.clone());
    }
    HttpResponse::Ok().finish()
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let port: u16 = std::env::var("PORT").ok().and_then(|p| p.parse().ok()).unwrap_or(8001);
    let room = Room::default();
    HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(room.clone()))
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

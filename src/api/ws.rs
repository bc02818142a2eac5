//! The two websockets: `GET /ws` for signed-in screens, `GET /ws/chat` for visitors.
use std::sync::Arc;

use actix::Addr;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use actix_web_actors::ws;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::limits::RateLimits;
use super::messages::{self, SendBody};
use crate::config::Config;
use crate::domain::access::Principal;
use crate::domain::clock::Micros;
use crate::domain::flaw::Flaw;
use crate::domain::ids::{ConversationId, SessionId};
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::hub::operator_session::{Desk, OperatorSession};
use crate::hub::publisher::FeedShard;
use crate::hub::socket::MAX_FRAME;
use crate::hub::visitor_session::{Reception, VisitorSession};
use crate::sessions::Sessions;

/// The feed's epoch, read once at start.
#[derive(Clone)]
pub struct Epoch(pub Arc<str>);

/// What an OperatorSession asks of us.
struct ApiDesk {
    hub: Hub,
    sessions: web::Data<Sessions>,
}

impl Desk for ApiDesk {
    fn sign_in(&self, token: String) -> BoxFuture<'static, Option<(Arc<Principal>, Micros)>> {
        let sessions = self.sessions.clone();
        Box::pin(async move { sessions.sign_in(&token).await.ok() })
    }

    fn is_alive(&self, session: SessionId) -> BoxFuture<'static, bool> {
        let sessions = self.sessions.clone();
        Box::pin(async move {
            let looked = sessions.principal(session, sessions.now()).await;
            looked.err().is_none_or(|e| e.status_code() != StatusCode::UNAUTHORIZED)
        })
    }

    fn send(&self, who: Arc<Principal>, frame: Value) -> BoxFuture<'static, Result<Value, Value>> {
        let hub = self.hub.clone();
        Box::pin(async move {
            let problem = |e: Error| e.problem();
            let Some(conversation) = frame["conversation_id"].as_i64().map(ConversationId::new) else {
                return Err(problem(Error::field("conversation_id", Flaw::ConversationMissing)));
            };
            let body: SendBody = serde_json::from_value(frame)
                .map_err(|e| problem(Error::validation(Flaw::Unreadable { words: format!("This frame cannot be read: {e}") })))?;
            let message = messages::send(&hub, (*who).clone(), conversation, body).await.map_err(problem)?;
            Ok(json!(message))
        })
    }
}

/// `GET /ws`
pub async fn operators(
    request: HttpRequest,
    stream: web::Payload,
    hub: web::Data<Hub>,
    sessions: web::Data<Sessions>,
    shard: web::Data<Addr<FeedShard>>,
    epoch: web::Data<Epoch>,
    config: web::Data<Config>,
) -> Result<HttpResponse, actix_web::Error> {
    if let Some(origin) = origin(&request)
        && !is_ours(&request, &config, &origin)
        && !config.cors_origins.contains(&origin)
    {
        return Err(Error::forbidden(Flaw::OtherSocketOrigin).into());
    }
    let hub = hub.get_ref().clone();
    let desk = Arc::new(ApiDesk { hub: hub.clone(), sessions });
    let session = OperatorSession::new(hub, desk, shard.get_ref().clone(), epoch.0.clone());
    ws::WsResponseBuilder::new(session, &request, stream).frame_size(MAX_FRAME).start()
}

/// `GET /ws/chat`: which origins may embed a chat is each channel's own business, so it is checked at `hello`.
pub async fn visitors(
    request: HttpRequest,
    stream: web::Payload,
    hub: web::Data<Hub>,
    shard: web::Data<Addr<FeedShard>>,
    reception: web::Data<Reception>,
    config: web::Data<Config>,
    limits: web::Data<RateLimits>,
) -> Result<HttpResponse, actix_web::Error> {
    let foreign = foreign_origin(&request, &config);
    let address = super::extract::client_address(&request);
    // One socket says one hello, which is the first that asks the database.
    limits.hello(address)?;
    let language = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.split([',', '-', ';']).next())
        .map(|l| l.trim().to_lowercase())
        .filter(|l| l.len() == 2 && l.chars().all(|c| c.is_ascii_alphabetic()));
    let session = VisitorSession::new(
        hub.get_ref().clone(),
        shard.get_ref().clone(),
        reception.get_ref().clone(),
        address,
        foreign,
        language,
    );
    ws::WsResponseBuilder::new(session, &request, stream).frame_size(MAX_FRAME).start()
}

/// Where the page is that asks, unless it is one of ours.
pub(super) fn foreign_origin(request: &HttpRequest, config: &Config) -> Option<String> {
    origin(request).filter(|o| !is_ours(request, config, o))
}

fn origin(request: &HttpRequest) -> Option<String> {
    request.headers().get(header::ORIGIN).and_then(|o| o.to_str().ok()).map(str::to_owned)
}

/// `PUBLIC_URL`'s origin, or the one the request itself came to.
fn is_ours(request: &HttpRequest, config: &Config, origin: &str) -> bool {
    let host = request.headers().get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    origin == config.public_origin() || origin.split_once("://").is_some_and(|(_, o)| o == host)
}

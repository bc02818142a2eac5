//! The providers' doors. Their addresses stand in the table like all others; what happens behind them is the connectors',
//! which the API does not know: the composition root brings the two together.
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;

/// Takes one request of a provider, whose secret is its own affair.
pub type Door = fn(HttpRequest, Payload) -> LocalBoxFuture<'static, HttpResponse>;

#[derive(Clone, Copy)]
pub struct Doors {
    pub telegram: Door,
}

/// `POST /api/telegram/webhook/{channel_id}`, and the bare path.
pub async fn telegram(doors: Data<Doors>, request: HttpRequest, body: Payload) -> HttpResponse {
    (doors.telegram)(request, body).await
}

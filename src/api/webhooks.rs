//! Where providers call us. Their addresses stand in the table like all others; what happens behind them is the connectors',
//! which the API does not know: the composition root brings the two together.
use std::net::IpAddr;

use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse, Route};
use futures_util::future::LocalBoxFuture;

use super::extract::client_address;
use crate::domain::channel::ChannelKind;

/// Takes one request of a provider, whose secret is its own affair.
pub type TakeCall = fn(ChannelKind, HttpRequest, Payload, IpAddr) -> LocalBoxFuture<'static, HttpResponse>;

#[derive(Clone, Copy)]
pub struct ProviderCalls {
    pub take: TakeCall,
}

/// The handler of the addresses that a kind's provider calls.
pub fn of(kind: ChannelKind) -> Route {
    web::to(move |calls: Data<ProviderCalls>, request: HttpRequest, body: Payload| async move {
        let address = client_address(&request);
        (calls.take)(kind, request, body, address).await
    })
}

//! Every address of the server. [`ROUTES`] is the whole list, each with the permission it asks for; the router is built from
//! it, so that nothing can be reached that does not stand here.
//!
//! Handlers are thin: they extract, make one call, and show the result.
pub mod auth;
pub mod check;
pub mod console;
pub mod conversations;
pub mod extract;
mod guard;
pub mod health;
pub mod limits;
pub mod messages;
mod router;
pub mod shell;
pub mod ws;

use actix_web::http::Method;
use actix_web::web;

pub use guard::{bearer, is_our_origin, origin_is_known};
pub use router::{Row, allowed, routes};

use crate::domain::access::Permission::{self, *};

const fn get(path: &'static str, permission: Permission, handler: fn() -> actix_web::Route) -> Row {
    Row::new(Method::GET, path, permission, handler)
}
const fn post(path: &'static str, permission: Permission, handler: fn() -> actix_web::Route) -> Row {
    Row::new(Method::POST, path, permission, handler)
}
const fn patch(path: &'static str, permission: Permission, handler: fn() -> actix_web::Route) -> Row {
    Row::new(Method::PATCH, path, permission, handler)
}
#[allow(dead_code)]
const fn delete(path: &'static str, permission: Permission, handler: fn() -> actix_web::Route) -> Row {
    Row::new(Method::DELETE, path, permission, handler)
}

/// The table.
pub const ROUTES: &[Row] = &[
    // The process itself.
    get("/health", Public, || web::to(health::document)),
    get("/api/health", Public, || web::to(health::parts)),
    get("/metrics", Public, || web::to(health::figures)),
    // Signing in.
    get("/api/auth/options", Public, || web::to(auth::options)),
    post("/api/auth/register", Public, || web::to(auth::register)),
    post("/api/auth/login", Public, || web::to(auth::login)),
    post("/api/auth/refresh", Public, || web::to(auth::refresh)),
    post("/api/auth/logout", Public, || web::to(auth::logout)),
    get("/api/auth/me", Converse, || web::to(auth::me)),
    patch("/api/auth/me", Converse, || web::to(auth::change_me)),
    // Conversations and their messages.
    get("/api/conversations", Converse, || web::to(conversations::list)),
    post("/api/conversations", Converse, || web::to(conversations::start)),
    get("/api/conversations/{id}", Converse, || web::to(conversations::show)),
    post("/api/conversations/{id}/assign", Converse, || web::to(conversations::assign)),
    post("/api/conversations/{id}/status", Converse, || web::to(conversations::set_status)),
    post("/api/conversations/{id}/read", Converse, || web::to(conversations::read)),
    get("/api/conversations/{id}/messages", Converse, || web::to(messages::list)),
    post("/api/conversations/{id}/messages", Converse, || web::to(messages::create)),
    post("/api/messages/{id}/resend", Converse, || web::to(messages::resend)),
    post("/api/messages/{id}/cancel", Converse, || web::to(messages::cancel)),
    // Sockets sign in with their first frame.
    get("/ws", Public, || web::to(ws::operators)),
    get("/ws/chat", Public, || web::to(ws::visitors)),
];

#[cfg(test)]
mod tests;

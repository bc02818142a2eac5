//! Every address of the server. [`ROUTES`] is the whole list, each with the permission it asks for; the router is built from
//! it, so that nothing can be done or read that does not stand here.
//!
//! Outside the list are only files that are built into the binary and the same for everybody: for a GET of whatever no row
//! names, and `/api` does not begin, [`console`] answers a file (`/assets/…`, `/widget.js`), the customers' chat page
//! (`/c/{channel key}`) or the console, which knows its own pages. They can be no rows: their names change with every build,
//! and the console's pages are the console's affair.
//!
//! Handlers are thin: they extract, make one call, and show the result.
pub mod agent;
pub mod agent_runs;
pub mod agent_tools;
pub mod agent_try;
pub mod ai;
pub mod auth;
pub mod channels;
pub mod chat;
pub mod check;
pub mod console;
pub mod conversations;
mod cookie;
pub mod customers;
pub mod docs;
pub mod drafts;
pub mod extract;
pub mod files;
mod guard;
pub mod health;
pub mod invites;
pub mod jobs;
pub mod leads;
pub mod limits;
pub mod messages;
pub mod notices;
pub mod notifications;
pub mod operators;
mod packed;
mod router;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod shell;
pub mod telegram_link;
pub mod visitor_files;
pub mod webhooks;
pub mod ws;

use actix_web::http::Method;
use actix_web::web;

pub use guard::{bearer, is_our_origin, origin_is_known};
pub use router::{RouteRow, allowed, routes};

use crate::domain::access::Permission::{self, *};
use crate::domain::channel::ChannelKind;

const fn get(path: &'static str, permission: Permission, handler: fn() -> actix_web::Route) -> RouteRow {
    RouteRow::new(Method::GET, path, permission, handler)
}
const fn post(path: &'static str, permission: Permission, handler: fn() -> actix_web::Route) -> RouteRow {
    RouteRow::new(Method::POST, path, permission, handler)
}
const fn put(path: &'static str, permission: Permission, handler: fn() -> actix_web::Route) -> RouteRow {
    RouteRow::new(Method::PUT, path, permission, handler)
}
const fn patch(path: &'static str, permission: Permission, handler: fn() -> actix_web::Route) -> RouteRow {
    RouteRow::new(Method::PATCH, path, permission, handler)
}
const fn delete(path: &'static str, permission: Permission, handler: fn() -> actix_web::Route) -> RouteRow {
    RouteRow::new(Method::DELETE, path, permission, handler)
}

/// The table.
pub const ROUTES: &[RouteRow] = &[
    // The process itself.
    get("/health", Public, || web::to(health::document)),
    get("/api/health", Public, || web::to(health::parts)),
    get("/metrics", Public, || web::to(health::figures)),
    // The API's own documents.
    get("/docs", Public, || web::to(console::docs_page)),
    get("/redoc", Public, || web::to(console::docs_page)),
    get("/api/schema/swagger", Public, || web::to(console::docs_page)),
    get("/openapi.json", Public, || web::to(docs::openapi)),
    get("/asyncapi.json", Public, || web::to(docs::asyncapi)),
    // Signing in.
    get("/api/auth/options", Public, || web::to(auth::options)),
    post("/api/auth/register", Public, || web::to(auth::register)),
    post("/api/auth/login", Public, || web::to(auth::login)),
    post("/api/auth/refresh", Public, || web::to(auth::refresh)),
    post("/api/auth/logout", Public, || web::to(auth::logout)),
    get("/api/auth/me", Converse, || web::to(auth::me)),
    patch("/api/auth/me", Converse, || web::to(auth::change_me)),
    get("/api/sessions", Converse, || web::to(sessions::list)),
    delete("/api/sessions/{id}", Converse, || web::to(sessions::revoke)),
    // The team. Who may change whom is decided with the rows in hand.
    get("/api/operators", Converse, || web::to(operators::list)),
    patch("/api/operators/{id}", Manage, || web::to(operators::change)),
    delete("/api/operators/{id}", Manage, || web::to(operators::remove)),
    get("/api/invites", Manage, || web::to(invites::list)),
    post("/api/invites", Manage, || web::to(invites::create)),
    delete("/api/invites/{id}", Manage, || web::to(invites::revoke)),
    post("/api/invites/preview", Public, || web::to(invites::preview)),
    post("/api/invites/accept", Public, || web::to(invites::accept)),
    // The company.
    get("/api/settings", Converse, || web::to(settings::show)),
    patch("/api/settings", Manage, || web::to(settings::change)),
    get("/api/setup", Converse, || web::to(settings::setup)),
    get("/api/channels", Converse, || web::to(channels::list)),
    post("/api/channels", Manage, || web::to(channels::create)),
    get("/api/channels/{id}", Converse, || web::to(channels::show)),
    patch("/api/channels/{id}", Manage, || web::to(channels::change)),
    delete("/api/channels/{id}", Manage, || web::to(channels::remove)),
    post("/api/channels/{id}/check", Manage, || web::to(channels::check)),
    // The agent. Who may change the key that pays for it is decided with the change in hand.
    get("/api/ai", Manage, || web::to(ai::show)),
    patch("/api/ai", Manage, || web::to(ai::change)),
    get("/api/ai/spend", Manage, || web::to(ai::spend)),
    get("/api/agent/presets", Manage, || web::to(agent::list_presets)),
    get("/api/channels/{id}/agent", Manage, || web::to(agent::show)),
    put("/api/channels/{id}/agent", Manage, || web::to(agent::save)),
    get("/api/channels/{id}/agent/versions", Manage, || web::to(agent::versions)),
    post("/api/channels/{id}/agent/try", Manage, || web::to(agent_try::ask)),
    post("/api/channels/{id}/agent/rollback", Manage, || web::to(agent::roll_back)),
    get("/api/agent/tools", Manage, || web::to(agent_tools::list)),
    post("/api/agent/tools", Manage, || web::to(agent_tools::create)),
    patch("/api/agent/tools/{id}", Manage, || web::to(agent_tools::change)),
    delete("/api/agent/tools/{id}", Manage, || web::to(agent_tools::remove)),
    post("/api/agent/tools/{id}/try", Manage, || web::to(agent_tools::try_out)),
    get("/api/agent-runs/{id}", Converse, || web::to(agent_runs::show)),
    // Customers, leads and files.
    get("/api/customers", Converse, || web::to(customers::list)),
    get("/api/customers/{id}", Converse, || web::to(customers::show)),
    patch("/api/customers/{id}", Converse, || web::to(customers::change)),
    get("/api/leads", Converse, || web::to(leads::list)),
    post("/api/leads", Converse, || web::to(leads::create)),
    get("/api/leads/export", Manage, || web::to(leads::export::export)),
    get("/api/leads/{id}", Converse, || web::to(leads::show)),
    patch("/api/leads/{id}", Converse, || web::to(leads::change)),
    post("/api/files", Converse, || web::to(files::upload)),
    get("/api/files/{id}", Converse, || web::to(files::download)).or_by_cookie(),
    // Conversations and their messages.
    get("/api/conversations", Converse, || web::to(conversations::list)),
    post("/api/conversations", Converse, || web::to(conversations::start)),
    get("/api/conversations/{id}", Converse, || web::to(conversations::show)),
    post("/api/conversations/{id}/assign", Converse, || web::to(conversations::assign)),
    post("/api/conversations/{id}/status", Converse, || web::to(conversations::set_status)),
    post("/api/conversations/{id}/read", Converse, || web::to(conversations::read)),
    patch("/api/conversations/{id}/draft", Converse, || web::to(drafts::keep)),
    get("/api/drafts", Converse, || web::to(drafts::list)),
    get("/api/conversations/{id}/messages", Converse, || web::to(messages::list)),
    post("/api/conversations/{id}/messages", Converse, || web::to(messages::create)),
    post("/api/messages/{id}/resend", Converse, || web::to(messages::resend)),
    post("/api/messages/{id}/cancel", Converse, || web::to(messages::cancel)),
    get("/api/notifications", Converse, || web::to(notifications::list)),
    post("/api/notifications/read", Converse, || web::to(notifications::read)),
    get("/api/search", Converse, || web::to(search::find)),
    // The agent.
    post("/api/chat", Converse, || web::to(chat::say)),
    get("/api/chat", Converse, || web::to(chat::since)),
    // Notices to the company's own chat, and whose presses on their buttons count.
    get("/api/notices", Manage, || web::to(notices::show)),
    post("/api/notices/code", Manage, || web::to(notices::new_code)),
    delete("/api/notices/chat", Manage, || web::to(notices::disconnect)),
    post("/api/reports/test-telegram", Manage, || web::to(notices::test)),
    get("/api/telegram-link", Converse, || web::to(telegram_link::show)),
    delete("/api/telegram-link", Converse, || web::to(telegram_link::unlink)),
    post("/api/telegram-link/code", Converse, || web::to(telegram_link::new_code)),
    // Work off the hot path.
    get("/api/jobs", Manage, || web::to(jobs::list)),
    // Providers show the secret of the channel.
    post("/api/telegram/webhook", Public, || webhooks::of(ChannelKind::Telegram)),
    post("/api/telegram/webhook/{channel_id}", Public, || webhooks::of(ChannelKind::Telegram)),
    // Meta signs what it posts, and shows a token when the address is proved.
    get("/api/whatsapp/webhook", Public, || webhooks::of(ChannelKind::Whatsapp)),
    post("/api/whatsapp/webhook", Public, || webhooks::of(ChannelKind::Whatsapp)),
    get("/api/whatsapp/webhook/{channel_id}", Public, || webhooks::of(ChannelKind::Whatsapp)),
    post("/api/whatsapp/webhook/{channel_id}", Public, || webhooks::of(ChannelKind::Whatsapp)),
    // A visitor shows the token of their chat page.
    get("/c/files/{id}", Public, || web::to(visitor_files::download)),
    post("/c/recordings", Public, || web::to(visitor_files::upload_recording)),
    // Sockets sign in with their first frame.
    get("/ws", Public, || web::to(ws::operators)),
    get("/ws/chat", Public, || web::to(ws::visitors)),
];

#[cfg(test)]
mod tests;

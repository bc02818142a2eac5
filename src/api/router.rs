//! Builds the router from the table: one resource a path, each method behind the guard of its permission.
use actix_web::guard::{Any, Get, Head};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, Route};

use super::shell::is_api;
use super::{ROUTES, console, guard};
use crate::domain::access::Permission;
use crate::error::Error;

/// One line of the table.
pub struct RouteRow {
    pub method: Method,
    pub path: &'static str,
    pub permission: Permission,
    /// The session cookie opens it as well as the bearer token does.
    pub by_cookie: bool,
    handler: fn() -> Route,
}

impl RouteRow {
    pub const fn new(method: Method, path: &'static str, permission: Permission, handler: fn() -> Route) -> Self {
        RouteRow { method, path, permission, by_cookie: false, handler }
    }

    pub const fn or_by_cookie(mut self) -> Self {
        self.by_cookie = true;
        self
    }
}

pub fn routes(cfg: &mut ServiceConfig) {
    let mut paths: Vec<&'static str> = Vec::new();
    for row in ROUTES {
        if !paths.contains(&row.path) {
            paths.push(row.path);
        }
    }
    // The first that fits is taken: a fixed word before the parameter that would swallow it. Patterns are tried one by one, and
    // what providers send comes by the thousand.
    paths.sort_by_key(|path| (path.contains('{'), !path.contains("/webhook/")));
    for path in paths {
        cfg.service(resource(path));
    }
    cfg.default_service(web::to(elsewhere));
}

fn resource(path: &'static str) -> Resource {
    let rows = ROUTES.iter().filter(|row| row.path == path);
    let mut resource = web::resource(path);
    for row in rows {
        let (permission, by_cookie) = (row.permission, row.by_cookie);
        let route = (row.handler)();
        let route = match row.method {
            // HEAD is GET without its body; the server leaves that out.
            Method::GET => route.guard(Any(Get()).or(Head())),
            ref other => route.method(other.clone()),
        };
        resource = resource.route(route.wrap(from_fn(move |req, next| guard::check(permission, by_cookie, req, next))));
    }
    resource.default_service(web::to(move || async move { Err::<HttpResponse, _>(Error::method_not_allowed(allowed(path))) }))
}

/// The methods that a path of the table takes, as the Allow header names them.
pub fn allowed(path: &str) -> String {
    let mut methods: Vec<&str> = ROUTES.iter().filter(|row| row.path == path).map(|row| row.method.as_str()).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.join(", ")
}

/// What no row of the table names: unknown to programs, a page of the console to browsers.
async fn elsewhere(req: HttpRequest) -> Result<HttpResponse, Error> {
    if is_api(req.path()) {
        return Err(Error::not_found("There is nothing at this address"));
    }
    console::page(req).await
}

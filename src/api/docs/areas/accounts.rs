use serde_json::json;

use crate::api::auth::{AccountView, ChangingMe, Credentials, OptionsView, Refreshing, RegisterBody, TokenView};
use crate::api::docs::words::Words;
use crate::api::sessions::SessionsPage;

pub fn describe(api: &mut Words) {
    api.get("/api/auth/options", "What the sign-in page needs to know").answers::<OptionsView>();
    api.post("/api/auth/register", "Register a company with its owner")
        .takes::<RegisterBody>()
        .creates::<AccountView>()
        .refuses(400, "Email already registered")
        .refuses(403, "Registration is not open");
    api.post("/api/auth/login", "Sign in. The refresh token comes as a cookie, unless the Origin header names a foreign page")
        .takes_form::<Credentials>()
        .answers::<TokenView>()
        .refuses(401, "Incorrect email or password")
        .refuses(429, "Too many attempts");
    api.post("/api/auth/refresh", "Replace the refresh token")
        .header("X-Client", json!({ "const": "api" }))
        .may_take::<Refreshing>()
        .answers::<TokenView>()
        .refuses(401, "Not signed in any longer")
        .refuses(403, "The cookie came from a foreign page");
    api.post("/api/auth/logout", "Sign out; its sockets close").answers_nothing();
    api.get("/api/auth/me", "Who is signed in").answers::<AccountView>();
    api.patch("/api/auth/me", "Change name, language, time zone or password")
        .takes::<ChangingMe>()
        .answers::<AccountView>()
        .refuses(403, "The current password is not right");
    api.get("/api/sessions", "Where one is signed in").paged().answers::<SessionsPage>();
    api.delete("/api/sessions/{id}", "End one of one's own sessions").answers_nothing();
}

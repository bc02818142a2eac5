//! The one error of the outer shell: what the caller may read, and the private cause that only the log sees.
//!
//! It renders as an RFC 9457 problem: `{"type","title","status","detail","code"}`; `detail` is the sentence the documents fix.
//! What is refused for a reason of ours is a [`Flaw`]: `reason` names it, and `fields` beside `errors` at the fields of a form.
use std::borrow::Cow;
use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value, json};

use crate::db::DbError;
use crate::domain::flaw::Flaw;
use crate::domain::problem::{ProblemView, ReasonView};

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug)]
pub struct Error {
    pub status: StatusCode,
    /// Stable; programs compare it.
    pub code: &'static str,
    pub detail: Cow<'static, str>,
    /// Seconds.
    pub retry_after: Option<u32>,
    /// What is wrong, where `detail` says it.
    flaw: Option<Box<Flaw>>,
    /// The field of a form that it is about.
    field: Option<&'static str>,
    allow: Option<Box<str>>,
    holder: Option<Box<Value>>,
    cause: Option<Box<str>>,
}

impl Error {
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Error {
            status,
            code,
            detail: detail.into(),
            retry_after: None,
            flaw: None,
            field: None,
            allow: None,
            holder: None,
            cause: None,
        }
    }

    /// Someone else's id and an unknown one are told the same.
    pub fn not_found(detail: &'static str) -> Self {
        Error::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    pub fn not_signed_in() -> Self {
        Error::new(StatusCode::UNAUTHORIZED, "not_signed_in", "Not authenticated")
    }

    pub fn bad_credentials() -> Self {
        Error::new(StatusCode::UNAUTHORIZED, "bad_credentials", "Incorrect email or password")
    }

    fn flawed(status: StatusCode, code: &'static str, flaw: Flaw) -> Self {
        let mut error = Error::new(status, code, flaw.sentence(""));
        error.flaw = Some(Box::new(flaw));
        error
    }

    pub fn forbidden(flaw: Flaw) -> Self {
        Error::flawed(StatusCode::FORBIDDEN, "forbidden", flaw)
    }

    pub fn email_taken() -> Self {
        Error::new(StatusCode::BAD_REQUEST, "email_taken", "Email already registered")
    }

    pub fn validation(flaw: Flaw) -> Self {
        Error::flawed(StatusCode::UNPROCESSABLE_ENTITY, "validation", flaw)
    }

    /// A field is wrong; its sentence stands beside it in the form and in `detail`.
    pub fn field(name: &'static str, flaw: Flaw) -> Self {
        Error::validation(flaw).about(name)
    }

    /// Says which field of a form it is about.
    pub fn about(mut self, field: &'static str) -> Self {
        if let Some(flaw) = &self.flaw {
            self.detail = flaw.sentence(field).into();
            self.field = Some(field);
        }
        self
    }

    /// Well said, but not possible as things stand: 422 is for what does not fit the document, whatever the state.
    pub fn conflict(flaw: Flaw) -> Self {
        Error::flawed(StatusCode::CONFLICT, "conflict", flaw)
    }

    /// A field names something that is not there, or not theirs. 404 would say it of the address.
    pub fn unknown(field: &'static str, flaw: Flaw) -> Self {
        Error::conflict(flaw).about(field)
    }

    pub fn changed_since() -> Self {
        Error::new(StatusCode::CONFLICT, "changed_since", "A newer message is in the conversation: read it, then send again")
    }

    /// Somebody else was quicker; `holder` says who, null that it is nobody's.
    pub fn taken(holder: Value) -> Self {
        let mut error = Error::new(StatusCode::CONFLICT, "taken", "Somebody else has it by now");
        error.holder = Some(Box::new(holder));
        error
    }

    pub fn too_large(flaw: Flaw) -> Self {
        Error::flawed(StatusCode::PAYLOAD_TOO_LARGE, "too_large", flaw)
    }

    /// The company's files take all the room that it has.
    pub fn storage_full() -> Self {
        Error::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "storage_full",
            "The company's files take all the room they may: this one was not stored",
        )
    }

    pub fn rate_limited(seconds: u32) -> Self {
        let mut error =
            Error::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", format!("Too many attempts: try again in {seconds} s"));
        error.retry_after = Some(seconds.max(1));
        error
    }

    pub fn window_closed() -> Self {
        Error::flawed(StatusCode::UNPROCESSABLE_ENTITY, "window_closed", Flaw::WindowClosed)
    }

    pub fn overloaded() -> Self {
        let mut error = Error::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", "The server is busy: try again in a moment");
        error.retry_after = Some(2);
        error
    }

    pub fn method_not_allowed(allow: String) -> Self {
        let mut error =
            Error::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", format!("This address takes {allow} only"));
        error.allow = Some(allow.into());
        error
    }

    /// Our own fault; the cause is logged and never answered.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Error::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side").because(cause)
    }

    /// For whoever runs the program: never for a caller.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// Adds what only the log may know.
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string().into());
        self
    }

    /// The problem object, for HTTP bodies and `nack` frames alike.
    pub fn problem(&self) -> Value {
        let title = self.status.canonical_reason().unwrap_or("Error");
        let flaw = self.flaw.as_deref();
        let at_field = self.field.zip(flaw);
        json!(ProblemView {
            reason: flaw.map(ReasonView::of),
            errors: at_field.map(|(field, flaw)| [(field.to_owned(), flaw.sentence(field))].into()),
            fields: at_field.map(|(field, flaw)| [(field.to_owned(), ReasonView::of(flaw))].into()),
            holder: self.holder.as_deref().cloned(),
            ..ProblemView::new(self.status.as_u16(), title, self.code, &self.detail)
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status.as_u16(), self.code, self.detail)
    }
}

impl std::error::Error for Error {}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        if let Some(cause) = &self.cause {
            // The request's span carries its id.
            tracing::error!(code = self.code, status = self.status.as_u16(), cause, "request failed");
        }
        let mut response = HttpResponse::build(self.status);
        response.content_type("application/problem+json");
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Some(allow) = &self.allow {
            response.insert_header((header::ALLOW, &**allow));
        }
        response.body(self.problem().to_string())
    }
}

impl From<DbError> for Error {
    fn from(e: DbError) -> Self {
        match e {
            DbError::Unavailable(_) | DbError::Conflict(_) | DbError::Busy => Error::overloaded().because(e),
            DbError::Failed(_) | DbError::Query(_) => Error::internal(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_has_the_contracts_fields_and_hides_the_cause() {
        let problem = Error::internal("password=hunter2").problem();
        assert_eq!((problem["status"].as_u64(), problem["code"].as_str()), (Some(500), Some("internal")));
        assert!(!problem.to_string().contains("hunter2"));
        let problem = Error::field("name", Flaw::TooLong { max: 9 }).problem();
        assert_eq!(problem["errors"]["name"], "name must have at most 9 characters");
        assert_eq!((&problem["detail"], &problem["fields"]["name"]), (&problem["errors"]["name"], &problem["reason"]));
        assert_eq!(problem["reason"], json!({ "code": "too_long", "params": { "max": 9 } }));
        let response = Error::not_signed_in().error_response();
        assert_eq!(response.headers().get("www-authenticate").and_then(|v| v.to_str().ok()), Some("Bearer"));
        assert_eq!(
            Error::from(DbError::Busy).error_response().headers().get("retry-after").map(|v| v.as_bytes()),
            Some(&b"2"[..])
        );
    }
}

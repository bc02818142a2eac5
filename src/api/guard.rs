//! Who may pass. Each route of the table is wrapped in the check of its own permission; it runs before anything of the
//! request is read, and fails closed.
use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, ResponseError, web};

use super::cookie;
use super::extract::header_text;
use crate::config::Config;
use crate::domain::access::{Permission, Principal};
use crate::domain::flaw::Flaw;
use crate::error::{Error, Result};
use crate::sessions::Sessions;

/// Lets the request pass with its [`Principal`], or answers in its stead.
pub async fn check<B: MessageBody + 'static>(
    permission: Permission,
    by_cookie: bool,
    req: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if permission != Permission::Public {
        match admit(req.request(), permission, by_cookie).await {
            Ok(principal) => {
                req.extensions_mut().insert(principal);
            }
            Err(e) => return Ok(req.into_response(e.error_response()).map_into_right_body()),
        }
    }
    next.call(req).await.map(ServiceResponse::map_into_left_body)
}

async fn admit(req: &HttpRequest, permission: Permission, by_cookie: bool) -> Result<Arc<Principal>> {
    let sessions = req.app_data::<web::Data<Sessions>>().ok_or_else(|| Error::internal("no sessions in app_data"))?;
    // A browser adds the cookie unasked, so it never does more than read.
    let reads = matches!(*req.method(), Method::GET | Method::HEAD);
    let principal = match (bearer(req), req.cookie(cookie::NAME)) {
        (Some(token), _) => sessions.authenticate(token).await?,
        (None, Some(cookie)) if by_cookie && reads => sessions.reader(cookie.value()).await?,
        _ => return Err(Error::not_signed_in()),
    };
    if !principal.role.may(permission) {
        tracing::info!(user = principal.user_id.get(), role = %principal.role, path = req.path(), "refused: the role may not do this");
        return Err(Error::forbidden(Flaw::RoleTooLow));
    }
    Ok(principal)
}

/// The token of the one `Authorization: Bearer` header.
pub fn bearer(req: &HttpRequest) -> Option<&str> {
    let (scheme, token) = header_text(req, &header::AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Whether a browser sent this from one of our own pages. A cookie alone proves nobody's wish.
pub fn is_our_origin(req: &HttpRequest, config: &Config) -> bool {
    if req.method() == Method::GET || req.method() == Method::HEAD {
        return true;
    }
    let Some(origin) = header_text(req, &header::ORIGIN) else { return false };
    origin_is_known(req, config, origin)
}

/// Whether a browser sent this from a page that is not ours. Programs name no origin.
pub fn is_foreign(req: &HttpRequest, config: &Config) -> bool {
    req.headers().contains_key(header::ORIGIN)
        && !header_text(req, &header::ORIGIN).is_some_and(|origin| origin_is_known(req, config, origin))
}

/// `PUBLIC_URL`'s origin, the request's own Host, or one of `CORS_ORIGINS`.
pub fn origin_is_known(req: &HttpRequest, config: &Config, origin: &str) -> bool {
    let own_host = header_text(req, &header::HOST).unwrap_or_default();
    origin.eq_ignore_ascii_case(&config.public_origin())
        || config.cors_origins.iter().any(|o| o.eq_ignore_ascii_case(origin))
        || (!own_host.is_empty()
            && ["http://", "https://"]
                .iter()
                .any(|scheme| origin.strip_prefix(scheme).is_some_and(|host| host.eq_ignore_ascii_case(own_host))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn one_bearer_header_and_no_other_scheme() {
        let req = |values: &[&str]| {
            values.iter().fold(TestRequest::default(), |r, v| r.append_header((header::AUTHORIZATION, *v))).to_http_request()
        };
        assert_eq!(bearer(&req(&["Bearer abc"])), Some("abc"));
        assert_eq!(bearer(&req(&["bearer abc"])), Some("abc"));
        assert_eq!(bearer(&req(&["Basic abc"])), None);
        assert_eq!(bearer(&req(&["Bearer abc", "Bearer def"])), None);
        assert_eq!(bearer(&req(&[])), None);
    }
}

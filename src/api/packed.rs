//! Answers that travel packed, as the caller prefers (RFC 9110, §12.5.3). The console's files were packed when it was built; JSON
//! is packed as it goes out.
use std::io::Write;

use actix_web::HttpRequest;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, AcceptEncoding, Encoding, Header, HeaderValue};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Bytes. What is shorter fits into one packet as it is.
const WORTH_IT: usize = 1024;

/// Of these packings the one that the caller likes best. A header that nobody can read asks for none.
pub fn preferred(req: &HttpRequest, there_are: &[Encoding]) -> Encoding {
    let chosen = AcceptEncoding::parse(req).ok().and_then(|accepted| accepted.negotiate(there_are.iter()));
    chosen.unwrap_or_else(Encoding::identity)
}

/// JSON of some length, packed where the caller unpacks it. What flows in pieces flows on.
pub fn json(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let headers = response.headers();
    let is_json = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_json || headers.contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let there_are = [Encoding::gzip(), Encoding::identity()];
    let request = response.request().clone();
    let mut packed = false;
    let mut response = response.map_body(|_, body| match body.try_into_bytes() {
        Ok(bytes) if bytes.len() >= WORTH_IT && preferred(&request, &there_are) == Encoding::gzip() => match gzip(&bytes) {
            Some(smaller) => {
                packed = true;
                smaller.boxed()
            }
            None => bytes.boxed(),
        },
        Ok(bytes) => bytes.boxed(),
        Err(body) => body,
    });
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// `None` where it does not become shorter. Quickly rather than well: an answer is packed once and read once.
fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    packer.write_all(bytes).ok()?;
    packer.finish().ok().filter(|packed| packed.len() < bytes.len())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn what_a_caller_prefers() {
        let of = |value: &str| {
            let req = TestRequest::default().insert_header((header::ACCEPT_ENCODING, value)).to_http_request();
            preferred(&req, &[Encoding::brotli(), Encoding::gzip(), Encoding::identity()])
        };
        assert_eq!(of("gzip, deflate, br, zstd"), Encoding::brotli());
        assert_eq!(of("gzip;q=0.5, br;q=0"), Encoding::gzip());
        for plain in ["gzip;q=0, identity", "gzip;q=much", "*", ""] {
            assert_eq!(of(plain), Encoding::identity(), "{plain:?}");
        }
        assert_eq!(preferred(&TestRequest::default().to_http_request(), &[Encoding::gzip()]), Encoding::identity());
    }
}

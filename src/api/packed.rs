//! Answers that travel packed, as far as the caller says that it unpacks them (RFC 9110, §12.5.3). The console's files were packed
//! when it was built; JSON is packed as it goes out.
use std::io::Write;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Bytes. What is shorter fits into one packet as it is.
const WORTH_IT: usize = 1024;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unpacks {
    pub brotli: bool,
    pub gzip: bool,
}

impl Unpacks {
    pub fn of(headers: &HeaderMap) -> Unpacks {
        let mut unpacks = Unpacks::default();
        for value in headers.get_all(header::ACCEPT_ENCODING).filter_map(|v| v.to_str().ok()) {
            for wanted in value.split(',') {
                let (name, rest) = wanted.split_once(';').unwrap_or((wanted, ""));
                let quality = rest.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
                let takes = quality.is_ok_and(|q| q > 0.0);
                match name.trim().to_ascii_lowercase().as_str() {
                    "br" => unpacks.brotli = takes,
                    "gzip" | "x-gzip" => unpacks.gzip = takes,
                    _ => {}
                }
            }
        }
        unpacks
    }
}

/// JSON of some length, packed where the caller unpacks it. What flows in pieces flows on.
pub fn json(response: ServiceResponse<BoxBody>, unpacks: Unpacks) -> ServiceResponse<BoxBody> {
    let headers = response.headers();
    let is_json = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_json || headers.contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let mut packed = false;
    let mut response = response.map_body(|_, body| match body.try_into_bytes() {
        Ok(bytes) if unpacks.gzip && bytes.len() >= WORTH_IT => match gzip(&bytes) {
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
    use actix_web::http::header::HeaderName;

    use super::*;

    #[test]
    fn what_a_caller_unpacks() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(HeaderName::from_static("accept-encoding"), HeaderValue::from_str(value).unwrap());
            }
            let Unpacks { brotli, gzip } = Unpacks::of(&headers);
            (brotli, gzip)
        };
        assert_eq!(of(&["gzip, deflate, br, zstd"]), (true, true));
        assert_eq!(of(&["GZIP;q=0.5", "br;q=0"]), (false, true));
        assert_eq!(of(&["gzip;q=0, identity"]), (false, false));
        assert_eq!(of(&["gzip;q=much"]), (false, false));
        assert_eq!(of(&["*"]), (false, false));
        assert_eq!(of(&[]), (false, false));
    }
}

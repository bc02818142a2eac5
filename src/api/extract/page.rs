//! Pages of lists.
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::flaw::Flaw;
use crate::error::{Error, Result};

/// Declares what a list answers: a page of rows, and where the next one begins.
macro_rules! page_of {
    ($page:ident as $shown:literal, $rows:ident: $row:ty) => {
        #[derive(serde::Serialize, schemars::JsonSchema)]
        #[schemars(rename = $shown)]
        pub struct $page {
            pub $rows: Vec<$row>,
            pub next_cursor: Option<String>,
        }
    };
}
pub(in crate::api) use page_of;

/// A page of a list: how many, and after which position.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub limit: i64,
    pub after: Option<Vec<i64>>,
}

impl Page {
    pub const LEAST: i64 = 1;
    pub const MOST: i64 = 200;
    pub const USUAL: i64 = 50;

    /// An opaque position: what the list is ordered by.
    pub fn cursor(position: &[i64]) -> String {
        let text: Vec<String> = position.iter().map(i64::to_string).collect();
        URL_SAFE_NO_PAD.encode(text.join("."))
    }

    /// The position of a list that is ordered by one number.
    pub fn after_one(&self) -> Option<i64> {
        self.after.as_ref().and_then(|p| p.first().copied())
    }

    fn read(query: &str) -> Result<Self> {
        let mut page = Page { limit: Page::USUAL, after: None };
        let (mut limits, mut cursors) = (0, 0);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "limit" => {
                    limits += 1;
                    page.limit = limit(&value).ok_or_else(|| Error::field("limit", Flaw::NotALimit))?;
                }
                "cursor" if !value.is_empty() => {
                    cursors += 1;
                    page.after = Some(position(&value).ok_or_else(|| Error::field("cursor", Flaw::NotACursor))?);
                }
                _ => {}
            }
        }
        if limits > 1 || cursors > 1 {
            return Err(Error::validation(Flaw::Unreadable { words: "A parameter is given twice".into() }));
        }
        Ok(page)
    }
}

/// However large the number is, it means "as many as there may be".
fn limit(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let wanted = if is_number { text.parse().unwrap_or(Page::MOST) } else { 0 };
    (wanted >= Page::LEAST).then_some(wanted.min(Page::MOST))
}

fn position(cursor: &str) -> Option<Vec<i64>> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    text.split('.').map(|n| n.parse().ok()).collect()
}

impl FromRequest for Page {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Page::read(req.query_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_clamped_and_their_cursors_come_back() {
        assert_eq!(Page::read("").expect("page"), Page { limit: 50, after: None });
        assert_eq!(Page::read("limit=999").expect("page").limit, 200);
        assert!(Page::read("limit=0").is_err() && Page::read("limit=x").is_err() && Page::read("limit=1&limit=2").is_err());
        let cursor = Page::cursor(&[1_800_000_000_000_000, 7]);
        assert_eq!(Page::read(&format!("cursor={cursor}")).expect("page").after, Some(vec![1_800_000_000_000_000, 7]));
        assert!(Page::read("cursor=!!").is_err());
    }
}

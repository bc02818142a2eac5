//! The HTTP calls that a company lets its agents make: out through the guard, with the headers that only we know, and back
//! as a short text. Whom the call is about is said by us in headers of our own, never by the model.
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};
use url::Url;

use super::guarded::{GuardedClient, GuardedError, Refused, read_limited};
use crate::config::Secret;
use crate::domain::ids::*;

/// More than a model reads with profit.
pub const LONGEST_ANSWER: usize = 32 * 1024;

/// Begins the headers that are ours to set.
pub const OUR_HEADERS: &str = "x-switchboard-";

/// Whom a call is about, as the server knows it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bound {
    pub company_id: CompanyId,
    pub customer_id: Option<CustomerId>,
    pub conversation_id: Option<ConversationId>,
    /// Nothing real hangs on it.
    pub dry_run: bool,
}

pub struct ToolRequest {
    /// GET sends the arguments in the query, POST as a JSON object.
    pub method: Method,
    pub url: Url,
    pub arguments: Map<String, Value>,
    pub headers: Vec<(String, Secret<String>)>,
    pub timeout: Duration,
    pub bound: Bound,
}

impl ToolRequest {
    /// From what is stored; an address that cannot be read leads nowhere.
    pub fn new(
        (method, url, timeout_ms): (&str, &str, i64),
        headers: Vec<(String, Secret<String>)>,
        arguments: Map<String, Value>,
        bound: Bound,
    ) -> Result<Self, Refused> {
        Ok(ToolRequest {
            method: if method == "POST" { Method::POST } else { Method::GET },
            url: Url::parse(url).map_err(|_| Refused::Host)?,
            arguments,
            headers,
            timeout: Duration::from_millis(timeout_ms.clamp(1, 60_000) as u64),
            bound,
        })
    }
}

#[derive(Debug, PartialEq)]
pub struct ToolAnswer {
    pub status: u16,
    pub body: String,
}

pub async fn call(guarded: &GuardedClient, tool: ToolRequest) -> Result<ToolAnswer, GuardedError> {
    let ToolRequest { method, mut url, arguments, headers, timeout, bound } = tool;
    let in_query = method == Method::GET;
    if in_query && !arguments.is_empty() {
        let pairs = arguments.iter().map(|(name, value)| (name, plain(value)));
        url.query_pairs_mut().extend_pairs(pairs);
    }
    let mut request = guarded.request(method, &url)?.timeout(timeout).headers(head(&headers, bound));
    if !in_query {
        request = request.json(&arguments);
    }
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    let body = read_limited(answer, LONGEST_ANSWER).await?;
    Ok(ToolAnswer { status, body: String::from_utf8_lossy(&body).into_owned() })
}

/// A text without its quotation marks.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn head(own: &[(String, Secret<String>)], bound: Bound) -> HeaderMap {
    let mut head = HeaderMap::new();
    for (name, value) in own {
        if let (Ok(name), Ok(mut value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value.reveal())) {
            value.set_sensitive(true);
            head.insert(name, value);
        }
    }
    // After the company's own, which cannot speak for us.
    let mut put = |name, id: Option<i64>| {
        if let Some(id) = id {
            head.insert(HeaderName::from_static(name), HeaderValue::from(id));
        }
    };
    put("x-switchboard-company", Some(bound.company_id.get()));
    put("x-switchboard-customer", bound.customer_id.map(CustomerId::get));
    put("x-switchboard-conversation", bound.conversation_id.map(ConversationId::get));
    put("x-switchboard-dry-run", bound.dry_run.then_some(1));
    head
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use serde_json::json;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::clients::guarded::builder;

    /// Answers one call; hands out what was asked. Only a test may lead a name past the guard.
    async fn server(answer: &'static str) -> (GuardedClient, Url, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address: SocketAddr = listener.local_addr().expect("an address");
        let asked = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a caller");
            let mut asked = vec![0; 8192];
            let read = stream.read(&mut asked).await.expect("a request");
            stream.write_all(answer.as_bytes()).await.expect("an answer");
            String::from_utf8_lossy(&asked[..read]).into_owned()
        });
        let guarded = GuardedClient::build(builder().resolve("crm.example.com", address)).expect("a client");
        let url = format!("http://crm.example.com:{}/orders?v=1", address.port());
        (guarded, Url::parse(&url).expect("an address"), asked)
    }

    fn request(method: Method, url: Url) -> ToolRequest {
        let Value::Object(arguments) = json!({"q": "дом & сад", "n": 2, "new": true}) else { unreachable!() };
        let header = |name: &str, value: &str| (name.to_owned(), Secret::new(value.to_owned()));
        ToolRequest {
            method,
            url,
            arguments,
            headers: vec![header("Authorization", "Bearer s3cret"), header("x-switchboard-company", "9")],
            timeout: Duration::from_secs(5),
            bound: Bound { company_id: CompanyId::new(1), conversation_id: Some(ConversationId::new(7)), ..Bound::default() },
        }
    }

    #[tokio::test]
    async fn a_get_asks_in_the_query_and_says_for_whom() {
        let (guarded, url, asked) = server("HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno").await;
        let answer = call(&guarded, request(Method::GET, url)).await.expect("an answer");
        assert_eq!(answer, ToolAnswer { status: 404, body: "no".into() });
        let asked = asked.await.expect("a call").to_lowercase();
        assert!(asked.starts_with("get /orders?v=1&"), "{asked}");
        for part in ["n=2", "new=true", "q=%d0%b4%d0%be%d0%bc+%26+%d1%81%d0%b0%d0%b4"] {
            assert!(asked.contains(part), "{part}: {asked}");
        }
        for line in ["authorization: bearer s3cret", "x-switchboard-company: 1", "x-switchboard-conversation: 7"] {
            assert!(asked.contains(line), "{line}: {asked}");
        }
        assert!(!asked.contains("customer") && !asked.contains("dry-run"), "{asked}");
    }

    #[tokio::test]
    async fn a_post_sends_json_and_is_not_led_elsewhere() {
        let (guarded, url, asked) =
            server("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n").await;
        let answer = call(&guarded, request(Method::POST, url)).await.expect("an answer");
        assert_eq!(answer.status, 302);
        let asked = asked.await.expect("a call");
        assert!(asked.starts_with("POST /orders?v=1 ") && asked.contains("application/json"), "{asked}");
        assert!(asked.contains(r#""q":"дом & сад""#), "{asked}");
    }

    #[tokio::test]
    async fn a_flood_and_an_inner_address_are_refused() {
        let (guarded, url, _asked) = server("HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\nx").await;
        let flood = call(&guarded, request(Method::GET, url)).await;
        assert!(matches!(flood, Err(GuardedError::TooLarge(LONGEST_ANSWER))), "{flood:?}");
        let inside = Url::parse("http://127.0.0.1:1/").expect("an address");
        let refused = call(&guarded, request(Method::GET, inside)).await;
        assert!(matches!(refused, Err(GuardedError::Refused(Refused::Inside))), "{refused:?}");
    }
}

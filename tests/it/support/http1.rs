//! Just enough HTTP/1.1 to play a provider: whole requests in, whole answers out, and a socket we
//! can drop at any byte, which no server framework lets us do.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

pub struct Request {
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
}

/// The next request of a kept-alive connection; `None` when the client is done.
pub async fn read_request<R: AsyncRead + Unpin>(from: &mut BufReader<R>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if from.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let (Some(_method), Some(target)) = (words.next(), words.next()) else {
        return Err(io::Error::other(format!("no request line: {line:?}")));
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (path, query) = (path.to_string(), query.to_string());
    let mut headers = Vec::new();
    loop {
        line.clear();
        from.read_line(&mut line).await?;
        match line.trim_end().split_once(':') {
            Some((key, value)) => headers.push((key.to_string(), value.trim().to_string())),
            None => break,
        }
    }
    let mut request = Request { path, query, headers, body: Vec::new() };
    if request.header("transfer-encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked")) {
        request.body = read_chunks(from).await?;
    } else if let Some(length) = request.header("content-length").and_then(|v| v.parse().ok()) {
        let mut body = vec![0; length];
        from.read_exact(&mut body).await?;
        request.body = body;
    }
    Ok(Some(request))
}

async fn read_chunks<R: AsyncRead + Unpin>(from: &mut BufReader<R>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line).await?;
        let size = line.trim().split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16).map_err(io::Error::other)?;
        let start = body.len();
        body.resize(start + size, 0);
        from.read_exact(&mut body[start..]).await?;
        line.clear();
        from.read_line(&mut line).await?;
        if size == 0 {
            return Ok(body);
        }
    }
}

pub fn answer(status: u16, headers: &[(&str, String)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
    for (key, value) in headers {
        head.push_str(&format!("{key}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut whole = head.into_bytes();
    whole.extend_from_slice(body);
    whole
}

/// A field of a `multipart/form-data` body.
pub struct Part {
    pub name: String,
    pub file_name: Option<String>,
    pub mime: Option<String>,
    pub bytes: Vec<u8>,
}

pub fn multipart(content_type: &str, body: &[u8]) -> Vec<Part> {
    let Some(boundary) = content_type.split("boundary=").nth(1) else {
        return Vec::new();
    };
    let mark = format!("--{}", boundary.trim_matches('"')).into_bytes();
    let mut parts = Vec::new();
    for piece in split(body, &mark).into_iter().skip(1) {
        let piece = piece.strip_prefix(b"\r\n").unwrap_or(piece);
        let Some(end) = find(piece, b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&piece[..end]).into_owned();
        let bytes = piece[end + 4..].strip_suffix(b"\r\n").unwrap_or(&piece[end + 4..]);
        let attribute = |key: &str| {
            let from = head.find(&format!("{key}=\""))? + key.len() + 2;
            Some(quoted(&head[from..]))
        };
        let mime = head
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(k, _)| k.eq_ignore_ascii_case("content-type")))
            .map(|(_, value)| value.trim().to_string());
        parts.push(Part {
            name: attribute(" name").or_else(|| attribute("name")).unwrap_or_default(),
            file_name: attribute("filename"),
            mime,
            bytes: bytes.to_vec(),
        });
    }
    parts
}

/// As Telegram's server reads a quoted string: a backslash stands before what is meant as it is.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next().filter(|c| *c != '"') {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    out
}

fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|window| window == needle)
}

fn split<'a>(mut hay: &'a [u8], mark: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while let Some(at) = find(hay, mark) {
        pieces.push(&hay[..at]);
        hay = &hay[at + mark.len()..];
    }
    pieces.push(hay);
    pieces
}

/// `a=1&b=x%20y` → pairs. The double takes arguments in a form or a query too, as Telegram does.
pub fn form(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

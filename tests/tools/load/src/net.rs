//! HTTP/1.1 and RFC 6455 by hand: the load client has to cost little and hide nothing.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// One kept-alive connection, one request at a time.
pub struct Http {
    stream: BufReader<TcpStream>,
    host: String,
}

pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Http {
    pub async fn connect(address: &str) -> io::Result<Http> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Http { stream: BufReader::with_capacity(4096, stream), host: address.into() })
    }

    pub async fn send(&mut self, method: &str, path: &str, headers: &str, body: &str) -> io::Result<Reply> {
        let request =
            format!("{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n{headers}\r\n{body}", self.host, body.len());
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        let mut line = String::new();
        self.stream.read_line(&mut line).await?;
        let status = line.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("no status in {line:?}")))?;
        let (mut length, mut chunked) = (0, false);
        loop {
            line.clear();
            self.stream.read_line(&mut line).await?;
            let Some((key, value)) = line.trim_end().split_once(':') else { break };
            match key.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap_or(0),
                "transfer-encoding" => chunked = value.trim() == "chunked",
                _ => {}
            }
        }
        let mut body = Vec::new();
        while chunked {
            line.clear();
            self.stream.read_line(&mut line).await?;
            let size = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
            let start = body.len();
            body.resize(start + size + 2, 0);
            self.stream.read_exact(&mut body[start..]).await?;
            body.truncate(start + size);
            chunked = size > 0;
        }
        if length > 0 {
            body.resize(length, 0);
            self.stream.read_exact(&mut body).await?;
        }
        Ok(Reply { status, body })
    }
}

/// What comes in on a connection to one of the doubles.
pub struct Requests {
    stream: BufReader<TcpStream>,
}

impl Requests {
    pub fn of(stream: TcpStream) -> Requests {
        Requests { stream: BufReader::new(stream) }
    }

    pub fn stream(&mut self) -> &mut TcpStream {
        self.stream.get_mut()
    }

    /// Path and body of the next request; `None` when the connection is over.
    pub async fn next(&mut self) -> Option<(String, Vec<u8>)> {
        let mut line = String::new();
        self.stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        let path = line.split(' ').nth(1)?.to_owned();
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line).await.ok()?;
            let Some((key, value)) = line.trim_end().split_once(':') else { break };
            if key.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.ok()?;
        Some((path, body))
    }
}

/// A websocket that reads text frames; its buffers stay small, for there are thousands.
pub struct Socket {
    stream: BufReader<TcpStream>,
    frame: Vec<u8>,
}

impl Socket {
    pub async fn connect(address: &str, path: &str) -> io::Result<Socket> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut stream = BufReader::with_capacity(2048, stream);
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {address}\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.get_mut().write_all(request.as_bytes()).await?;
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        if !line.contains(" 101 ") {
            return Err(io::Error::other(format!("no websocket: {line}")));
        }
        while line.trim_end() != "" {
            line.clear();
            stream.read_line(&mut line).await?;
        }
        Ok(Socket { stream, frame: Vec::new() })
    }

    pub async fn send(&mut self, text: &str) -> io::Result<()> {
        self.write(0x1, text.as_bytes()).await
    }

    async fn write(&mut self, opcode: u8, payload: &[u8]) -> io::Result<()> {
        // A zero mask is a valid mask.
        let mut frame = vec![0x80 | opcode];
        match payload.len() {
            length @ 0..=125 => frame.push(0x80 | length as u8),
            length => {
                frame.push(0x80 | 126);
                frame.extend((length as u16).to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend(payload);
        self.stream.get_mut().write_all(&frame).await
    }

    /// The next text frame; pings are answered on the way.
    pub async fn next(&mut self) -> io::Result<&[u8]> {
        loop {
            let first = self.stream.read_u8().await?;
            let length = match self.stream.read_u8().await? & 0x7f {
                126 => u64::from(self.stream.read_u16().await?),
                127 => self.stream.read_u64().await?,
                small => u64::from(small),
            };
            self.frame.resize(length as usize, 0);
            self.stream.read_exact(&mut self.frame).await?;
            match first & 0x0f {
                0x8 => return Err(io::Error::other("closed by the server")),
                0x9 => {
                    let payload = std::mem::take(&mut self.frame);
                    self.write(0xA, &payload).await?;
                }
                0xA => {}
                _ => return Ok(&self.frame),
            }
        }
    }
}

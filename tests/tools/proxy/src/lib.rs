//! A TCP proxy that misbehaves on request: latency, bandwidth, a cut line, a line that swallows
//! bytes (half open), resets. The machines we test on have neither `tc netem` nor iptables.
//!
//! The integration tests include this file by `#[path]`; `main.rs` makes it a program.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How the line behaves right now. It applies to open connections too, from the next bytes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Added to every chunk, each way.
    pub latency: Duration,
    /// Bytes a second, each way; `None` is unlimited.
    pub bandwidth: Option<u64>,
    pub state: State,
    /// Bumped to end every connection that is open at this moment.
    generation: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    Open,
    /// Nobody listens: a connect is refused.
    Refused,
    /// Connects and writes succeed, nothing ever arrives.
    HalfOpen,
}

pub struct Proxy {
    pub address: SocketAddr,
    line: watch::Sender<Line>,
    acceptor: JoinHandle<()>,
}

impl Proxy {
    pub async fn start(upstream: SocketAddr) -> io::Result<Proxy> {
        Self::start_on("127.0.0.1:0".parse().unwrap(), upstream).await
    }

    pub async fn start_on(listen: SocketAddr, upstream: SocketAddr) -> io::Result<Proxy> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let (line, seen) = watch::channel(Line { latency: Duration::ZERO, bandwidth: None, state: State::Open, generation: 0 });
        let acceptor = tokio::spawn(accept(listener, address, upstream, seen));
        Ok(Proxy { address, line, acceptor })
    }

    pub fn set(&self, latency: Duration, bandwidth: Option<u64>) {
        self.line.send_modify(|line| {
            line.latency = latency;
            line.bandwidth = bandwidth;
        });
    }

    /// Ends what is open with a reset and refuses what comes, until `heal`.
    pub fn cut(&self) {
        self.line.send_modify(|line| {
            line.state = State::Refused;
            line.generation += 1;
        });
    }

    /// Resets every open connection; new ones go through.
    pub fn reset(&self) {
        self.line.send_modify(|line| line.generation += 1);
    }

    /// Swallows every byte from now on, on open and new connections, without a word.
    pub fn half_open(&self) {
        self.line.send_modify(|line| line.state = State::HalfOpen);
    }

    /// Lets bytes through again. Connections that lost bytes meanwhile are reset: TCP never loses
    /// a part of a stream and then goes on.
    pub fn heal(&self) {
        self.line.send_modify(|line| {
            if line.state == State::HalfOpen {
                line.generation += 1;
            }
            line.state = State::Open;
        });
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.acceptor.abort();
        self.line.send_modify(|line| line.generation += 1);
    }
}

async fn accept(listener: TcpListener, address: SocketAddr, upstream: SocketAddr, mut seen: watch::Receiver<Line>) {
    let mut listener = Some(listener);
    loop {
        let state = seen.borrow_and_update().state;
        if state == State::Refused {
            listener = None;
        } else if listener.is_none() {
            // The port is ours; another process may hold it for a moment as an outgoing port.
            match TcpListener::bind(address).await {
                Ok(bound) => listener = Some(bound),
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                }
            }
        }
        tokio::select! {
            changed = seen.changed() => if changed.is_err() { return },
            client = async { listener.as_ref().unwrap().accept().await }, if listener.is_some() => {
                if let Ok((client, _)) = client {
                    tokio::spawn(carry(client, upstream, seen.clone()));
                }
            }
        }
    }
}

/// One connection, both ways, until either side ends or the line is cut.
async fn carry(client: TcpStream, upstream: SocketAddr, mut seen: watch::Receiver<Line>) {
    let born = seen.borrow().generation;
    let _ = client.set_nodelay(true);
    let server = match TcpStream::connect(upstream).await {
        Ok(server) => server,
        Err(_) => return,
    };
    let _ = server.set_nodelay(true);
    {
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let (up, down) = (seen.clone(), seen.clone());
        tokio::select! {
            _ = async { tokio::join!(
                pump(&mut from_client, &mut to_server, up),
                pump(&mut from_server, &mut to_client, down),
            ) } => return,
            _ = seen.wait_for(|line| line.generation != born) => {}
        }
        // Zero linger turns the close into a reset, which is what a dying line looks like.
        if let (Ok(client), Ok(server)) = (from_client.reunite(to_client), from_server.reunite(to_server)) {
            let _ = client.set_zero_linger();
            let _ = server.set_zero_linger();
        }
    }
}

async fn pump<R, W>(from: &mut R, to: &mut W, seen: watch::Receiver<Line>)
where
    R: AsyncReadExt + Unpin,
    W: AsyncWriteExt + Unpin,
{
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let read = match from.read(&mut buffer).await {
            Ok(0) | Err(_) => {
                let _ = to.shutdown().await;
                return;
            }
            Ok(read) => read,
        };
        let line = *seen.borrow();
        if line.state == State::HalfOpen {
            continue;
        }
        let mut wait = line.latency;
        if let Some(bandwidth) = line.bandwidth {
            wait += Duration::from_secs_f64(read as f64 / bandwidth.max(1) as f64);
        }
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

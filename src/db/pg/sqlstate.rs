//! The SQLSTATE of an error. diesel-async hides it (`DatabaseErrorKind::Unknown` for most), so it is read where the server says
//! it: a connection's bytes pass through [`Watch`], which looks into each ErrorResponse for its field `C`.
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Socket;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};

use crate::db::fault::SqlState;

/// What follows an error until the ROLLBACK; it must not hide the error itself.
const ABORTED: [u8; 5] = *b"25P02";

/// What the server of one connection said since it was last forgotten.
#[derive(Default)]
pub struct Told {
    code: AtomicU64,
    answers: AtomicU64,
}

impl Told {
    pub fn forget(&self) {
        self.code.store(0, Ordering::Release);
        self.answers.store(0, Ordering::Release);
    }

    /// How often it was ready for the next question: the round trips.
    pub fn answers(&self) -> u64 {
        self.answers.load(Ordering::Acquire)
    }

    /// The last SQLSTATE.
    pub fn code(&self) -> Option<SqlState> {
        let bytes = self.code.load(Ordering::Acquire).to_be_bytes();
        (bytes[3] != 0).then(|| SqlState([bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]]))
    }

    fn hear(&self, code: [u8; 5]) {
        if code != ABORTED {
            let [a, b, c, d, e] = code;
            self.code.store(u64::from_be_bytes([0, 0, 0, a, b, c, d, e]), Ordering::Release);
        }
    }
}

/// Where the reading of the server's messages stands: a type, four bytes of length that count themselves, a body.
enum At {
    Head([u8; 5], usize),
    Body(usize),
    /// Within an ErrorResponse: what is left of it, the field's type, and of a code what has been read.
    Error(usize, Option<u8>, [u8; 5], usize),
}

const START: At = At::Head([0; 5], 0);

impl At {
    fn read(&mut self, mut bytes: &[u8], told: &Told) {
        while let Some((&byte, rest)) = bytes.split_first() {
            match self {
                At::Head(head, n) => {
                    head[*n] = byte;
                    *n += 1;
                    bytes = rest;
                    if *n == 5 {
                        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
                        let left = length.saturating_sub(4);
                        if head[0] == b'Z' {
                            told.answers.fetch_add(1, Ordering::AcqRel);
                        }
                        *self = match head[0] {
                            _ if left == 0 => START,
                            b'E' => At::Error(left, None, [0; 5], 0),
                            _ => At::Body(left),
                        };
                    }
                }
                At::Body(left) => {
                    let skipped = bytes.len().min(*left);
                    bytes = &bytes[skipped..];
                    *left -= skipped;
                    if *left == 0 {
                        *self = START;
                    }
                }
                At::Error(left, field, code, n) => {
                    match (&field, byte) {
                        (None, 0) => {}
                        (None, kind) => (*field, *n) = (Some(kind), 0),
                        (Some(b'C'), 0) => {
                            *field = None;
                            if *n == 5 {
                                told.hear(*code);
                            }
                        }
                        (Some(_), 0) => *field = None,
                        (Some(b'C'), _) if *n < 5 => {
                            code[*n] = byte;
                            *n += 1;
                        }
                        _ => {}
                    }
                    bytes = rest;
                    *left -= 1;
                    if *left == 0 {
                        *self = START;
                    }
                }
            }
        }
    }
}

/// A connection's bytes, looked at in passing.
pub struct Watch<S> {
    inner: S,
    binding: fn(&S) -> ChannelBinding,
    at: At,
    told: Arc<Told>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watch<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let me = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut me.inner).poll_read(cx, buf))?;
        me.at.read(&buf.filled()[before..], &me.told);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watch<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Watch<S> {
    fn channel_binding(&self) -> ChannelBinding {
        (self.binding)(&self.inner)
    }
}

/// Watches what `M` makes of the socket.
pub struct Watched<M> {
    pub make: M,
    pub told: Arc<Told>,
}

/// "TLS" that leaves the socket as it is: the one place where tokio-postgres lets a stream of ours in.
pub struct Plain;

type Connecting<S> = Pin<Box<dyn Future<Output = io::Result<Watch<S>>> + Send>>;

impl<M> MakeTlsConnect<Socket> for Watched<M>
where
    M: MakeTlsConnect<Socket>,
    M::Stream: Send + 'static,
    M::TlsConnect: Send + 'static,
    <M::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    type Stream = Watch<M::Stream>;
    type TlsConnect = Watched<M::TlsConnect>;
    type Error = M::Error;

    fn make_tls_connect(&mut self, domain: &str) -> Result<Self::TlsConnect, M::Error> {
        Ok(Watched { make: self.make.make_tls_connect(domain)?, told: self.told.clone() })
    }
}

impl<C> TlsConnect<Socket> for Watched<C>
where
    C: TlsConnect<Socket> + Send + 'static,
    C::Stream: Send + 'static,
    C::Future: Send,
{
    type Stream = Watch<C::Stream>;
    type Error = io::Error;
    type Future = Connecting<C::Stream>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move {
            let inner = self.make.connect(socket).await.map_err(io::Error::other)?;
            Ok(Watch { inner, binding: TlsStream::channel_binding, at: START, told: self.told })
        })
    }
}

impl MakeTlsConnect<Socket> for Watched<Plain> {
    type Stream = Watch<Socket>;
    type TlsConnect = Watched<Plain>;
    type Error = io::Error;

    fn make_tls_connect(&mut self, _: &str) -> io::Result<Self> {
        Ok(Watched { make: Plain, told: self.told.clone() })
    }
}

impl TlsConnect<Socket> for Watched<Plain> {
    type Stream = Watch<Socket>;
    type Error = io::Error;
    type Future = Connecting<Socket>;

    fn connect(self, inner: Socket) -> Self::Future {
        Box::pin(std::future::ready(Ok(Watch { inner, binding: |_| ChannelBinding::none(), at: START, told: self.told })))
    }
}

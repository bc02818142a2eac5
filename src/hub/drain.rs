//! Stopping without loss: nothing new is taken to a provider, what is on its way ends and is committed.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Shared by everything that sends.
#[derive(Clone, Default)]
pub struct Drain {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    draining: AtomicBool,
    sending: AtomicUsize,
}

/// Lives from a delivery's claim until its outcome is committed.
pub struct Sending(Arc<Inner>);

impl Drop for Sending {
    fn drop(&mut self) {
        self.0.sending.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drain {
    /// `None` once the process is stopping: do not begin.
    pub fn begin(&self) -> Option<Sending> {
        self.inner.sending.fetch_add(1, Ordering::SeqCst);
        let sending = Sending(self.inner.clone());
        (!self.inner.draining.load(Ordering::SeqCst)).then_some(sending)
    }

    pub fn is_draining(&self) -> bool {
        self.inner.draining.load(Ordering::SeqCst)
    }

    pub fn sending(&self) -> usize {
        self.inner.sending.load(Ordering::SeqCst)
    }

    /// Lets no new send begin and waits for those that have begun, at most `within`. True when none is left.
    pub async fn finish(&self, within: Duration) -> bool {
        self.inner.draining.store(true, Ordering::SeqCst);
        let deadline = tokio::time::Instant::now() + within;
        while self.sending() > 0 && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.sending() == 0
    }
}

//! A server that failed again and again is left alone for a while: customers are told at once instead of after a deadline.
//! Chat and transcription are judged apart, because a recording that a server chokes on says nothing about its chat.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::model::{Access, ErrorKind, ModelError};

/// Companies that could be in trouble at once; beyond it the oldest troubles are forgotten.
const MOST: usize = 10_000;

#[derive(Clone, Copy)]
pub enum Endpoint {
    Chat,
    Audio,
}

#[derive(Clone)]
pub struct Breaker {
    inner: Arc<Inner>,
}

struct Inner {
    /// Failures in a row.
    after: u32,
    open_for: Duration,
    /// Only those that failed last time, by the hash of address, key and endpoint.
    circuits: Mutex<HashMap<[u8; 32], Circuit>>,
}

#[derive(Default)]
struct Circuit {
    failures: u32,
    open_until: Option<Instant>,
    /// A call is on its way to see whether it works again.
    probing: bool,
}

/// The right to make one call. Dropped without a verdict (the call was cancelled) it proves nothing.
pub struct CallPermit {
    inner: Arc<Inner>,
    key: [u8; 32],
    probe: bool,
}

impl Breaker {
    pub fn new(after: u32, open_for: Duration) -> Self {
        Breaker { inner: Arc::new(Inner { after, open_for, circuits: Mutex::default() }) }
    }

    pub fn enter(&self, access: &Access, endpoint: Endpoint) -> Result<CallPermit, ModelError> {
        let key = key_of(access, endpoint);
        let now = Instant::now();
        let mut circuits = self.inner.circuits();
        let mut probe = false;
        if let Some(circuit) = circuits.get_mut(&key)
            && let Some(until) = circuit.open_until
        {
            if now < until || circuit.probing {
                let seconds = until.saturating_duration_since(now).as_secs() + 1;
                let detail = format!("The model's server failed several times in a row; it is tried again in {seconds} s");
                return Err(ModelError::new(ErrorKind::CircuitOpen, detail));
            }
            circuit.probing = true;
            probe = true;
        }
        drop(circuits);
        Ok(CallPermit { inner: self.inner.clone(), key, probe })
    }

    /// It works: someone has just seen it.
    pub fn reset(&self, access: &Access, endpoint: Endpoint) {
        self.inner.circuits().remove(&key_of(access, endpoint));
    }
}

impl CallPermit {
    pub fn settle<T>(self, outcome: &Result<T, ModelError>) {
        let failed = matches!(outcome, Err(error) if matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Timeout));
        let mut circuits = self.inner.circuits();
        if !failed {
            circuits.remove(&self.key);
            return;
        }
        if circuits.len() >= MOST && !circuits.contains_key(&self.key) {
            circuits.clear();
        }
        let circuit = circuits.entry(self.key).or_default();
        circuit.failures += 1;
        if self.probe || circuit.failures == self.inner.after {
            circuit.open_until = Some(Instant::now() + self.inner.open_for);
        }
    }
}

impl Drop for CallPermit {
    fn drop(&mut self) {
        if self.probe
            && let Some(circuit) = self.inner.circuits().get_mut(&self.key)
        {
            circuit.probing = false;
        }
    }
}

impl Inner {
    fn circuits(&self) -> MutexGuard<'_, HashMap<[u8; 32], Circuit>> {
        self.circuits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key_of(access: &Access, endpoint: Endpoint) -> [u8; 32] {
    let hash = Sha256::new().chain_update(access.base_url.as_str()).chain_update([0, endpoint as u8]);
    hash.chain_update(access.api_key.reveal()).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn access(key: &str) -> Access {
        Access { base_url: "http://model.example/v1".parse().unwrap(), api_key: Secret::new(key.into()), trusted: true }
    }

    fn end(breaker: &Breaker, access: &Access, kind: Option<ErrorKind>) {
        let outcome = kind.map_or(Ok(()), |kind| Err(ModelError::new(kind, "")));
        breaker.enter(access, Endpoint::Chat).unwrap().settle(&outcome);
    }

    fn is_open(breaker: &Breaker, access: &Access) -> bool {
        matches!(breaker.enter(access, Endpoint::Chat), Err(error) if error.kind == ErrorKind::CircuitOpen)
    }

    #[test]
    fn five_failures_in_a_row_open_it_for_one_key() {
        let breaker = Breaker::new(5, Duration::from_secs(30));
        let (a, b) = (access("a"), access("b"));
        for _ in 0..4 {
            end(&breaker, &a, Some(ErrorKind::Unavailable));
        }
        end(&breaker, &a, Some(ErrorKind::RateLimited));
        for _ in 0..4 {
            end(&breaker, &a, Some(ErrorKind::Timeout));
        }
        assert!(!is_open(&breaker, &a));
        end(&breaker, &a, Some(ErrorKind::Unavailable));
        assert!(is_open(&breaker, &a));
        assert!(!is_open(&breaker, &b));
        assert!(breaker.enter(&a, Endpoint::Audio).is_ok());
        breaker.reset(&a, Endpoint::Chat);
        assert!(!is_open(&breaker, &a));
    }

    #[test]
    fn one_probe_decides() {
        let pause = Duration::from_millis(40);
        let breaker = Breaker::new(2, pause);
        let a = access("a");
        end(&breaker, &a, Some(ErrorKind::Timeout));
        end(&breaker, &a, Some(ErrorKind::Timeout));
        assert!(is_open(&breaker, &a));
        std::thread::sleep(pause);
        let probe = breaker.enter(&a, Endpoint::Chat).unwrap();
        assert!(is_open(&breaker, &a), "a second one while the probe is on its way");
        drop(probe);
        end(&breaker, &a, Some(ErrorKind::Unavailable));
        assert!(is_open(&breaker, &a), "the probe failed");
        std::thread::sleep(pause);
        end(&breaker, &a, None);
        assert!(!is_open(&breaker, &a));
        assert!(breaker.inner.circuits().is_empty());
    }
}

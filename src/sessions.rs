//! Who is signed in: access tokens, the cache that says whether their session still lives, and refresh tokens.
//!
//! Everything that lets somebody in (HTTP, sockets) goes through [`Sessions::authenticate`].
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::broadcast;

use crate::db::Store;
use crate::db::accounts::{Account, NewSession};
use crate::domain::access::Principal;
use crate::domain::clock::{Clock, DAY, MINUTE, Micros, SECOND};
use crate::domain::ids::SessionId;
use crate::error::{Error, Result};
use crate::secrets::token_hash;

mod tokens;
pub use tokens::TokenKeys;

/// A cached session is looked up again after this long, so what another node ended ends here too.
const FRESH: Micros = 10 * SECOND;
/// How often a node asks what the others have ended, and how far back: clocks differ, commits take a while.
const FOLLOW_EVERY: Duration = Duration::from_secs(2);
const FOLLOW_BACK: Micros = MINUTE;
/// How long a browser may stay away.
pub const STAY: Micros = 30 * DAY;
/// Two tabs may refresh at once: the token that was just replaced counts this long.
const GRACE: Micros = 10 * SECOND;
const MOST_CACHED: usize = 50_000;

#[derive(Clone)]
pub struct Sessions {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    keys: TokenKeys,
    clock: Clock,
    cached: Mutex<CachedSessions>,
    ended: broadcast::Sender<SessionId>,
}

#[derive(Default)]
struct CachedSessions {
    by_session: HashMap<SessionId, (Micros, Arc<Principal>)>,
    /// Counts clearings: a lookup that began before one does not bring the old answer back.
    clearings: u64,
    /// The last change of a session that was acted upon here.
    followed: HashMap<SessionId, Micros>,
}

/// What a sign-in or a refresh hands out.
pub struct Granted {
    pub access_token: String,
    pub refresh_token: String,
    pub session_id: SessionId,
}

impl CachedSessions {
    /// Keeps what was read, unless something was cleared while it was being read.
    fn remember(&mut self, session: SessionId, now: Micros, principal: Arc<Principal>, clearings: u64) {
        if self.clearings != clearings {
            return;
        }
        if self.by_session.len() >= MOST_CACHED {
            self.by_session.clear();
        }
        self.by_session.insert(session, (now, principal));
    }
}

impl Sessions {
    pub fn new(store: Store, keys: TokenKeys, clock: Clock) -> Self {
        let inner = Inner { store, keys, clock, cached: Mutex::default(), ended: broadcast::channel(1024).0 };
        Sessions { inner: Arc::new(inner) }
    }

    /// The principal behind an access token, if its session still lives.
    pub async fn authenticate(&self, token: &str) -> Result<Arc<Principal>> {
        self.sign_in(token).await.map(|(principal, _)| principal)
    }

    /// The same, with the moment the token expires.
    pub async fn sign_in(&self, token: &str) -> Result<(Arc<Principal>, Micros)> {
        let now = self.inner.clock.now();
        let claims = self.inner.keys.read(token, now).ok_or_else(Error::not_signed_in)?;
        let principal = self.principal(claims.sid, now).await?;
        if principal.user_id != claims.uid || principal.email != claims.sub {
            return Err(Error::not_signed_in());
        }
        Ok((principal, claims.exp * SECOND))
    }

    /// The principal of a session that still lives; sockets ask again with it.
    pub async fn principal(&self, session: SessionId, now: Micros) -> Result<Arc<Principal>> {
        let clearings = {
            let cached = self.lock();
            if let Some((at, principal)) = cached.by_session.get(&session)
                && now - at < FRESH
            {
                return Ok(principal.clone());
            }
            cached.clearings
        };
        let found = self.inner.store.live_session(session, now).await?;
        let Some(live) = found else {
            let was_known = self.lock().by_session.remove(&session).is_some();
            if was_known {
                let _ = self.inner.ended.send(session);
            }
            return Err(Error::not_signed_in());
        };
        let principal = Arc::new(live.principal);
        self.lock().remember(session, now, principal.clone(), clearings);
        if now - live.last_seen_at > 5 * MINUTE {
            self.inner.store.touch(session, now).await?;
        }
        Ok(principal)
    }

    /// Opens a session for an account whose password was just checked.
    pub async fn open(&self, account: &Account, address: String, user_agent: String) -> Result<Granted> {
        let at = self.inner.clock.now();
        let session_id = self
            .inner
            .store
            .open_session(NewSession {
                company_id: account.company_id,
                user_id: account.user_id,
                address,
                user_agent,
                expires_at: self.expiry(at),
                at,
            })
            .await?;
        let refresh_token = self.inner.keys.first_refresh(session_id);
        self.inner.store.set_refresh(session_id, token_hash(&refresh_token)).await?;
        let access_token = self.inner.keys.access(&account.email, account.user_id, session_id, at)?;
        Ok(Granted { access_token, refresh_token, session_id })
    }

    /// Replaces a refresh token by its successor. A token that was replaced before means that two hold the session: it ends.
    ///
    /// The successor follows from the token itself, so whoever repeats a refresh within the grace gets the same one.
    pub async fn refresh(&self, token: &str) -> Result<Granted> {
        let at = self.inner.clock.now();
        let session_id = self.inner.keys.session_of(token).ok_or_else(Error::not_signed_in)?;
        let live = self.inner.store.live_session(session_id, at).await?.ok_or_else(Error::not_signed_in)?;
        let (presented, refresh_token) = (token_hash(token), self.inner.keys.next_refresh(session_id, token));
        let successor = token_hash(&refresh_token);
        let who = live.principal;
        let stands = if live.refresh_hash == presented {
            let rotated = self.inner.store.rotate(session_id, presented, successor.clone(), self.expiry(at), at).await?;
            // Somebody else has just done the same: theirs is our successor too.
            rotated || self.inner.store.live_session(session_id, at).await?.is_some_and(|now| now.refresh_hash == successor)
        } else {
            live.previous_hash.as_deref() == Some(presented.as_str())
                && live.refresh_hash == successor
                && at - live.rotated_at < GRACE
        };
        if !stands {
            tracing::warn!(session = session_id, "a refresh token was used twice: the session is ended");
            self.inner.store.revoke(who.company_id, who.user_id, session_id, at).await?;
            self.forget(&[session_id]);
            return Err(Error::not_signed_in());
        }
        let access_token = self.inner.keys.access(&who.email, who.user_id, session_id, at)?;
        Ok(Granted { access_token, refresh_token, session_id })
    }

    /// Who reads with nothing but the cookie: its token as it is now, or as it was just before another tab refreshed it.
    pub async fn reader(&self, token: &str) -> Result<Arc<Principal>> {
        let at = self.inner.clock.now();
        let session_id = self.inner.keys.session_of(token).ok_or_else(Error::not_signed_in)?;
        let live = self.inner.store.live_session(session_id, at).await?.ok_or_else(Error::not_signed_in)?;
        let presented = token_hash(token);
        let just_replaced = live.previous_hash.as_deref() == Some(presented.as_str()) && at - live.rotated_at < GRACE;
        let stands = live.refresh_hash == presented || just_replaced;
        if stands { Ok(Arc::new(live.principal)) } else { Err(Error::not_signed_in()) }
    }

    /// The live session a refresh token belongs to; logging out asks with it.
    pub async fn of_refresh(&self, token: &str) -> Result<Option<Principal>> {
        let Some(session_id) = self.inner.keys.session_of(token) else { return Ok(None) };
        let live = self.inner.store.live_session(session_id, self.inner.clock.now()).await?;
        let presented = token_hash(token);
        Ok(live.filter(|l| l.refresh_hash == presented || l.previous_hash.as_deref() == Some(&presented)).map(|l| l.principal))
    }

    /// Drops what is cached about sessions that have ended or whose rights have changed, and closes their sockets.
    pub fn forget(&self, sessions: &[SessionId]) {
        let now = self.inner.clock.now();
        let mut cached = self.lock();
        cached.clearings += 1;
        for session in sessions {
            cached.by_session.remove(session);
            cached.followed.insert(*session, now);
        }
        drop(cached);
        for session in sessions {
            let _ = self.inner.ended.send(*session);
        }
    }

    /// Acts upon what other nodes ended or changed, for as long as the process lives.
    pub async fn follow_other_nodes(self) {
        loop {
            tokio::time::sleep(FOLLOW_EVERY).await;
            let since = self.inner.clock.now() - FOLLOW_BACK;
            // Storage is away: the next look reaches back far enough, or nobody can be signed in anyway.
            let Ok(changed) = self.inner.store.changed_since(since).await else { continue };
            let news: Vec<SessionId> = {
                let mut cached = self.lock();
                cached.followed.retain(|_, at| *at > since - FOLLOW_BACK);
                let is_new = |(id, at): &(SessionId, Micros)| cached.followed.get(id).is_none_or(|known| at > known);
                changed.into_iter().filter(is_new).map(|(id, _)| id).collect()
            };
            if !news.is_empty() {
                self.forget(&news);
            }
        }
    }

    /// Reads a session anew at its next request; its sockets stay.
    pub fn reload(&self, session: SessionId) {
        let mut cached = self.lock();
        cached.clearings += 1;
        cached.by_session.remove(&session);
    }

    /// Ids of sessions whose sockets must close (4401). Whoever lags behind finds out at the socket's next look at its token.
    pub fn ended(&self) -> broadcast::Receiver<SessionId> {
        self.inner.ended.subscribe()
    }

    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    pub fn now(&self) -> Micros {
        self.inner.clock.now()
    }

    /// A session outlives every access token made for it.
    fn expiry(&self, at: Micros) -> Micros {
        at + STAY.max(self.inner.keys.life())
    }

    fn lock(&self) -> MutexGuard<'_, CachedSessions> {
        self.inner.cached.lock().unwrap_or_else(|e| e.into_inner())
    }
}

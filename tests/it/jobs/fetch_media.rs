//! Customers' files, whatever their provider and our own storage are up to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use switchboard::db::channels::RemoteFile;
use switchboard::domain::channel::{InboundAttachment, InboundKind};
use switchboard::domain::conversation::{Input, MediaResult};
use switchboard::hub::fetching::{FetchError, Fetcher};
use switchboard::jobs::fetch_media::FetchMedia;
use switchboard::jobs::{Runner, RunningJobs};

use super::house::{House, in_a_house};
use crate::storage::shelf::*;
use crate::support::{Backend, eventually};

/// A customer's message with one file, which the provider still has.
pub async fn sends_a_file(shelf: &Shelf, key: &str, name: &str) {
    let mut message = says(TELEGRAM, key, name);
    if let Input::Inbound(inbound) = &mut message
        && let InboundKind::Message(message) = &mut inbound.what
    {
        message.attachments = vec![InboundAttachment {
            kind: "image".into(),
            name: name.into(),
            mime: "image/png".into(),
            size: 12,
            provider_file_id: name.into(),
            provider_unique_id: None,
        }];
    }
    shelf.commit(TELEGRAM, key, &[message], switchboard::domain::clock::Clock::System.now()).await;
}

pub async fn files(shelf: &Shelf, status: &str) -> i64 {
    shelf.count(&format!("SELECT COUNT(*) FROM attachments WHERE status = '{status}'")).await
}

/// Fails so often for our own reasons, then so often for the provider's.
struct JobTrouble {
    ours: usize,
    theirs: usize,
    asked: AtomicUsize,
}

impl Fetcher for JobTrouble {
    fn fetch(&self, file: RemoteFile) -> BoxFuture<'static, Result<MediaResult, FetchError>> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let result = if asked < self.ours {
            Err(FetchError::Ours("the disk is full".into()))
        } else if asked < self.ours + self.theirs {
            Err(FetchError::Later("502".into()))
        } else {
            Ok(MediaResult::Ready { storage_key: file.name, size: 12, mime: file.mime })
        };
        async move { result }.boxed()
    }
}

async fn a_full_disk_of_ours_fails_no_file(backend: Backend) {
    let house = House::open(backend).await;
    // The provider has twelve tries; a thirteenth would fail the file.
    let trouble = Arc::new(JobTrouble { ours: 30, theirs: 11, asked: AtomicUsize::new(0) });
    house.hub.core.fetchers.register(TELEGRAM, trouble.clone());
    sends_a_file(&house.shelf, "5001", "photo.png").await;
    let _jobs = fetching(&house);
    eventually("the file", || async {
        house.shelf.sql("UPDATE jobs SET run_at = 1 WHERE state = 'queued'").await;
        house.hub.core.jobs.notify_one();
        (files(&house.shelf, "pending").await == 0).then_some(())
    })
    .await;
    assert_eq!(files(&house.shelf, "ready").await, 1);
    assert_eq!(trouble.asked.load(Ordering::SeqCst), 42);
    eventually("no job", || async { (house.shelf.count("SELECT COUNT(*) FROM jobs").await == 0).then_some(()) }).await;
}

fn fetching(house: &House) -> RunningJobs {
    Runner::new(house.hub.core.clone()).with(FetchMedia { hub: house.hub.clone() }).start()
}

/// One that never comes, and all others at once.
struct Hangs {
    for_ever: &'static str,
    asked: AtomicUsize,
}

impl Fetcher for Hangs {
    fn fetch(&self, file: RemoteFile) -> BoxFuture<'static, Result<MediaResult, FetchError>> {
        let hangs = file.name == self.for_ever;
        self.asked.fetch_add(usize::from(hangs), Ordering::SeqCst);
        async move {
            if hangs {
                std::future::pending::<()>().await;
            }
            Ok(MediaResult::Ready { storage_key: file.name, size: 12, mime: file.mime })
        }
        .boxed()
    }
}

async fn one_that_hangs_holds_nobody_else(backend: Backend) {
    let house = House::open(backend).await;
    let hangs = Arc::new(Hangs { for_ever: "hangs.png", asked: AtomicUsize::new(0) });
    house.hub.core.fetchers.register(TELEGRAM, hangs.clone());
    let jobs = fetching(&house);
    sends_a_file(&house.shelf, "5001", "hangs.png").await;
    house.hub.core.jobs.notify_one();
    eventually("a fetch that hangs", || async { (hangs.asked.load(Ordering::SeqCst) == 1).then_some(()) }).await;
    for n in 0..20 {
        sends_a_file(&house.shelf, &format!("51{n:02}"), &format!("{n}.png")).await;
    }
    house.hub.core.jobs.notify_one();
    eventually("the twenty others", || async { (files(&house.shelf, "ready").await == 20).then_some(()) }).await;
    assert_eq!(files(&house.shelf, "pending").await, 1);
    assert_eq!(hangs.asked.load(Ordering::SeqCst), 1, "it is asked for once");
    // A file is ready a moment before its job has ended.
    eventually("the end of their jobs", || async { (house.shelf.count("SELECT COUNT(*) FROM jobs").await == 1).then_some(()) })
        .await;
    // The process stops: the next one fetches it, and nothing counts against it.
    jobs.drain(crate::support::PATIENCE).await;
    assert_eq!(house.shelf.count("SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND attempts = 0").await, 1);
}

in_a_house!(a_full_disk_of_ours_fails_no_file, one_that_hangs_holds_nobody_else);

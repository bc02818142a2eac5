//! Customers' files, whatever their provider and our own storage are up to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use switchboard::db::channels_runtime::RemoteFile;
use switchboard::domain::channel::{InboundAttachment, InboundKind};
use switchboard::domain::conversation::{Input, MediaResult};
use switchboard::hub::fetching::{FetchError, Fetcher};
use switchboard::jobs::fetch_media;

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
struct Trouble {
    ours: usize,
    theirs: usize,
    asked: AtomicUsize,
}

impl Fetcher for Trouble {
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
    let trouble = Arc::new(Trouble { ours: 30, theirs: 11, asked: AtomicUsize::new(0) });
    house.hub.core.fetchers.register(TELEGRAM, trouble.clone());
    sends_a_file(&house.shelf, "5001", "photo.png").await;
    actix::spawn(fetch_media::run(house.hub.clone()));
    eventually("the file", || async {
        house.shelf.sql("UPDATE jobs SET run_at = 1 WHERE state = 'queued'").await;
        house.hub.core.media.notify_one();
        (files(&house.shelf, "pending").await == 0).then_some(())
    })
    .await;
    assert_eq!(files(&house.shelf, "ready").await, 1);
    assert_eq!(trouble.asked.load(Ordering::SeqCst), 42);
    eventually("no job", || async { (house.shelf.count("SELECT COUNT(*) FROM jobs").await == 0).then_some(()) }).await;
}

in_a_house!(a_full_disk_of_ours_fails_no_file);

//! Fetching what a customer sent. Cloud API, media: its address is asked for first and lives for five minutes, then the bytes.
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;

use super::client::Graph;
use super::client::answer::GraphFault;
use crate::connectors::http::safe_text;
use crate::connectors::media::{Arriving, broke, checked, keep};
use crate::connectors::ports::FileStore;
use crate::db::channels::RemoteFile;
use crate::domain::conversation::input::MediaResult;
use crate::hub::fetching::{FetchError, Fetcher};

/// Cloud API: documents have 100 MB at most, everything else less.
const DOWNLOAD_LIMIT: u64 = 100 << 20;

/// The files that came to one number.
#[derive(Clone)]
pub struct WhatsappFiles {
    pub graph: Graph,
    pub files: Arc<dyn FileStore>,
}

impl Fetcher for WhatsappFiles {
    fn fetch(&self, file: RemoteFile) -> BoxFuture<'static, Result<MediaResult, FetchError>> {
        let (graph, files) = (self.graph.clone(), self.files.clone());
        Box::pin(async move { fetch(&graph, &*files, &file).await })
    }
}

async fn fetch(graph: &Graph, files: &dyn FileStore, file: &RemoteFile) -> Result<MediaResult, FetchError> {
    let too_big = || FetchError::Never(format!("The file is larger than {} MB", DOWNLOAD_LIMIT >> 20));
    let id = file.provider_file_id.as_deref().ok_or_else(|| FetchError::Never("The file has no id".to_owned()))?;
    let place = graph.media(id).await.map_err(fetch_error)?;
    if place.size.is_some_and(|size| size > DOWNLOAD_LIMIT) {
        return Err(too_big());
    }
    let answer = graph.download(&place.url).await.map_err(fetch_error)?;
    let size = answer.content_length();
    let bytes = answer.bytes_stream().map(|chunk| chunk.map_err(|e| broke(safe_text(e)))).boxed();
    let bytes = match place.sha256 {
        Some(told) => checked(bytes, told),
        None => bytes,
    };
    keep(files, Arriving { bytes, size }, &file.mime, DOWNLOAD_LIMIT, too_big).await
}

fn fetch_error(error: GraphFault) -> FetchError {
    match error {
        // "Media not found", "expired": no second try helps.
        GraphFault::Refused { text, .. } => FetchError::Never(format!("WhatsApp does not give the file: {text}")),
        GraphFault::Paced { seconds } => FetchError::NotBefore { seconds, why: "Meta asks us to wait".to_owned() },
        other => FetchError::Later(other.to_string()),
    }
}

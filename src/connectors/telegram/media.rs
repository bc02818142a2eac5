//! Fetching what a customer sent: getFile, then the bytes, streamed into our storage.
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use tokio_util::io::ReaderStream;

use super::client::Api;
use super::client::answer::ApiError;
use crate::connectors::http::safe_text;
use crate::connectors::media::{Arriving, broke, keep};
use crate::connectors::ports::FileStore;
use crate::db::channels::RemoteFile;
use crate::domain::conversation::input::MediaResult;
use crate::hub::fetching::{FetchError, Fetcher};

/// Bot API, getFile: "For the moment, bots can download files of up to 20MB in size." A local server gives any; it takes 2 GB.
const DOWNLOAD_LIMIT: u64 = 20 << 20;
const LOCAL_LIMIT: u64 = 2_000 << 20;
/// The files that came to one bot.
#[derive(Clone)]
pub struct TelegramFiles {
    pub api: Api,
    pub files: Arc<dyn FileStore>,
}

impl Fetcher for TelegramFiles {
    fn fetch(&self, file: RemoteFile) -> BoxFuture<'static, Result<MediaResult, FetchError>> {
        let (api, files) = (self.api.clone(), self.files.clone());
        Box::pin(async move { fetch(&api, &*files, &file).await })
    }
}

async fn fetch(api: &Api, files: &dyn FileStore, file: &RemoteFile) -> Result<MediaResult, FetchError> {
    let most = if api.is_official() { DOWNLOAD_LIMIT } else { LOCAL_LIMIT };
    let too_big = || FetchError::Never(format!("The file is larger than {} MB; Telegram gives bots no larger ones", most >> 20));
    if file.size > most as i64 {
        return Err(too_big());
    }
    let file_id = file.provider_file_id.as_deref().ok_or_else(|| FetchError::Never("The file has no id".to_owned()))?;
    let (path, told) = api.file_path(file_id).await.map_err(fetch_error)?;
    let opened = open(api, &path).await?;
    if told.and_then(|size| u64::try_from(size).ok()).is_some_and(|size| size > most) {
        return Err(too_big());
    }
    keep(files, opened, &file.mime, most, too_big).await
}

async fn open(api: &Api, path: &str) -> Result<Arriving, FetchError> {
    match api.open_local(path).await {
        Ok(Some((file, size))) => {
            let bytes = ReaderStream::new(file).map(move |chunk| chunk.map_err(|e| broke(e.to_string()))).boxed();
            Ok(Arriving { bytes, size: Some(size) })
        }
        Ok(None) => {
            let answer = api.download(path).await.map_err(fetch_error)?;
            let size = answer.content_length();
            let bytes = answer.bytes_stream().map(move |chunk| chunk.map_err(|e| broke(safe_text(e)))).boxed();
            Ok(Arriving { bytes, size })
        }
        Err(e) => Err(FetchError::Later(format!("The file of the local Bot API server cannot be read: {e}"))),
    }
}

fn fetch_error(error: ApiError) -> FetchError {
    match error {
        // "file is too big", "wrong file_id", "file_id doesn't belong to this bot": no second try helps.
        ApiError::Refused { code: 400, text } => FetchError::Never(format!("Telegram does not give the file: {text}")),
        ApiError::Paced { seconds } => FetchError::NotBefore { seconds, why: "Telegram asks us to wait".to_owned() },
        other => FetchError::Later(other.to_string()),
    }
}

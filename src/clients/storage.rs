//! Where attachments lie. Bytes go to a temporary name and to disk, then to a random key; the row that names the key is
//! written after that, so a row never points at nothing.
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::Stream;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

pub trait Storage: Send + Sync {
    /// Keeps a finished upload and returns its key. Not cancelled half-way: the bytes are there or they are not.
    fn keep(&self, upload: Upload) -> BoxFuture<'_, io::Result<String>>;

    /// How many bytes the file has; `NotFound` when it is gone.
    fn size(&self, key: &str) -> BoxFuture<'_, io::Result<u64>>;

    /// `len` bytes from `from`.
    fn read(&self, key: &str, from: u64, len: u64) -> BoxFuture<'_, io::Result<ByteStream>>;

    fn remove(&self, key: &str) -> BoxFuture<'_, io::Result<()>>;

    /// The keys that begin with this byte and were written before then: a 256th of all.
    fn old_keys(&self, shelf: u8, before: SystemTime) -> BoxFuture<'_, io::Result<Vec<String>>>;

    /// Whether it can be written to now; the sentence says what is wrong.
    fn check(&self) -> BoxFuture<'_, Result<(), String>>;

    /// A local folder where uploads grow until they are kept.
    fn scratch(&self) -> &Path;
}

/// A file that is still growing. Dropped before it is kept, it is removed.
pub struct Upload {
    path: PathBuf,
    file: tokio::fs::File,
    pub size: u64,
}

impl Upload {
    pub async fn begin(storage: &dyn Storage) -> io::Result<Self> {
        let path = storage.scratch().join(hex::encode(rand::random::<[u8; 16]>()));
        let file = tokio::fs::OpenOptions::new().write(true).create_new(true).open(&path).await?;
        Ok(Upload { path, file, size: 0 })
    }

    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.size += bytes.len() as u64;
        self.file.write_all(bytes).await
    }

    async fn sync(&mut self) -> io::Result<()> {
        self.file.flush().await?;
        self.file.sync_all().await
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Gone already when it was kept.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// An upload that has not grown for so long will not.
const ABANDONED_AFTER: Duration = Duration::from_secs(3600);

/// A folder on this machine.
pub struct Local {
    root: PathBuf,
    scratch: PathBuf,
}

impl Local {
    /// Makes the folder and removes what a crash left half-written; what is fresh may be another node's, which shares it.
    pub fn open(root: &Path) -> Result<Self, String> {
        let scratch = root.join(".incoming");
        let trouble = |e: io::Error| format!("STORAGE is {:?}: expected a folder that can be written to ({e})", root.display());
        std::fs::create_dir_all(&scratch).map_err(trouble)?;
        let abandoned = SystemTime::now() - ABANDONED_AFTER;
        for left in std::fs::read_dir(&scratch).map_err(trouble)?.flatten() {
            if left.metadata().and_then(|m| m.modified()).is_ok_and(|at| at < abandoned) {
                let _ = std::fs::remove_file(left.path());
            }
        }
        Ok(Local { root: root.to_owned(), scratch })
    }

    /// Keys are our own, but a path is never built from what was not looked at.
    fn path_of(&self, key: &str) -> io::Result<PathBuf> {
        if !is_key(key) {
            return Err(io::Error::new(io::ErrorKind::NotFound, "no such key"));
        }
        Ok(self.root.join(&key[..2]).join(key))
    }
}

fn is_key(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit())
}

fn old_files(folder: &Path, before: SystemTime) -> io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        Err(e) => return Err(e),
    };
    let shelf = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut keys = vec![];
    for entry in entries {
        let entry = entry?;
        let Some(key) = entry.file_name().to_str().filter(|n| is_key(n) && n.starts_with(shelf)).map(str::to_owned) else {
            continue;
        };
        // One that vanishes meanwhile is not ours to remove.
        if entry.metadata().and_then(|m| m.modified()).is_ok_and(|at| at < before) {
            keys.push(key);
        }
    }
    Ok(keys)
}

impl Storage for Local {
    fn keep(&self, mut upload: Upload) -> BoxFuture<'_, io::Result<String>> {
        Box::pin(async move {
            upload.sync().await?;
            let key = hex::encode(rand::random::<[u8; 32]>());
            let path = self.path_of(&key)?;
            let folder = path.parent().map(Path::to_owned).unwrap_or_else(|| self.root.clone());
            tokio::fs::create_dir_all(&folder).await?;
            tokio::fs::rename(&upload.path, &path).await?;
            // The name is durable once its folder is.
            tokio::fs::File::open(&folder).await?.sync_all().await?;
            Ok(key)
        })
    }

    fn read(&self, key: &str, from: u64, len: u64) -> BoxFuture<'_, io::Result<ByteStream>> {
        let path = self.path_of(key);
        Box::pin(async move {
            let mut file = tokio::fs::File::open(path?).await?;
            file.seek(io::SeekFrom::Start(from)).await?;
            let stream = tokio_util::io::ReaderStream::with_capacity(file.take(len), 64 * 1024);
            Ok(Box::pin(stream) as ByteStream)
        })
    }

    fn size(&self, key: &str) -> BoxFuture<'_, io::Result<u64>> {
        let path = self.path_of(key);
        Box::pin(async move { Ok(tokio::fs::metadata(path?).await?.len()) })
    }

    fn remove(&self, key: &str) -> BoxFuture<'_, io::Result<()>> {
        let path = self.path_of(key);
        Box::pin(async move { tokio::fs::remove_file(path?).await })
    }

    fn old_keys(&self, shelf: u8, before: SystemTime) -> BoxFuture<'_, io::Result<Vec<String>>> {
        let folder = self.root.join(hex::encode([shelf]));
        Box::pin(async move {
            tokio::task::spawn_blocking(move || old_files(&folder, before)).await.unwrap_or_else(|e| Err(io::Error::other(e)))
        })
    }

    fn check(&self) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async move {
            let path = self.scratch.join(format!("check-{:016x}", rand::random::<u64>()));
            tokio::fs::write(&path, b"ok").await.map_err(|e| format!("{}: {e}", self.root.display()))?;
            tokio::fs::remove_file(&path).await.map_err(|e| format!("{}: {e}", self.root.display()))
        })
    }

    fn scratch(&self) -> &Path {
        &self.scratch
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::TryStreamExt;

    #[tokio::test]
    async fn a_file_is_kept_whole_or_not_at_all() {
        let root = std::env::temp_dir().join(format!("switchboard-files-{}", rand::random::<u64>()));
        let local = Local::open(&root).expect("open");
        let mut upload = Upload::begin(&local).await.expect("begin");
        upload.write(b"hello ").await.expect("write");
        upload.write(b"world").await.expect("write");
        assert_eq!(upload.size, 11);
        let key = local.keep(upload).await.expect("keep");
        let part: Vec<Bytes> = local.read(&key, 6, 3).await.expect("read").try_collect().await.expect("bytes");
        assert_eq!(part.concat(), b"wor");
        let growing = Upload::begin(&local).await.expect("begin");
        let crashed = local.scratch().join("crashed");
        std::fs::File::create(&crashed).and_then(|f| f.set_modified(SystemTime::now() - 2 * ABANDONED_AFTER)).expect("file");
        Local::open(&root).expect("another node starts");
        assert!(growing.path.exists() && !crashed.exists());
        drop(growing);
        assert_eq!(std::fs::read_dir(local.scratch()).expect("dir").count(), 0, "nothing half-written stays");
        assert!(local.read("../../etc/passwd", 0, 1).await.is_err());
        local.check().await.expect("writable");
        let (shelf, now) = (hex::decode(&key[..2]).expect("hex")[0], SystemTime::now());
        let later = now + Duration::from_secs(60);
        assert_eq!(local.old_keys(shelf, later).await.expect("list"), std::slice::from_ref(&key));
        assert!(local.old_keys(shelf, now - Duration::from_secs(60)).await.expect("list").is_empty(), "too young");
        assert!(local.old_keys(shelf ^ 1, later).await.expect("list").is_empty(), "another shelf");
        local.remove(&key).await.expect("remove");
        std::fs::remove_dir_all(root).expect("cleanup");
    }
}

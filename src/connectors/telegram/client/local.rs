//! Files of a local Bot API server. In its local mode getFile tells where a file lies on the server's own disk,
//! `/var/lib/telegram-bot-api/<token>/documents/file_1.pdf`: it can be read there where we share that disk, and else be asked of
//! whatever serves the folder beside the server.
use std::io;
use std::path::{Component, Path, PathBuf};

/// The path behind the bot's own folder, as it is addressed over HTTP. `None`: it lies in no folder of this bot.
pub fn in_the_bots_folder<'a>(path: &'a str, token: &str) -> Option<&'a str> {
    let at = path.find(&format!("/{token}/"))?;
    Some(&path[at + token.len() + 2..]).filter(|rest| !rest.is_empty())
}

/// The file itself, if it lies on a disk of ours. Only in a folder that bears the bot's token: nobody who answers in the
/// server's place knows of any other file of ours by that name.
pub async fn open(path: &str, token: &str) -> io::Result<Option<(tokio::fs::File, u64)>> {
    if !is_in_folder(Path::new(path), token) {
        return Ok(None);
    }
    // Links may lead out of it.
    let real: PathBuf = match tokio::fs::canonicalize(path).await {
        Ok(real) => real,
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied) => return Ok(None),
        Err(e) => return Err(e),
    };
    if !is_in_folder(&real, token) {
        return Ok(None);
    }
    let file = match tokio::fs::File::open(real).await {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => return Ok(None),
        Err(e) => return Err(e),
    };
    let about = file.metadata().await?;
    Ok(about.is_file().then_some((file, about.len())))
}

fn is_in_folder(path: &Path, token: &str) -> bool {
    let mut components = path.components();
    let plain = components.clone().all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
    path.is_absolute() && plain && components.any(|part| part.as_os_str() == token)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "42:AAx";

    #[test]
    fn a_path_is_addressed_by_its_end() {
        assert_eq!(in_the_bots_folder("/var/lib/telegram-bot-api/42:AAx/photos/a.jpg", TOKEN), Some("photos/a.jpg"));
        for other in ["/var/lib/telegram-bot-api/43:B/photos/a.jpg", "photos/a.jpg", "/42:AAx/"] {
            assert_eq!(in_the_bots_folder(other, TOKEN), None, "{other}");
        }
    }

    #[tokio::test]
    async fn only_the_bots_own_files_are_read() {
        let folder = std::env::temp_dir().join(format!("switchboard-local-{}", std::process::id()));
        let own = folder.join(TOKEN);
        std::fs::create_dir_all(own.join("photos")).expect("folders");
        std::fs::write(own.join("photos/a.jpg"), b"bytes").expect("a file");
        std::fs::write(folder.join("secret"), b"secret").expect("a file");
        let read = async |path: String| open(&path, TOKEN).await.expect("an answer").map(|(_, size)| size);
        let at = |path: &str| folder.join(path).to_string_lossy().into_owned();
        assert_eq!(read(at("42:AAx/photos/a.jpg")).await, Some(5));
        for none in [at("secret"), at("42:AAx/../secret"), at("42:AAx/photos"), at("42:AAx/gone"), "42:AAx/photos/a.jpg".into()] {
            assert_eq!(read(none.clone()).await, None, "{none}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.join("secret"), own.join("link")).expect("a link");
            assert_eq!(read(at("42:AAx/link")).await, None, "a link leads out of the folder");
        }
        std::fs::remove_dir_all(&folder).expect("it goes");
    }
}

//! The two keys an installation cannot do without: given, or made once and kept beside the SQLite database.
use std::io::Write;
use std::path::Path;

use super::{Secret, Sources};

/// HS256 and AES-256 both want 256 bits.
const LEAST: usize = 32;

/// `data_dir` is the SQLite database's folder; without one (PostgreSQL) nothing may be made: every node needs the same keys.
pub fn resolve(sources: &Sources, name: &str, data_dir: Option<&Path>) -> Result<Vec<Secret<String>>, String> {
    let mut given = if name == "ENCRYPTION_KEY" { sources.list(name) } else { sources.optional(name).into_iter().collect() };
    if given.is_empty() {
        let Some(dir) = data_dir else {
            return Err(format!(
                "{name} is \"(not set)\": expected at least {LEAST} random bytes with PostgreSQL, the same on every node (openssl rand -hex 32)"
            ));
        };
        given.push(kept(dir, name)?);
    }
    if given.iter().any(|key| key.len() < LEAST) {
        return Err(sources.wrong(name, "at least 32 bytes (openssl rand -hex 32 makes a good one)"));
    }
    Ok(given.into_iter().map(Secret::new).collect())
}

/// Reads the key kept in `dir`, or makes it: readable by the owner only, and never replaced once there.
fn kept(dir: &Path, name: &str) -> Result<String, String> {
    use std::os::unix::fs::OpenOptionsExt;
    let path = dir.join(name.to_lowercase());
    let trouble = |e: std::io::Error| format!("{name} cannot be kept in {}: {e}", path.display());
    std::fs::create_dir_all(dir).map_err(trouble)?;
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(mut file) => {
            let fresh = hex::encode(rand::random::<[u8; 32]>());
            file.write_all(fresh.as_bytes()).and_then(|()| file.sync_all()).map_err(trouble)?;
            Ok(fresh)
        }
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            let key = std::fs::read_to_string(&path).map_err(trouble)?.trim().to_owned();
            if key.len() < LEAST {
                return Err(format!("{name} in {} is too short: expected at least {LEAST} bytes", path.display()));
            }
            Ok(key)
        }
        Err(e) => Err(trouble(e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_needs_its_length() {
        use std::os::unix::fs::PermissionsExt;
        let dir = std::env::temp_dir().join(format!("switchboard-keys-{}", rand::random::<u64>()));
        let mut sources = Sources::built_in().expect("defaults");
        let first = resolve(&sources, "SECRET_KEY", Some(&dir)).expect("made");
        let second = resolve(&sources, "SECRET_KEY", Some(&dir)).expect("kept");
        assert_eq!(first[0].reveal(), second[0].reveal());
        let mode = std::fs::metadata(dir.join("secret_key")).expect("file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(resolve(&sources, "SECRET_KEY", None).is_err());
        sources.put("SECRET_KEY", "short".into(), "environment");
        let line = resolve(&sources, "SECRET_KEY", None).unwrap_err();
        assert!(line.contains("SECRET_KEY") && line.contains("32 bytes") && !line.contains("short\""), "{line}");
        std::fs::remove_dir_all(dir).expect("cleanup");
    }
}

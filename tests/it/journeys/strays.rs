//! Files that no row names go after a day; all others stay.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::support::api::id;
use crate::support::{Backend, Hub, eventually, on_both_databases};

/// Everything that was stored, but for what is still coming in.
fn stored(root: &Path) -> Vec<PathBuf> {
    let shelves = std::fs::read_dir(root).expect("the store").flatten();
    let shelves = shelves.filter(|e| e.file_name() != ".incoming" && e.path().is_dir());
    shelves.flat_map(|e| std::fs::read_dir(e.path()).expect("a shelf").flatten()).map(|e| e.path()).collect()
}

fn make_old(path: &Path) {
    let file = std::fs::File::options().write(true).open(path).expect("a file");
    file.set_modified(SystemTime::now() - Duration::from_secs(25 * 3600)).expect("its time");
}

/// A key as the store makes them.
fn stray(root: &Path, key: &str, old: bool) -> PathBuf {
    let path = root.join(&key[..2]).join(key);
    std::fs::create_dir_all(path.parent().expect("a shelf")).expect("a shelf");
    std::fs::write(&path, b"nobody's").expect("a stray");
    if old {
        make_old(&path);
    }
    path
}

async fn what_no_row_names_goes_after_a_day(backend: Backend) {
    let mut hub = Hub::prepare(backend, &[]).await;
    let root = hub.dir.join("store");
    hub.set("STORAGE", root.to_str().expect("a path"));
    hub.restart().await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    let file = id(&owner.upload("kept.txt", "text/plain", b"kept".to_vec()).await.expect(201));
    hub.kill();
    let kept = stored(&root);
    assert_eq!(kept.len(), 1);
    make_old(&kept[0]);
    // On one shelf before the file that is known, on one behind it, and young.
    let old = [stray(&root, &"00".repeat(32), true), stray(&root, &"ff".repeat(32), true)];
    let young = stray(&root, &"ab".repeat(32), false);
    let foreign = root.join("00").join("readme.txt");
    std::fs::write(&foreign, b"not ours").expect("a file");
    make_old(&foreign);
    hub.restart().await;
    eventually("the strays are gone", || async { old.iter().all(|path| !path.exists()).then_some(()) }).await;
    assert!(young.exists() && foreign.exists() && kept[0].exists());
    owner.ask(reqwest::Method::GET, &format!("/api/files/{file}"), None).await.expect(200);
}

/// Somebody starts with an empty database beside the files of another.
async fn a_strangers_store_is_left_alone(backend: Backend) {
    let mut hub = Hub::prepare(backend, &[]).await;
    let root = hub.dir.join("store");
    hub.set("STORAGE", root.to_str().expect("a path"));
    let files = ["00", "7f", "ff"].map(|shelf| stray(&root, &shelf.repeat(32), true));
    hub.restart().await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(files.iter().all(|path| path.exists()), "the wrong database emptied the store");
}

on_both_databases!(what_no_row_names_goes_after_a_day, a_strangers_store_is_left_alone);

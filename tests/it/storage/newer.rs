//! A database that a newer version has changed is left alone.

use super::shelf::Shelf;
use crate::support::{Backend, Hub, on_both_databases};

async fn a_newer_database_is_refused(backend: Backend) {
    let hub = Hub::prepare(backend, &[]).await;
    assert_eq!(hub.run(&["migrate"]).0, 0);
    assert_eq!(hub.run(&["migrate"]).0, 0, "what is up to date stays so");
    let shelf = Shelf::around(hub);
    shelf.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000000')").await;
    for command in ["migrate", "serve"] {
        let (code, said) = shelf.hub.run(&[command]);
        assert_ne!(code, 0, "{command}");
        let line = said.lines().last().unwrap_or_default();
        assert!(line.starts_with("switchboard: ") && line.contains("newer Switchboard"), "{command}: {said}");
        assert!(line.contains("20991231000000") && line.contains("start that version instead"), "{line}");
    }
}

on_both_databases!(a_newer_database_is_refused);

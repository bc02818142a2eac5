//! The documents that the console's types are made from are those that the API serves.

use std::path::Path;

use switchboard::api::docs;

#[test]
fn the_documents_beside_the_console_are_the_apis_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/api");
    for (name, text) in docs::files() {
        let kept = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        let differs = kept.lines().zip(text.lines()).position(|(kept, text)| kept != text);
        assert!(
            kept == text,
            "static/api/{name} is not what the code says (first in line {}): run `cargo run -- api-documents static/api`",
            differs.map_or(0, |line| line + 1),
        );
    }
}

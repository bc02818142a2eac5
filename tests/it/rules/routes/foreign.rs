//! Every route × a foreign company's id: the same answer as for an id that nobody has, and nothing of theirs moves.

use reqwest::Method;

use super::scene::Scene;
use super::{call, face, name, resource, rows_with_id, unknown};
use crate::rules::behind;
use crate::support::{Backend, on_both_databases};

async fn a_foreign_id_is_an_unknown_id(backend: Backend) {
    let scene = Scene::set(backend).await;
    let before = behind::settled(&scene.world.hub, scene.company).await;
    let mut wrong = Vec::new();
    for row in rows_with_id() {
        let id = scene.id_of(resource(row));
        let (foreign, random) = (call(&scene.intruder, row, id).await, call(&scene.intruder, row, unknown(id)).await);
        if foreign.status != 404 || foreign.body["code"] != "not_found" || face(&foreign) != face(&random) {
            wrong.push(format!("{}\nforeign: {}\nunknown: {}", name(row), face(&foreign), face(&random)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert_eq!(behind::belongings(&scene.world.hub, scene.company).await, before);
    the_same_calls_work_for_their_owner(&scene).await;
}

/// Otherwise the 404s above would prove nothing. What takes things away comes last.
async fn the_same_calls_work_for_their_owner(scene: &Scene) {
    let mut rows = rows_with_id();
    rows.sort_by_key(|row| row.method == Method::DELETE.as_str());
    for row in rows {
        let answer = call(&scene.world.owner, row, scene.id_of(resource(row))).await;
        // A message that was sent can be neither sent again nor taken back.
        let too_late = row.path.ends_with("/resend") || row.path.ends_with("/cancel");
        // This hub has no access to a model: there is nobody to try out, and that is said only to whose channel it is.
        let nobody = row.path.ends_with("/agent/try");
        let right = match answer.status {
            409 => too_late,
            503 => nobody && answer.body["code"] == "agent_off",
            status => (200..300).contains(&status) && !too_late && !nobody,
        };
        assert!(right, "{} by its owner: {answer:?}", name(row));
    }
}

on_both_databases!(a_foreign_id_is_an_unknown_id);

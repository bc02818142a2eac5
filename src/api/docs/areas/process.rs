use crate::api::docs::raw::PlainText;
use crate::api::docs::words::Words;
use crate::api::health::{Alive, PartsView};

pub fn describe(api: &mut Words) {
    api.get("/health", "The process answers").answers::<Alive>();
    api.get("/api/health", "What the hub stands on; looked at once a second")
        .answers::<PartsView>()
        .answers_as::<PartsView>(503, "A part that is needed is down");
    api.get("/metrics", "Figures in Prometheus' format")
        .answers_in::<PlainText>("text/plain", 200, "Done")
        .refuses(403, "From another machine without METRICS_TOKEN");
}

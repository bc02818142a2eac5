//! Models whose template begins the thought: their answers begin in the middle of it, and only its end tells. Once that was
//! seen of a model, nothing of its answers is shown growing before that end.
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::clients::openai::{Access, OnText};
use crate::domain::agent::markup;

/// Models; beyond it they are learnt anew.
const MOST: usize = 1_000;

/// What was seen of models, by base URL and name.
#[derive(Default)]
pub struct Thinkers {
    known: Mutex<HashMap<(String, String), Thinker>>,
}

/// Of one model: does it think before it says so?
#[derive(Clone, Default)]
pub struct Thinker(Arc<AtomicBool>);

impl Thinkers {
    pub fn of(&self, access: &Access, model: &str) -> Thinker {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.entry((access.base_url.to_string(), model.to_owned())).or_default().clone()
    }
}

impl Thinker {
    /// A whole answer was seen.
    pub fn learn(&self, answer: &str) {
        if markup::begins_in_thought(answer) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    /// Shows a growing answer to `on_text`, as far as it is said.
    pub fn watched(&self, on_text: OnText) -> OnText {
        let thinks = self.0.clone();
        Arc::new(move |text| {
            // Until the end of the thought is there.
            if !thinks.load(Ordering::Relaxed) || markup::begins_in_thought(text) {
                on_text(text);
            }
        })
    }
}

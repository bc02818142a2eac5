//! Figures of several blocks, their medians and spreads, and the gates.

use std::collections::BTreeMap;

#[derive(Default)]
pub struct Figures {
    values: BTreeMap<(String, String), Vec<f64>>,
    gates: Vec<(String, bool)>,
}

impl Figures {
    /// One block's figure of one target.
    pub fn add(&mut self, what: &str, target: &str, value: f64) {
        println!("  {target:<6} {what:<44} {value:>12.2}");
        self.values.entry((what.into(), target.into())).or_default().push(value);
    }

    pub fn median(&self, what: &str, target: &str) -> Option<f64> {
        let mut values = self.values.get(&(what.to_string(), target.to_string()))?.clone();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    }

    /// Holds when the hub's median is at most `most`.
    pub fn gate(&mut self, what: &str, most: f64) {
        if let Some(value) = self.median(what, "hub") {
            self.gates.push((format!("{what}: {value:.2} ≤ {most}"), value <= most));
        }
    }

    /// Holds when the hub's median is at most `most` times the floor's, measured in the same run.
    pub fn gate_ratio(&mut self, what: &str, most: f64) {
        if let (Some(hub), Some(floor)) = (self.median(what, "hub"), self.median(what, "floor"))
            && floor > 0.0
        {
            let ratio = hub / floor;
            self.gates.push((format!("{what}: {ratio:.2} × floor ≤ {most} ×"), ratio <= most));
        }
    }

    pub fn gate_pair(&mut self, what: &str, base: &str, most: f64) {
        if let (Some(value), Some(base_value)) = (self.median(what, "hub"), self.median(base, "hub"))
            && base_value > 0.0
        {
            let ratio = value / base_value;
            self.gates.push((format!("{what}: {ratio:.2} × {base} ≤ {most} ×"), ratio <= most));
        }
    }

    pub fn print(&self) {
        println!("\n{:<46} {:>12} {:>12} {:>7} {:>9}", "median of all blocks", "hub", "floor", "ratio", "spread");
        let mut names: Vec<&String> = self.values.keys().map(|(what, _)| what).collect();
        names.dedup();
        for what in names {
            let cell = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.2}"));
            let (hub, floor) = (self.median(what, "hub"), self.median(what, "floor"));
            let ratio = hub.zip(floor).filter(|(_, floor)| *floor > 0.0).map(|(hub, floor)| hub / floor);
            let spread = self.values.get(&(what.clone(), "hub".into())).and_then(|values| {
                let (least, most) = values.iter().fold((f64::MAX, f64::MIN), |(l, m), v| (l.min(*v), m.max(*v)));
                hub.filter(|hub| *hub > 0.0).map(|hub| (most - least) / hub * 100.0)
            });
            let spread = spread.map_or("-".into(), |percent| format!("{percent:.0} %"));
            println!("{what:<46} {:>12} {:>12} {:>7} {spread:>9}", cell(hub), cell(floor), cell(ratio));
        }
    }

    /// Prints the gates; true when all hold.
    pub fn verdict(&self) -> bool {
        println!("\ngates (CPU and ratios only: wall times on a shared machine are no verdict)");
        for (text, holds) in &self.gates {
            println!("{} {text}", if *holds { "ok    " } else { "BROKEN" });
        }
        self.gates.iter().all(|(_, holds)| *holds)
    }
}

/// p in 0..=1 of unsorted values.
pub fn percentile(values: &mut [u64], p: f64) -> f64 {
    values.sort_unstable();
    let at = ((values.len() as f64 - 1.0) * p).round() as usize;
    values.get(at).map_or(0.0, |value| *value as f64)
}

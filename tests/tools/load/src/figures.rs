//! Figures of several blocks, their medians and spreads, and the gates.

use std::collections::BTreeMap;

use crate::target::{DURABLE, FLOOR, HUB};

#[derive(Default)]
pub struct Figures {
    values: BTreeMap<(String, String), Vec<f64>>,
    gates: Vec<(String, bool)>,
}

impl Figures {
    /// One block's figure of one target.
    pub fn add(&mut self, what: &str, target: &str, value: f64) {
        println!("  {target:<7} {what:<44} {value:>12.2}");
        self.values.entry((what.into(), target.into())).or_default().push(value);
    }

    pub fn median(&self, what: &str, target: &str) -> Option<f64> {
        let mut values = self.values.get(&(what.to_string(), target.to_string()))?.clone();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    }

    /// Holds when the hub's median is at most `most`.
    pub fn gate(&mut self, what: &str, most: f64) {
        if let Some(value) = self.median(what, HUB) {
            self.gates.push((format!("{what}: {value:.2} ≤ {most}"), value <= most));
        }
    }

    /// Holds when the hub's median is at most `most` times the floor's, measured in the same run.
    pub fn gate_ratio(&mut self, what: &str, most: f64) {
        if let (Some(hub), Some(floor)) = (self.median(what, HUB), self.median(what, FLOOR))
            && floor > 0.0
        {
            let ratio = hub / floor;
            self.gates.push((format!("{what}: {ratio:.2} × floor ≤ {most} ×"), ratio <= most));
        }
    }

    /// Holds when the hub's median is at least `least` times that of the floor that stores, measured in the same run.
    pub fn gate_durable(&mut self, what: &str, least: f64) {
        if let (Some(hub), Some(floor)) = (self.median(what, HUB), self.median(what, DURABLE))
            && floor > 0.0
        {
            let ratio = hub / floor;
            self.gates.push((format!("{what}: {ratio:.2} × durable floor ≥ {least} ×"), ratio >= least));
        }
    }

    pub fn gate_pair(&mut self, what: &str, base: &str, most: f64) {
        if let (Some(value), Some(base_value)) = (self.median(what, HUB), self.median(base, HUB))
            && base_value > 0.0
        {
            let ratio = value / base_value;
            self.gates.push((format!("{what}: {ratio:.2} × {base} ≤ {most} ×"), ratio <= most));
        }
    }

    pub fn print(&self) {
        println!(
            "\n{:<46} {:>11} {:>11} {:>6} {:>11} {:>6} {:>8}",
            "median of all blocks", HUB, FLOOR, "ratio", DURABLE, "ratio", "spread"
        );
        let mut names: Vec<&String> = self.values.keys().map(|(what, _)| what).collect();
        names.dedup();
        let cell = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.2}"));
        for what in names {
            let [hub, floor, durable] = [HUB, FLOOR, DURABLE].map(|target| self.median(what, target));
            let ratio = |base: Option<f64>| hub.zip(base.filter(|base| *base > 0.0)).map(|(hub, base)| hub / base);
            println!(
                "{what:<46} {:>11} {:>11} {:>6} {:>11} {:>6} {:>8}",
                cell(hub),
                cell(floor),
                cell(ratio(floor)),
                cell(durable),
                cell(ratio(durable)),
                self.spread(what).map_or("-".into(), |percent| format!("{percent:.0} %"))
            );
        }
    }

    /// How far the hub's blocks lie apart, in percent of their median.
    fn spread(&self, what: &str) -> Option<f64> {
        let values = self.values.get(&(what.into(), HUB.into()))?;
        let (least, most) = values.iter().fold((f64::MAX, f64::MIN), |(l, m), v| (l.min(*v), m.max(*v)));
        self.median(what, HUB).filter(|hub| *hub > 0.0).map(|hub| (most - least) / hub * 100.0)
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

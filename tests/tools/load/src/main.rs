//! The load client: hub and floor side by side, block by block, medians and ratios at the end.
//!
//! `load --hub BIN --echo BIN [--blocks 5] [--seconds 5] [--screens 1000] [--fill 1000000]
//!  [--database URL] [--only hub|floor|durable] [scenario …]` with the scenarios `screen`, `fanout`, `idle`, `cold`, `agent`.

mod figures;
mod marks;
mod model;
mod net;
mod process;
mod provider;
mod scenarios;
mod target;

use std::path::PathBuf;
use std::sync::Arc;

use figures::Figures;
use scenarios::{agent, cold, fanout, floors, idle, screen};
use target::{DURABLE, FLOOR, HUB, Target};

pub struct Plan {
    hub: PathBuf,
    echo: PathBuf,
    blocks: usize,
    seconds: u64,
    screens: usize,
    fill: u64,
    database: Option<String>,
    only: Option<String>,
    scenarios: Vec<String>,
}

impl Plan {
    fn read() -> Result<Plan, String> {
        let mut plan = Plan {
            hub: PathBuf::new(),
            echo: PathBuf::new(),
            blocks: 5,
            seconds: 5,
            screens: 1000,
            fill: 1_000_000,
            database: None,
            only: None,
            scenarios: Vec::new(),
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            if !word.starts_with("--") {
                plan.scenarios.push(word);
                continue;
            }
            let value = words.next().ok_or(format!("{word} needs a value"))?;
            let number = || value.parse::<u64>().map_err(|_| format!("{word}: {value} is no number"));
            match word.as_str() {
                "--hub" => plan.hub = value.into(),
                "--echo" => plan.echo = value.into(),
                "--blocks" => plan.blocks = number()? as usize,
                "--seconds" => plan.seconds = number()?,
                "--screens" => plan.screens = number()? as usize,
                "--fill" => plan.fill = number()?,
                "--database" => plan.database = Some(value),
                "--only" => plan.only = Some(value),
                _ => return Err(format!("unknown option {word}")),
            }
        }
        if plan.hub.as_os_str().is_empty() || plan.echo.as_os_str().is_empty() {
            return Err("--hub and --echo name the two binaries".into());
        }
        Ok(plan)
    }

    fn wants(&self, scenario: &str) -> bool {
        self.scenarios.is_empty() || self.scenarios.iter().any(|wanted| wanted == scenario)
    }

    /// Anything that runs on the floor too, or on a hub without a model.
    fn wants_bare(&self) -> bool {
        ["screen", "fanout", "idle", "cold"].iter().any(|scenario| self.wants(scenario))
    }
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), String> {
    let plan = Plan::read()?;
    let mut figures = Figures::default();
    for block in 0..plan.blocks {
        println!("block {} of {}", block + 1, plan.blocks);
        floors::fsync(&mut figures);
        // Turn and turn about, so that a machine that warms up or cools down favours none.
        let mut names = [HUB, DURABLE, FLOOR];
        names.rotate_left(block % 3);
        for name in names {
            if plan.only.as_deref().is_some_and(|only| only != name) {
                continue;
            }
            // What the third could say of sockets, the bare floor has said.
            let wanted = if name == DURABLE { plan.wants("screen") } else { plan.wants_bare() };
            if wanted {
                let target = if name == HUB {
                    Target::hub(&plan.hub, plan.database.clone(), vec![]).await
                } else {
                    Target::echo(&plan.echo, name).await
                };
                // A full store takes minutes to fill: once is enough for three starts on it.
                run(target, &plan, &mut figures, block == 0).await;
            }
            if name == HUB && plan.wants("agent") {
                agent::run(&plan, &mut figures).await;
            }
        }
    }
    figures.print();
    figures.gate_durable("screen max messages/s", 0.7);
    figures.gate("screen max CPU µs/message", 150.0);
    figures.gate("fan-out CPU µs/delivery", 10.0);
    figures.gate_ratio("fan-out CPU µs/delivery", 2.0);
    figures.gate_ratio("fan-out, many waiting, CPU µs/delivery", 2.0);
    figures.gate_ratio("idle socket, PSS KB", 1.25);
    figures.gate("at rest, PSS MB", 30.0);
    figures.gate("agent CPU µs/turn", 10_000.0);
    figures.gate("agent memory grown, turns open, MB", 20.0);
    figures.gate("agent memory grown, all ended, MB", 20.0);
    figures.gate_pair("beside agents, turns open, p99 ms", "beside agents, no turns, p99 ms", 1.2);
    figures.gate_pair("cold start, full store, ms", "cold start, empty store, ms", 1.5);
    if figures.verdict() { Ok(()) } else { Err("a gate is broken".into()) }
}

async fn run(mut target: Target, plan: &Plan, figures: &mut Figures, first: bool) {
    let hub = target.name == HUB;
    let stores = target.name == DURABLE;
    if hub && plan.wants("cold") {
        cold::run(&mut target, figures, "empty").await;
    }
    if plan.wants("idle") && !stores {
        idle::run(&target, figures, plan.screens).await;
    }
    let target = Arc::new(target);
    screen::warm_up(&target).await;
    if plan.wants("screen") {
        for rate in [100, 1_000] {
            screen::open_loop(&target, figures, rate, plan.seconds).await;
        }
        screen::closed_loop(&target, figures, plan.seconds).await;
    }
    if plan.wants("fanout") && !stores {
        fanout::run(&target, figures, plan.screens).await;
    }
    if hub && first && plan.wants("cold") {
        cold::fill(&target, plan.fill).await;
        let mut target = Arc::into_inner(target).expect("the workers are done");
        cold::run(&mut target, figures, "full").await;
    }
}

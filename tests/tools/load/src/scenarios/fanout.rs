//! One message to a thousand screens: alone, and twenty at once.

use futures_util::future::join_all;

use super::screen::Watchers;
use super::{next_number, now};
use crate::figures::{Figures, percentile};
use crate::net::Http;
use crate::target::Target;

const ROUNDS: usize = 30;
const BURST: usize = 20;

pub async fn run(target: &Target, figures: &mut Figures, screens: usize) {
    let watchers = Watchers::open(target, screens).await;
    let mut http = Http::connect(&target.address).await.expect("a connection");
    let cpu = target.process().cpu();
    let (mut last, mut each) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        assert!(target.post(&mut http, next_number(), now()).await, "refused");
        watchers.wait(screens as u64).await;
        let latencies = watchers.take();
        assert_eq!(latencies.len(), screens, "{}: a screen missed a message", target.name);
        last.push(latencies.iter().copied().max().unwrap_or(0));
        each.extend(latencies);
    }
    let used = (target.process().cpu() - cpu).as_secs_f64() * 1e6;
    figures.add("fan-out, last screen p50 ms", target.name, percentile(&mut last, 0.5) / 1e6);
    figures.add("fan-out, each screen p99 ms", target.name, percentile(&mut each, 0.99) / 1e6);
    figures.add("fan-out CPU µs/delivery", target.name, used / (ROUNDS * screens) as f64);

    let mut burst = Vec::new();
    for _ in 0..BURST {
        burst.push(Http::connect(&target.address).await.expect("a connection"));
    }
    let cpu = target.process().cpu();
    for _ in 0..5 {
        let posts = burst.iter_mut().map(|http| target.post(http, next_number(), now()));
        assert!(join_all(posts).await.into_iter().all(|stored| stored), "refused");
    }
    watchers.wait((5 * BURST * screens) as u64).await;
    assert_eq!(watchers.take().len(), 5 * BURST * screens, "{}: a screen missed a message", target.name);
    let used = (target.process().cpu() - cpu).as_secs_f64() * 1e6;
    figures.add("fan-out, many waiting, CPU µs/delivery", target.name, used / (5 * BURST * screens) as f64);
}

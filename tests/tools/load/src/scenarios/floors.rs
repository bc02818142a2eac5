//! What the machine gives in this minute: a durable write.

use std::io::Write;
use std::time::Instant;

use crate::figures::{Figures, percentile};
use crate::process::Scratch;
use crate::target::FLOOR;

pub fn fsync(figures: &mut Figures) {
    let dir = Scratch::new("fsync");
    let mut file = std::fs::File::create(dir.0.join("log")).expect("a file");
    let mut times = Vec::new();
    for _ in 0..400 {
        let start = Instant::now();
        file.write_all(&[b'x'; 512]).expect("a write");
        file.sync_data().expect("a flush");
        times.push(start.elapsed().as_nanos() as u64);
    }
    figures.add("fdatasync of 512 bytes p50 ms", FLOOR, percentile(&mut times, 0.5) / 1e6);
    figures.add("fdatasync of 512 bytes p99 ms", FLOOR, percentile(&mut times, 0.99) / 1e6);
}

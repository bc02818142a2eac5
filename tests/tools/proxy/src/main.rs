//! `switchboard-proxy LISTEN UPSTREAM`, then one command a line on standard input:
//! `latency MS` · `bandwidth BYTES_A_SECOND|none` · `cut` · `reset` · `half-open` · `heal` · `quit`.

use std::io::BufRead;
use std::time::Duration;

use switchboard_proxy::Proxy;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(listen), Some(upstream)) = (arguments.next(), arguments.next()) else {
        return Err("usage: switchboard-proxy LISTEN UPSTREAM".into());
    };
    let proxy = Proxy::start_on(listen.parse()?, upstream.parse()?).await?;
    println!("{} -> {upstream}", proxy.address);
    let (mut latency, mut bandwidth) = (Duration::ZERO, None);
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["latency", ms] => latency = Duration::from_millis(ms.parse()?),
            ["bandwidth", "none"] => bandwidth = None,
            ["bandwidth", bytes] => bandwidth = Some(bytes.parse()?),
            ["cut"] => proxy.cut(),
            ["reset"] => proxy.reset(),
            ["half-open"] => proxy.half_open(),
            ["heal"] => proxy.heal(),
            ["quit"] => break,
            _ => eprintln!("unknown command: {line}"),
        }
        proxy.set(latency, bandwidth);
    }
    Ok(())
}

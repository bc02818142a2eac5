//! When a failed call is repeated: at most three times, with a pause that has chance in it, and only if the deadline leaves
//! room for an answer afterwards.
use std::future::Future;
use std::time::{Duration, Instant, SystemTime};

use chrono::DateTime;
use http::HeaderMap;
use http::header::RETRY_AFTER;

use super::failure::Failure;

/// Repeats after the first attempt.
pub const MOST: u32 = 3;
/// A repeat that has less time than this would only be a second failure.
const ROOM: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// Longer than any deadline, and short enough to be added to a time.
const LONGEST_ASKED: Duration = Duration::from_secs(86_400);

/// Runs `attempt` until it succeeds, fails for good, or the time is up. `pause` is the first one; it doubles.
pub async fn persist<T, F, R>(deadline: Instant, most: u32, pause: Duration, mut attempt: F) -> Result<T, Failure>
where
    F: FnMut() -> R,
    R: Future<Output = Result<T, Failure>>,
{
    let tries = async {
        let mut repeats = 0;
        loop {
            let failure = match attempt().await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let wait = failure.wait.map_or_else(|| backoff(pause, repeats), |asked| asked + backoff(pause, 0) / 4);
            if !failure.again || repeats == most || Instant::now() + wait + ROOM > deadline {
                return Err(failure);
            }
            tracing::debug!(kind = %failure.error.kind, wait_ms = wait.as_millis() as u64, "the model is asked again");
            repeats += 1;
            tokio::time::sleep(wait).await;
        }
    };
    tokio::time::timeout_at(deadline.into(), tries).await.unwrap_or_else(|_| Err(Failure::timeout()))
}

/// Half of it certain, half by chance: many conversations that failed together do not come back together.
fn backoff(first: Duration, repeats: u32) -> Duration {
    let whole = first.saturating_mul(1 << repeats.min(10)).min(LONGEST_PAUSE);
    whole.mul_f64(0.5 + rand::random::<f64>() / 2.0)
}

/// `retry-after-ms` (OpenAI, Azure) before `Retry-After` in seconds or as a date (RFC 9110 §10.2.3).
pub fn asked(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let number = |name: &str| text(name).and_then(|text| text.parse::<f64>().ok());
    let seconds = number("retry-after-ms").map(|ms| ms / 1000.0).or_else(|| number(RETRY_AFTER.as_str()));
    if let Some(seconds) = seconds {
        let wait = Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_ASKED).min(LONGEST_ASKED);
        return (seconds >= 0.0).then_some(wait);
    }
    let date = DateTime::parse_from_rfc2822(text(RETRY_AFTER.as_str())?).ok()?;
    Some(SystemTime::from(date).duration_since(SystemTime::now()).unwrap_or_default().min(LONGEST_ASKED))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_server_says_when() {
        let seconds = |pairs: &[(&'static str, &str)]| asked(&headers(pairs)).map(|wait| wait.as_secs_f64());
        assert_eq!(seconds(&[("retry-after", "7")]), Some(7.0));
        assert_eq!(seconds(&[("retry-after", " 0.5 ")]), Some(0.5));
        assert_eq!(seconds(&[("retry-after", "7"), ("retry-after-ms", "250")]), Some(0.25));
        assert_eq!(seconds(&[("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")]), Some(0.0));
        for far in ["Wed, 21 Oct 2099 07:28:00 GMT", "99999999", "18446744073709551615", "1e300", "inf"] {
            assert_eq!(seconds(&[("retry-after", far)]), Some(86_400.0), "{far}");
        }
        for bad in ["", "-1", "soon", "NaN", "-inf"] {
            assert_eq!(seconds(&[("retry-after", bad)]), None, "{bad:?}");
        }
    }

    #[test]
    fn pauses_grow_and_end() {
        let first = Duration::from_millis(400);
        for repeats in 0..40 {
            let pause = backoff(first, repeats);
            assert!(pause >= first / 2 && pause <= LONGEST_PAUSE, "{repeats}: {pause:?}");
        }
        assert!(backoff(first, 2) >= first * 2);
    }
}

//! Recordings as transcription servers take them. What they take goes as it came; what they do not (AAC as phones record it,
//! AIFF, CAF) becomes speech-quality WAV first.
use std::io::Cursor;

use bytes::Bytes;
use symphonia::core::errors::Error;
use symphonia::core::formats::TrackType;
use symphonia::core::formats::probe::Hint;
use symphonia::core::io::MediaSourceStream;

/// What speech needs, and what Whisper makes of everything anyway.
const RATE: u32 = 16_000;
/// 25 MB of WAV at that rate: as much as OpenAI takes, about a quarter of an hour.
const MOST_SAMPLES: usize = 25 * 1024 * 1024 / 2 - 22;

/// OpenAI's list (`POST /v1/audio/transcriptions`, field `file`).
const TAKEN: [&str; 9] = ["flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "wav", "webm"];

/// What is sent for a recording.
#[derive(Debug)]
pub struct Prepared {
    pub bytes: Bytes,
    pub file_name: String,
    pub mime: String,
}

/// Blocks while it converts.
pub fn prepare(bytes: Bytes, name: &str, mime: &str) -> Result<Prepared, String> {
    if !is_foreign(mime) {
        return Ok(Prepared { bytes, file_name: file_name(name, mime), mime: mime.to_owned() });
    }
    let bytes = wav(&speech(bytes).map_err(|e| format!("The recording cannot be converted: {e}"))?);
    Ok(Prepared { bytes, file_name: "voice.wav".into(), mime: "audio/wav".into() })
}

fn is_foreign(mime: &str) -> bool {
    matches!(mime, "audio/aac" | "audio/aacp" | "audio/aiff" | "audio/x-aiff" | "audio/x-caf")
}

/// Servers tell the format by the extension: a name that has none of theirs gets the one of its type.
fn file_name(name: &str, mime: &str) -> String {
    let has = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    if has.is_some_and(|extension| TAKEN.contains(&extension.as_str())) {
        return name.to_owned();
    }
    let extension = match mime {
        "audio/mpeg" | "audio/mp3" => "mp3",
        "audio/mp4" | "audio/m4a" | "audio/x-m4a" | "video/mp4" => "m4a",
        "audio/wav" | "audio/x-wav" | "audio/wave" => "wav",
        "audio/webm" | "video/webm" => "webm",
        "audio/flac" | "audio/x-flac" => "flac",
        _ => "ogg",
    };
    format!("voice.{extension}")
}

/// One voice at [`RATE`]. A damaged packet is a gap; a damaged file ends early.
fn speech(bytes: Bytes) -> Result<Vec<i16>, Error> {
    let source = MediaSourceStream::new(Box::new(Cursor::new(bytes)), Default::default());
    let mut format = symphonia::default::get_probe().probe(&Hint::new(), source, Default::default(), Default::default())?;
    let track = format.default_track(TrackType::Audio).ok_or(Error::Unsupported("it has no sound"))?;
    let (id, codec) = (track.id, track.codec_params.as_ref().and_then(|codec| codec.audio()));
    let codec = codec.ok_or(Error::Unsupported("its codec is not told"))?;
    let mut decoder = symphonia::default::get_codecs().make_audio_decoder(codec, &Default::default())?;
    let (mut narrow, mut samples) = (Narrow::default(), Vec::<i16>::new());
    while let Some(packet) = format.next_packet()? {
        if packet.track_id != id {
            continue;
        }
        let sound = match decoder.decode(&packet) {
            Ok(sound) => sound,
            Err(Error::DecodeError(_)) => continue,
            Err(e) => return Err(e),
        };
        let (rate, channels) = (sound.spec().rate(), sound.spec().channels().count().max(1));
        samples.resize(sound.samples_interleaved(), 0);
        sound.copy_to_slice_interleaved(&mut samples);
        for frame in samples.chunks(channels) {
            let sum: i32 = frame.iter().map(|sample| i32::from(*sample)).sum();
            narrow.push(sum / channels as i32, rate);
        }
        if narrow.out.len() > MOST_SAMPLES {
            return Err(Error::LimitError("it is longer than a quarter of an hour"));
        }
    }
    if narrow.out.is_empty() { Err(Error::Unsupported("it is silent")) } else { Ok(narrow.out) }
}

/// From any rate to [`RATE`]: each sample that goes out is the mean of those that fall into its time.
#[derive(Default)]
struct Narrow {
    out: Vec<i16>,
    sum: i64,
    count: i64,
    /// How far into the next sample's time it is, in parts of the rate that comes in.
    at: u32,
}

impl Narrow {
    fn push(&mut self, sample: i32, rate: u32) {
        self.sum += i64::from(sample);
        self.count += 1;
        self.at += RATE;
        if self.at < rate {
            return;
        }
        let mean = (self.sum / self.count) as i16;
        while self.at >= rate.max(1) {
            self.at -= rate.max(1);
            self.out.push(mean);
        }
        (self.sum, self.count) = (0, 0);
    }
}

/// RIFF/WAVE, PCM, 16 bits, one channel.
fn wav(samples: &[i16]) -> Bytes {
    let size = samples.len() as u32 * 2;
    let mut out = Vec::with_capacity(44 + samples.len() * 2);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(36 + size).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&16u32.to_le_bytes());
    for half in [1u16, 1] {
        out.extend_from_slice(&half.to_le_bytes());
    }
    out.extend_from_slice(&RATE.to_le_bytes());
    out.extend_from_slice(&(RATE * 2).to_le_bytes());
    for half in [2u16, 16] {
        out.extend_from_slice(&half.to_le_bytes());
    }
    out.extend_from_slice(b"data");
    out.extend_from_slice(&size.to_le_bytes());
    out.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    Bytes::from(out)
}

#[cfg(test)]
mod tests;

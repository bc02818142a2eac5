use super::*;

/// A second of a tone in stereo at 44.1 kHz, as AIFF.
fn aiff() -> Vec<u8> {
    let tone = (0..44_100u32).map(|n| ((f64::from(n) / 44_100.0 * 440.0 * std::f64::consts::TAU).sin() * 12_000.0) as i16);
    let sound: Vec<u8> = tone.flat_map(|sample| [sample.to_be_bytes(), sample.to_be_bytes()].concat()).collect();
    let mut common = Vec::new();
    common.extend_from_slice(&2u16.to_be_bytes());
    common.extend_from_slice(&44_100u32.to_be_bytes());
    common.extend_from_slice(&16u16.to_be_bytes());
    // 44,100 as an 80-bit float.
    common.extend_from_slice(&[0x40, 0x0E, 0xAC, 0x44, 0, 0, 0, 0, 0, 0]);
    let chunk = |name: &[u8; 4], body: &[u8]| [&name[..], &(body.len() as u32).to_be_bytes(), body].concat();
    let sound = chunk(b"SSND", &[&[0; 8], sound.as_slice()].concat());
    let body = [b"AIFF".to_vec(), chunk(b"COMM", &common), sound].concat();
    chunk(b"FORM", &body)
}

#[test]
fn what_servers_take_goes_as_it_came() {
    for (name, mime, sent) in [
        ("note.OGG", "audio/ogg", "note.OGG"),
        ("file_12.oga", "audio/ogg", "voice.ogg"),
        ("voice", "audio/mpeg", "voice.mp3"),
        ("voice", "video/webm", "voice.webm"),
        ("", "application/octet-stream", "voice.ogg"),
    ] {
        let bytes = Bytes::from_static(b"as it came");
        let prepared = prepare(bytes.clone(), name, mime).expect("nothing to convert");
        assert_eq!((prepared.bytes, prepared.file_name.as_str(), prepared.mime.as_str()), (bytes, sent, mime));
    }
}

#[test]
fn the_rest_becomes_a_second_of_speech() {
    let prepared = prepare(Bytes::from(aiff()), "memo.aif", "audio/aiff").expect("a tone");
    assert_eq!((prepared.file_name.as_str(), prepared.mime.as_str()), ("voice.wav", "audio/wav"));
    assert_eq!(infer::get(&prepared.bytes).map(|kind| kind.mime_type()), Some("audio/x-wav"));
    let samples = (prepared.bytes.len() - 44) / 2;
    assert!(samples.abs_diff(16_000) < 400, "{samples}");
    let loudest = prepared.bytes[44..].chunks(2).map(|b| i16::from_le_bytes([b[0], b[1]]).unsigned_abs()).max();
    assert!(loudest.is_some_and(|level| (10_000..13_000).contains(&level)), "{loudest:?}");
}

/// Half a second of a tone, as telephones record: AAC in ADTS.
#[test]
fn aac_becomes_speech() {
    let bytes = Bytes::from_static(include_bytes!("../../../tests/fixtures/tone.aac"));
    assert_eq!(infer::get(&bytes).map(|kind| kind.mime_type()), Some("audio/aac"));
    let prepared = prepare(bytes, "record.aac", "audio/aac").expect("a tone");
    let samples = (prepared.bytes.len() - 44) / 2;
    assert!((7_000..11_000).contains(&samples), "{samples}");
}

#[test]
fn what_is_no_sound_is_refused() {
    for bytes in [&b""[..], b"no sound at all", &aiff()[..20], &[0xFF; 4096]] {
        assert!(prepare(Bytes::copy_from_slice(bytes), "x.aac", "audio/aac").is_err());
    }
}

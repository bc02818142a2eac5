use super::*;

#[test]
fn the_bytes_decide() {
    assert_eq!(judge(b"\x89PNG\r\n\x1a\n0000"), ("image/png", "image"));
    assert_eq!(judge(b"<svg onload=alert(1)>").1, "document");
    assert_eq!(judge("просто текст".as_bytes()), ("text/plain", "document"));
    assert_eq!(judge(&[0, 1, 2, 3]), ("application/octet-stream", "document"));
}

#[test]
fn one_range_is_served() {
    assert!(matches!(range("bytes=0-4", 10), ByteRange::Part(0, 5)));
    assert!(matches!(range("bytes=5-", 10), ByteRange::Part(5, 5)));
    assert!(matches!(range("bytes=-3", 10), ByteRange::Part(7, 3)));
    assert!(matches!(range("bytes=0-99", 10), ByteRange::Part(0, 10)));
    assert!(matches!(range("bytes=10-", 10), ByteRange::Nothing));
    assert!(matches!(range("bytes=0-1,3-4", 10), ByteRange::All));
    assert!(matches!(range("lines=1-2", 10), ByteRange::All));
}

#[test]
fn a_header_cannot_be_broken_out_of() {
    let header = disposition("a\"; filename=\"x.html отчёт");
    assert!(!header[22..].split("; filename*").next().expect("first").trim_end_matches('"').contains('"'), "{header}");
    assert!(header.is_ascii() && header.starts_with("attachment"));
}

#[test]
fn a_disk_that_is_full_asks_to_come_again() {
    for code in [28, 122, 30] {
        // ENOSPC, EDQUOT, EROFS
        let told = unwritable(io::Error::from_raw_os_error(code));
        assert_eq!((told.status.as_u16(), told.code, told.retry_after), (503, "overloaded", Some(2)), "{code}");
    }
    assert_eq!(unwritable(io::Error::from_raw_os_error(5)).status.as_u16(), 500);
}

//! Reads an event stream leniently: each event that is a JSON object comes out as one, parsed once.
//!
//! Servers differ: a byte order mark, bytes that are no UTF-8, a last event without an empty line behind it, events without
//! any between them, bare objects, JSON that is only nearly JSON, an event in the middle that nobody can read. Source of the
//! rules: HTML standard, §9.2 "Server-sent events".

use std::collections::VecDeque;

use serde::de::IgnoredAny;
use serde_json::Value;

use super::halves;
use crate::domain::relaxed;

/// Bytes in, events out: each one a JSON object.
#[derive(Default)]
pub struct EventStream {
    line: Vec<u8>,
    /// Of the event that is being read: its `data` lines.
    data: Vec<u8>,
    lines: usize,
    begun: bool,
    after_cr: bool,
    /// `[DONE]` was there; whatever follows does not count.
    pub done: bool,
    /// Events that were read, and those that nobody could read.
    pub read: usize,
    pub unread: usize,
    /// An event has more bytes than any has: the rest is not read.
    pub flooded: bool,
}

/// The stream ended in the middle of an event.
#[derive(Debug, PartialEq)]
pub struct Torn;

/// Bytes. No event of a chat is longer, and what is parsed takes a hundred times the room.
const LONGEST_EVENT: usize = 512 << 10;
/// So many lines may belong to one text with raw line ends.
const MOST_LINES: usize = 100;

impl EventStream {
    pub fn feed(&mut self, bytes: &[u8], out: &mut VecDeque<Value>) {
        for &byte in bytes {
            if self.done {
                break;
            }
            // A line ends with LF, CR LF or CR.
            let second_half = std::mem::take(&mut self.after_cr) && byte == b'\n';
            match byte {
                b'\n' if second_half => {}
                b'\n' => self.end_line(out),
                b'\r' => {
                    self.after_cr = true;
                    self.end_line(out);
                }
                byte => self.line.push(byte),
            }
            if self.line.len() + self.data.len() > LONGEST_EVENT {
                (self.flooded, self.done) = (true, true);
                (self.line, self.data) = Default::default();
            }
        }
    }

    /// The end of the stream: the last line and the last event may lack theirs.
    pub fn finish(&mut self, out: &mut VecDeque<Value>) -> Result<(), Torn> {
        if !self.line.is_empty() {
            self.end_line(out);
        }
        let before = self.unread;
        self.dispatch(out);
        if std::mem::replace(&mut self.unread, before) == before { Ok(()) } else { Err(Torn) }
    }

    fn end_line(&mut self, out: &mut VecDeque<Value>) {
        let line = std::mem::take(&mut self.line);
        let mut line = line.as_slice();
        if !std::mem::replace(&mut self.begun, true) {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch(out);
        }
        // A server may also drop a bare JSON object (mostly an error) into its stream, or break a text in the middle of its
        // line. Anything else is a comment or a field that says nothing to us.
        let data = match line.strip_prefix(b"data:") {
            Some(data) => data.trim_ascii_start().strip_prefix(b"data:").unwrap_or(data),
            None if line.starts_with(b"{") => line,
            None if self.is_broken_off(line) => {
                self.lines += 1;
                self.data.push(b'\n');
                return self.data.extend_from_slice(line);
            }
            None => return,
        };
        // Some forget the empty line between events: a first line that is whole is an event. (Only the first is tried, so
        // that no stream costs more than its length.)
        if self.lines == 1 && is_whole(&self.data) {
            self.dispatch(out);
        }
        self.lines += 1;
        if self.lines > 1 {
            self.data.push(b' ');
        }
        self.data.extend_from_slice(data.trim_ascii());
    }

    /// The rest of a text that holds a raw line end.
    fn is_broken_off(&self, line: &[u8]) -> bool {
        let is_field = [&b":"[..], b"event:", b"id:", b"retry:"].iter().any(|field| line.starts_with(field));
        !is_field && (1..MOST_LINES).contains(&self.lines) && self.data.starts_with(b"{") && !is_whole(&self.data)
    }

    fn dispatch(&mut self, out: &mut VecDeque<Value>) {
        self.lines = 0;
        let data = std::mem::take(&mut self.data);
        if self.done || data.is_empty() {
            return;
        }
        if data == b"[DONE]" {
            self.done = true;
            return;
        }
        match events(&String::from_utf8_lossy(&data)) {
            Some(events) => {
                self.read += events.len();
                out.extend(events);
            }
            None => self.unread += 1,
        }
    }
}

/// The objects in an event's data: mostly one. None at all is good too (`null`), and told from what cannot be read.
fn events(data: &str) -> Option<Vec<Value>> {
    let data = halves::kept(data);
    let several: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(&data).into_iter().collect();
    // An event that breaks off, and the next one in the same line.
    let next = || {
        let next = &data[data.rfind("data:")? + "data:".len()..];
        serde_json::from_str(next).ok().map(|event| vec![event])
    };
    let nearly = || relaxed::whole(&data).filter(Value::is_object).map(|event| vec![event]);
    let found = several.ok().or_else(next).or_else(nearly);
    found.map(|found| found.into_iter().filter(Value::is_object).collect())
}

fn is_whole(data: &[u8]) -> bool {
    data == b"[DONE]" || serde_json::from_str::<IgnoredAny>(&String::from_utf8_lossy(data)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The events, whether it ended with `[DONE]`, and whether all was readable, in pieces of every size.
    fn clean(stream: &[u8]) -> (Vec<String>, bool, bool) {
        let mut results = (1..=stream.len().max(1)).map(|size| {
            let (mut events, mut out) = (EventStream::default(), VecDeque::new());
            stream.chunks(size).for_each(|piece| events.feed(piece, &mut out));
            let is_whole = events.finish(&mut out).is_ok();
            (out.iter().map(Value::to_string).collect(), events.done, is_whole && events.unread == 0)
        });
        let first = results.next().unwrap();
        assert!(results.all(|other| other == first), "the size of the pieces matters");
        first
    }

    #[test]
    fn streams_of_many_servers_become_one() {
        let plain = (vec![r#"{"a":1}"#.to_owned(), r#"{"b":"б"}"#.to_owned()], true, true);
        for stream in [
            "data: {\"a\":1}\n\ndata: {\"b\":\"б\"}\n\ndata: [DONE]\n\n",
            "data: {\"a\":1}\r\n\r\ndata: {\"b\":\"б\"}\r\n\r\ndata: [DONE]\r\n\r\n",
            "data: {\"a\":1}\r\rdata: {\"b\":\"б\"}\r\rdata: [DONE]\r\r",
            "\u{feff}data:{\"a\":1}\n\n: ping - 2026-11-21\n\ndata:{\"b\":\"б\"} \n\ndata:[DONE]",
            "event: message\nid: 7\nretry: 1\ndata: {\"a\":1}\n\n:\n\n\n\ndata: {\"b\":\"б\"}\n\ndata: [DONE]\n\ndata: junk\n\n",
            "data: {\"a\":1}\ndata: {\"b\":\"б\"}\ndata: [DONE]\n",
            "data\n\n{\"a\":1}\n\ndata: {\"b\":\"б\"}\n\ndata: [DONE]\n\n",
        ] {
            assert_eq!(clean(stream.as_bytes()), plain, "{stream:?}");
        }
        assert_eq!(clean(b"data: {\ndata: \"a\": 0, \"a\":\ndata: 1}\n\n"), (vec![r#"{"a":1}"#.to_owned()], false, true));
        assert_eq!(clean(b"data: {\"a\":\"\xff\"}\n\n"), (vec!["{\"a\":\"\u{fffd}\"}".to_owned()], false, true));
        assert_eq!(clean(b"data: null\n\ndata: \"ping\"\n\ndata: {}\n\n"), (vec!["{}".to_owned()], false, true));
        assert_eq!(clean(b""), (vec![], false, true));
        assert_eq!(clean(b"<html>hello</html>"), (vec![], false, true));
    }

    #[test]
    fn an_endless_event_is_not_kept() {
        let (mut events, mut out) = (EventStream::default(), VecDeque::new());
        events.feed(b"data: {\"x\":[", &mut out);
        for _ in 0..1_000 {
            events.feed("{\"\":0},".repeat(1_000).as_bytes(), &mut out);
        }
        assert!(events.flooded && events.done && out.is_empty());
        assert!(events.line.capacity() + events.data.capacity() == 0, "nothing of it is held");
    }

    #[test]
    fn an_event_that_nobody_can_read_spoils_no_other() {
        let (a, b) = (r#"{"a":1}"#.to_owned(), r#"{"b":2}"#.to_owned());
        let stream = b"data: {\"a\":1}\n\ndata: {oops\n\ndata: {\"b\":2}\n\ndata: [DONE]\n\n";
        assert_eq!(clean(stream), (vec![a.clone(), b.clone()], true, false));
        assert_eq!(clean(b"data: {\"a\":1}\n\ndata: {\"b\":"), (vec![a.clone()], false, false));
        // Nearly JSON, two in a line, a doubled field, a raw line end.
        assert_eq!(clean(b"data: {\"a\":1,}\n\ndata: {'b':2}\n\n"), (vec![a.clone(), b.clone()], false, true));
        assert_eq!(clean(b"data: {\"a\":1}{\"b\":2}\n\n"), (vec![a.clone(), b.clone()], false, true));
        assert_eq!(clean(b"data: {\"a\":1,\"chdata: {\"b\":2}\n\n"), (vec![b], false, true));
        assert_eq!(clean(b"data: data: {\"a\":1}\n\n"), (vec![a], false, true));
        assert_eq!(clean(b"data: {\"a\":\"b\nc\"}\n\n"), (vec![r#"{"a":"b\nc"}"#.to_owned()], false, true));
    }
}

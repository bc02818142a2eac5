//! Reads an event stream leniently: each event that is a JSON object comes out as one, parsed once.
//!
//! Servers differ: a byte order mark, bytes that are no UTF-8, a last event without an empty line behind it, events without
//! any between them, bare objects. Source of the rules: HTML standard, §9.2 "Server-sent events".

use std::collections::VecDeque;

use serde::de::IgnoredAny;
use serde_json::Value;

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
}

/// An event whose data is no JSON.
#[derive(Debug, PartialEq)]
pub struct NotJson;

impl EventStream {
    pub fn feed(&mut self, bytes: &[u8], out: &mut VecDeque<Value>) -> Result<(), NotJson> {
        for &byte in bytes {
            if self.done {
                break;
            }
            // A line ends with LF, CR LF or CR.
            let second_half = std::mem::take(&mut self.after_cr) && byte == b'\n';
            match byte {
                b'\n' if second_half => {}
                b'\n' => self.end_line(out)?,
                b'\r' => {
                    self.after_cr = true;
                    self.end_line(out)?;
                }
                byte => self.line.push(byte),
            }
        }
        Ok(())
    }

    /// The end of the stream: the last line and the last event may lack theirs.
    pub fn finish(&mut self, out: &mut VecDeque<Value>) -> Result<(), NotJson> {
        if !self.line.is_empty() {
            self.end_line(out)?;
        }
        self.dispatch(out)
    }

    fn end_line(&mut self, out: &mut VecDeque<Value>) -> Result<(), NotJson> {
        let line = std::mem::take(&mut self.line);
        let mut line = line.as_slice();
        if !std::mem::replace(&mut self.begun, true) {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch(out);
        }
        // A server may also drop a bare JSON object (mostly an error) into its stream. Anything else is a comment or a
        // field that says nothing to us.
        let data = match line.strip_prefix(b"data:") {
            Some(data) => data,
            None if line.starts_with(b"{") => line,
            None => return Ok(()),
        };
        // Some forget the empty line between events: a first line that is whole is an event. (Only the first is tried, so
        // that no stream costs more than its length.)
        if self.lines == 1 && is_whole(&self.data) {
            self.dispatch(out)?;
        }
        self.lines += 1;
        if self.lines > 1 {
            self.data.push(b' ');
        }
        self.data.extend_from_slice(data.trim_ascii());
        Ok(())
    }

    fn dispatch(&mut self, out: &mut VecDeque<Value>) -> Result<(), NotJson> {
        self.lines = 0;
        let data = std::mem::take(&mut self.data);
        if self.done || data.is_empty() {
            return Ok(());
        }
        if data == b"[DONE]" {
            self.done = true;
            return Ok(());
        }
        if let event @ Value::Object(_) = serde_json::from_str(&String::from_utf8_lossy(&data)).map_err(|_| NotJson)? {
            out.push_back(event);
        }
        Ok(())
    }
}

fn is_whole(data: &[u8]) -> bool {
    data == b"[DONE]" || serde_json::from_str::<IgnoredAny>(&String::from_utf8_lossy(data)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The events, whether it ended with `[DONE]`, and whether it was readable, in pieces of every size.
    fn clean(stream: &[u8]) -> (Vec<String>, bool, bool) {
        let mut results = (1..=stream.len().max(1)).map(|size| {
            let (mut events, mut out) = (EventStream::default(), VecDeque::new());
            let fed: Result<Vec<()>, NotJson> = stream.chunks(size).map(|piece| events.feed(piece, &mut out)).collect();
            let readable = fed.is_ok() && events.finish(&mut out).is_ok();
            (out.iter().map(Value::to_string).collect(), events.done, readable)
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
    fn what_is_no_json_is_told() {
        assert_eq!(clean(b"data: {\"a\":1}\n\ndata: {oops\n\ndata: [DONE]\n\n"), (vec![r#"{"a":1}"#.to_owned()], false, false));
        assert_eq!(clean(b"data: {\"a\":1}\n\ndata: {\"b\":"), (vec![r#"{"a":1}"#.to_owned()], false, false));
    }
}

//! Harmony, in which gpt-oss speaks: `<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>…`.
//! Servers leave it in, or only its words: `analysis…assistantfinal…`.

const STOPS: &[&str] = &["<|end|>", "<|return|>", "<|call|>", "<|start|>", "<|channel|>"];
const CHANNELS: &[&str] = &["analysis", "commentary", "final"];

/// The words of the final channel, and calls as `<tool_call>`. A text that is not harmony stays as it is.
pub(super) fn unfolded(text: &str) -> String {
    let bare = with_tokens(text);
    let text = bare.as_deref().unwrap_or(text);
    let is_harmony = ["<|channel|>", "<|message|>", "<|start|>"].iter().any(|token| text.contains(token));
    if is_harmony { unfold(text) } else { text.to_owned() }
}

fn unfold(text: &str) -> String {
    let (mut said, mut aside, mut calls) = (String::new(), String::new(), String::new());
    let mut rest = text;
    // Without its first tokens a text begins with a header.
    let mut is_header = text
        .split("<|message|>")
        .next()
        .is_some_and(|head| head.len() < text.len() && !head.contains("<|") && !head.trim().is_empty());
    loop {
        let stop = next_stop(rest);
        let (part, token) = stop.map_or((rest, ""), |(at, token)| (&rest[..at], token));
        if std::mem::take(&mut is_header) {
            part_of(part, &mut said, &mut aside, &mut calls);
        } else {
            said.push_str(part);
        }
        rest = &rest[part.len() + token.len()..];
        match token {
            "" => break,
            "<|start|>" => {
                let role = rest.trim_start();
                let role = &role[..role.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(role.len())];
                // Somebody else's turn, imagined.
                if !"assistant".starts_with(role) {
                    break;
                }
                // The role may say whom it speaks to; the channel follows.
                let end = rest.find("<|").unwrap_or(rest.len());
                if rest[end..].starts_with("<|channel|>") {
                    let (role, channel) = (&rest[..end], &rest[end + "<|channel|>".len()..]);
                    let end = next_stop(channel).map_or(channel.len(), |(at, _)| at);
                    let to = role.split_whitespace().find(|word| word.starts_with("to="));
                    let part = to.map_or_else(|| channel[..end].to_owned(), |to| format!("{to} {}", &channel[..end]));
                    part_of(&part, &mut said, &mut aside, &mut calls);
                    rest = &channel[end..];
                } else {
                    is_header = true;
                }
            }
            "<|channel|>" => is_header = true,
            _ => {}
        }
    }
    let words = if said.trim().is_empty() { aside } else { said };
    format!("{words}{calls}")
}

fn next_stop(text: &str) -> Option<(usize, &'static str)> {
    text.match_indices("<|").find_map(|(at, _)| Some((at, *STOPS.iter().find(|stop| text[at..].starts_with(**stop))?)))
}

/// `final<|message|>…`, `commentary to=functions.handoff <|constrain|>json<|message|>{…}`.
fn part_of(part: &str, said: &mut String, aside: &mut String, calls: &mut String) {
    let (header, body) = part.split_once("<|message|>").unwrap_or_else(|| {
        let head = part.trim_start();
        let end = head.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(head.len());
        head.split_at(end)
    });
    let header = header.split("<|constrain|>").next().unwrap_or_default();
    let to = header.split_whitespace().find_map(|word| word.strip_prefix("to="));
    let channel = header.split_whitespace().find(|word| CHANNELS.contains(word));
    match (to, channel) {
        (Some(to), _) => calls.push_str(&format!("\n<tool_call>{to}\n{}</tool_call>", body.trim())),
        (None, Some("commentary")) => aside.push_str(body),
        (None, Some("final")) => said.push_str(body),
        // A role without a channel speaks; what names another channel is nobody's.
        (None, None) if header.trim() == "assistant" => said.push_str(body),
        _ => {}
    }
}

/// Where a server has taken the tokens away and left the names of the channels.
fn with_tokens(text: &str) -> Option<String> {
    let head = text.trim_start();
    let runs_on = |word: &str| {
        let next = head.strip_prefix(word).and_then(|rest| rest.chars().next());
        next.is_some_and(|c| c.is_uppercase() || (c.is_alphabetic() && !c.is_ascii()) || matches!(c, '"' | '«'))
    };
    let is_split = ["assistantfinal", "assistantcommentary to="].iter().any(|word| text.contains(word));
    let begins = runs_on("analysis") || runs_on("final") || runs_on("assistantfinal") || runs_on("assistantanalysis");
    let begins = begins || (head.starts_with("analysis") && is_split);
    let calls = ["commentary to=", "assistantcommentary to="].iter().any(|word| head.starts_with(word));
    if !begins && !calls {
        return None;
    }
    let mut text = head.to_owned();
    for channel in CHANNELS {
        text = text.replace(&format!("assistant{channel}"), &format!("<|channel|>{channel}"));
    }
    if CHANNELS.iter().any(|channel| text.starts_with(channel)) {
        text.insert_str(0, "<|channel|>");
    }
    // A header with a receiver ends where the arguments begin.
    let mut out = String::with_capacity(text.len());
    for (at, part) in text.split("<|channel|>").enumerate() {
        if at > 0 {
            out.push_str("<|channel|>");
        }
        match part.find('{').filter(|_| part.starts_with("commentary to=")) {
            Some(open) => out.push_str(&format!("{}<|message|>{}", &part[..open], &part[open..])),
            None => match CHANNELS.iter().find(|channel| part.starts_with(**channel)) {
                Some(channel) => out.push_str(&format!("{channel}<|message|>{}", &part[channel.len()..])),
                None => out.push_str(part),
            },
        }
    }
    Some(out)
}

//! HTML becomes the text it stands for. What only looks like it (`a<b и c>d`, `Vec<String>`) is text.
use super::markdown::LONGEST_TARGET;

/// Tags that end a line.
const BREAKS: &[&str] = &["br", "/p", "/div", "/li", "/tr", "/h1", "/h2", "/h3", "/ul", "/ol"];
/// The elements of HTML, and of the markup that messengers take.
const ELEMENTS: &str = "a abbr address applet area article aside audio b base bdi bdo big blockquote body br button canvas caption \
    center cite code col colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption \
    figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label \
    legend li link main map mark marquee math menu meta meter nav noscript object ol optgroup option output p param \
    picture pre progress q rp rt ruby s samp script section select slot small source spoiler span strike strong \
    style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video \
    wbr";
/// Attributes that need no value.
const ATTRIBUTES: &str = "allowfullscreen async autofocus autoplay checked controls default defer disabled expandable formnovalidate \
    hidden inert ismap itemscope loop multiple muted nomodule novalidate open playsinline readonly required \
    reversed selected";
/// Elements whose content is no text.
const SILENT: &[&str] = &["script", "style", "template", "svg", "iframe"];

/// Takes tags away until none is left; `a < b` stays.
pub(super) fn without_html(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..4 {
        let next = without_tags(&text);
        if next == text {
            return text;
        }
        text = next;
    }
    // Nested on purpose: no bracket of it survives.
    text.replace(['<', '>'], " ")
}

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let last = text.rfind('>').unwrap_or_default();
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let closes = |rest: &str| rest.char_indices().take(LONGEST_TARGET).find(|(_, c)| *c == '>').map(|(end, _)| end);
        let end = if text.len() - rest.len() < last { closes(rest) } else { None };
        let follows_word = out.ends_with(char::is_alphanumeric);
        let Some(inside) = end.map(|end| &rest[1..end]).filter(|inside| is_tag(inside, follows_word) || is_autolink(inside))
        else {
            // A tag that is never closed is none any more; `a<b` and `<3` stay.
            out.push(if begins_tag(&rest[1..]) { ' ' } else { '<' });
            rest = &rest[1..];
            continue;
        };
        rest = &rest[inside.len() + 2..];
        if is_autolink(inside) {
            out.push_str(inside);
            continue;
        }
        let name =
            inside.split(|c: char| c.is_whitespace()).next().unwrap_or_default().trim_end_matches('/').to_ascii_lowercase();
        if BREAKS.contains(&name.as_str()) {
            out.push('\n');
        }
        if SILENT.contains(&name.as_str()) {
            let closing = rest.to_ascii_lowercase().find(&format!("</{name}"));
            rest = closing.map_or("", |at| &rest[at..]);
        }
    }
    out.push_str(rest);
    out
}

/// Is this between `<` and `>` a tag? `a<b и c>d` is a comparison, and `List<String>` a type: a name that HTML does not know
/// is a tag only where no word stands right before it.
fn is_tag(inside: &str, follows_word: bool) -> bool {
    if inside.starts_with(['!', '?']) {
        return true;
    }
    let (name, attributes) = named(inside.strip_prefix('/').unwrap_or(inside));
    let is_known = has(ELEMENTS, &name.to_ascii_lowercase());
    let is_other = inside.starts_with('/') || name.len() > 1 && !follows_word;
    let fits = name.starts_with(|c: char| c.is_ascii_alphabetic()) && (is_known || is_other);
    let is_broken = attributes.contains('<') && !follows_word;
    fits && (is_broken || has_value(attributes) || attributes.split_whitespace().all(is_attribute))
}

/// `href='…'`, and not `= c`.
fn has_value(attributes: &str) -> bool {
    let name = attributes.split_once('=').map_or("", |(head, _)| head.rsplit([' ', '/', '\n', '\t']).next().unwrap_or_default());
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '_'))
}

/// The name of an element, and what stands behind it.
fn named(inside: &str) -> (&str, &str) {
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | ':' | '_')).unwrap_or(inside.len());
    inside.split_at(end)
}

fn is_attribute(word: &str) -> bool {
    let name = word.trim_matches('/');
    name.is_empty() || has(ATTRIBUTES, &name.to_ascii_lowercase())
}

/// The beginning of a tag whose end is missing: a known name with attributes, or the end of an element.
fn begins_tag(rest: &str) -> bool {
    let line = rest.lines().next().unwrap_or_default();
    let (name, attributes) = named(line.strip_prefix('/').unwrap_or(line));
    let is_known = has(ELEMENTS, &name.to_ascii_lowercase());
    let is_begun = name.len() > 1 && (has_value(attributes) || attributes.is_empty()) || attributes.contains("href");
    is_known && (is_begun || line.starts_with('/')) || line.starts_with('!')
}

/// `<https://…>`, `<name@host>`
fn is_autolink(inside: &str) -> bool {
    !inside.contains(char::is_whitespace)
        && !inside.contains(['"', '\'', '=', '<'])
        && (inside.contains("://") || inside.contains('@'))
        || inside.starts_with("http://") && !inside.contains(char::is_whitespace)
        || inside.starts_with("https://") && !inside.contains(char::is_whitespace)
}

fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

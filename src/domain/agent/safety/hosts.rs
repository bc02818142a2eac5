//! Which hosts a reply may lead to, and what looks like a host at all.
use url::Url;

/// The allowed hosts, as browsers write them.
pub(super) struct Hosts(Vec<String>);

impl Hosts {
    /// Reads `good.kz`, `*.good.kz`, `https://good.kz/path`; what is no name with a dot allows nothing.
    pub fn new(allowed: &[String]) -> Self {
        Hosts(allowed.iter().filter_map(|entry| ascii_host(entry)).filter(|host| host.contains('.')).collect())
    }

    /// Is it one of them, or under one of them?
    pub fn allow(&self, host: &str) -> bool {
        let Some(host) = ascii_host(host) else { return false };
        self.0.iter().any(|allowed| host == *allowed || host.strip_suffix(allowed.as_str()).is_some_and(|sub| sub.ends_with('.')))
    }

    /// May this be a link in a reply? `link` is a whole URL, or one without `https://`.
    pub fn allow_link(&self, link: &str) -> bool {
        let full = if link.contains("://") { link.to_owned() } else { format!("https://{link}") };
        let Some((scheme, rest)) = full.split_once("://") else { return false };
        if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") || full.contains('\\') {
            return false;
        }
        // Programs differ in how they read anything unusual before the path: refuse it.
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = authority.split_once(':').unwrap_or((authority, "0"));
        let plain = !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
        if !plain || port.is_empty() || !port.bytes().all(|b| b.is_ascii_digit()) {
            return false;
        }
        Url::parse(&full).ok().is_some_and(|url| url.host_str().is_some_and(|host| self.allow(host)))
    }
}

fn ascii_host(entry: &str) -> Option<String> {
    let entry = entry.trim().trim_start_matches("*.").trim_start_matches('.');
    let bare = entry.split_once("://").map_or(entry, |(_, rest)| rest);
    let url = Url::parse(&format!("https://{bare}")).ok()?;
    url.host_str().map(|host| host.trim_end_matches('.').to_owned()).filter(|host| !host.is_empty())
}

/// What a run of letters, digits, dots and dashes is.
#[derive(Debug, PartialEq)]
pub(super) enum HostShape {
    Plain,
    /// Chats and mail programs make a link of its first so many bytes.
    Host(usize),
    /// Perhaps a missing space after a full stop, perhaps a rare top-level domain: the dot at this index wants a space.
    Joined(usize),
}

/// `run` holds no white space; `leads_on` says that a path follows.
pub(super) fn shape(run: &str, leads_on: bool) -> HostShape {
    let labels: Vec<&str> = run.split('.').collect();
    if labels.len() < 2 || labels.iter().any(|label| label.is_empty()) || is_product(run) {
        return HostShape::Plain;
    }
    if labels[0].eq_ignore_ascii_case("www") || (leads_on && is_address(&labels)) {
        return HostShape::Host(run.len());
    }
    if !leads_on && is_version(&labels) {
        return HostShape::Plain;
    }
    let mut dot = 0;
    for (at, pair) in labels.windows(2).enumerate() {
        dot += pair[0].len() + usize::from(at > 0);
        let label = pair[1];
        let after = labels.get(at + 2);
        // `evil.com.Ждём`: the sentence goes on behind the host.
        let ends = after.is_none_or(|next| next.starts_with(|c: char| c.is_uppercase() || !c.is_ascii())) || is_sure(label);
        if !ends {
            continue;
        }
        match top_level(pair[0], label, after.is_none() && leads_on) {
            HostShape::Plain => {}
            HostShape::Host(_) => {
                let end = dot + 1 + label.len();
                let goes_on = after.is_some_and(|next| is_sentence(next)) && shape(&run[end + 1..], leads_on) == HostShape::Plain;
                return HostShape::Host(if goes_on { end } else { run.len() });
            }
            HostShape::Joined(_) => return HostShape::Joined(dot),
        }
    }
    HostShape::Plain
}

fn is_address(labels: &[&str]) -> bool {
    labels.len() == 4 && labels.iter().all(|label| label.parse::<u8>().is_ok())
}

fn top_level(before: &str, label: &str, leads_on: bool) -> HostShape {
    let lower = label.to_lowercase();
    let is_puny = lower.starts_with("xn--");
    // `evil.com_x`: some programs end a host at such a character.
    if let Some((head, _)) = label.split_once(['_', '-']).filter(|_| !is_puny) {
        return match top_level(before, head, leads_on) {
            HostShape::Joined(_) if !has(WORDS, &head.to_lowercase()) => HostShape::Plain,
            shape => shape,
        };
    }
    let is_new_sentence = begins_sentence(before, label);
    // `каз.рус.`: two short words for languages, and no site.
    if !leads_on && is_language(&lower) && is_language(&before.to_lowercase()) {
        return HostShape::Joined(0);
    }
    if is_puny || has(CYRILLIC, &lower) || SURE.contains(&lower.as_str()) {
        return if is_new_sentence && !leads_on { HostShape::Joined(0) } else { HostShape::Host(0) };
    }
    // `дом.Москва`, `подробнее.сайт`: the space is missing; `name.сайт` is a host.
    if has(WORDS, &lower) {
        let among_words = is_new_sentence || before.chars().all(is_cyrillic);
        return if among_words && !leads_on { HostShape::Joined(0) } else { HostShape::Host(0) };
    }
    if !label.is_ascii() {
        let is_cyrillic = label.chars().all(|c| matches!(c, '\u{400}'..='\u{52f}') || !c.is_alphabetic());
        return if is_cyrillic || !label.chars().all(char::is_alphabetic) { HostShape::Plain } else { HostShape::Joined(0) };
    }
    if lower.len() < 2 || !lower.bytes().all(|b| b.is_ascii_alphabetic()) || has(FILES, &lower) {
        return HostShape::Plain;
    }
    if leads_on {
        return HostShape::Host(0);
    }
    if has(PROGRAMS, &lower) {
        return HostShape::Joined(0);
    }
    let is_known = has(GENERIC, &lower) || has(COUNTRIES, &lower);
    match (is_known, is_new_sentence) {
        (true, false) => HostShape::Host(0),
        (false, false) if lower.len() == 2 => HostShape::Plain,
        _ => HostShape::Joined(0),
    }
}

fn is_language(word: &str) -> bool {
    matches!(word, "рус" | "каз" | "қаз" | "англ" | "анг" | "укр" | "бел" | "узб" | "кыр" | "тат" | "нем" | "мон")
}

/// `Thanks.My colleague`, `дом.Москва`, `5.In stock`: a new sentence after an ordinary word or number.
fn begins_sentence(before: &str, label: &str) -> bool {
    let mut letters = label.chars();
    letters.next().is_some_and(char::is_uppercase)
        && label.chars().count() > 1
        && letters.all(char::is_lowercase)
        && before.chars().all(char::is_alphanumeric)
}

/// Does the sentence go on with this behind a host? Names of hosts are rarely written so, and never in Latin letters alone.
fn is_sentence(label: &str) -> bool {
    label.chars().next().is_some_and(|c| c.is_uppercase() && is_cyrillic(c)) && label.chars().all(|c| is_cyrillic(c) || c == '-')
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{52f}')
}

/// `v2.0.Online`, `1.4.Live`: a version and what it is called. Letters in small would make a host of it.
fn is_version(labels: &[&str]) -> bool {
    let [first, middle @ .., last] = labels else { return false };
    let number = |label: &str| (1..=3).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_digit());
    let bare = first.strip_prefix(['v', 'V']).unwrap_or(first);
    number(bare) && !middle.is_empty() && middle.iter().all(|label| number(label)) && begins_sentence("", last)
}

/// Names of things that read like hosts: what they are in capitals is no address that anybody made up.
fn is_product(run: &str) -> bool {
    PRODUCTS.iter().any(|name| run.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_'])))
}

const PRODUCTS: &[&str] = &["ASP.NET", "ADO.NET", "VB.NET", "ML.NET"];

/// Does a name hold a host beyond doubt (`evil.com`, `evil.com_x`)?
pub(super) fn is_surely_host(name: &str) -> bool {
    name.split('.').skip(1).any(is_sure)
}

fn is_sure(label: &str) -> bool {
    SURE.contains(&label.split(['_', '-']).next().unwrap_or_default().to_ascii_lowercase().as_str())
}

fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

/// Top-level domains that are no words.
const SURE: &[&str] = &["com", "org", "net", "info", "biz", "xyz"];
/// Common ones that are words too.
const GENERIC: &str = "edu gov mil int app dev shop store online site website space club top pro live link click page blog cloud tech digital \
    agency company group world today life fun icu vip buzz work market sale host press news media center city house homes \
    finance money bank loan chat email support help zone asia mobi name tel travel ninja guru wiki best ltd moscow tatar \
    zip mov onion";
const CYRILLIC: &str = "рф қаз бел укр мкд срб мон рус бг ею";
/// Such as are words of every day.
const WORDS: &str = "онлайн сайт дети орг ком москва католик";
const FILES: &str = "pdf doc docx xls xlsx ppt pptx odt ods rtf txt csv xml json yaml yml html htm css js ts jsx tsx jpg jpeg png gif webp heic \
    svg tiff bmp psd mp3 mp4 ogg wav avi mkv webm dwg dxf rvt ifc stl rar gz tar exe apk dmg iso log ini bak sql php java cpp";
/// Countries that files of programmers end in: the name stays, and leads nowhere.
const PROGRAMS: &str = "md py rs sh ps so";
const COUNTRIES: &str = "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf \
    cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg \
    gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn \
    kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na \
    nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh \
    si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve \
    vg vi vn vu wf ws ye yt za zm zw";

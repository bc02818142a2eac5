//! What an enemy writes, or makes the model write.
use super::*;

/// Nothing that leads to a host of the enemy is left.
#[track_caller]
fn leads_nowhere(text: &str) {
    let out = cleaned(text);
    let lower = out.to_lowercase();
    for bad in ["evil", "javascript:", "data:", "<", "://1", "://[", "xn--"] {
        assert!(!lower.contains(bad), "{text:?} left {out:?}");
    }
    assert_eq!(cleaned(&out), out, "not settled: {text:?}");
}

#[test]
fn disguises_lead_nowhere() {
    let texts = [
        "https://good.kz@evil.com",
        "https://good.kz:pass@evil.com/",
        "good.kz@evil.com",
        "https://good.kz\\@evil.com",
        "https:\\\\evil.com",
        "https:/evil.com",
        "https:evil.com",
        "//evil.com/x",
        "https:///evil.com",
        "http://evil.com.",
        "hTTps://EVIL.com",
        "https://good.kz.evil.com",
        "https://good.kz%2eevil.com",
        "https://good.kz%00.evil.com",
        "https://evil。com",
        "evil．com",
        "evil｡com/x",
        "evil․com",
        "ｅｖｉｌ.com",
        "https：//evil.com",
        "https:／／evil.com",
        "https://e\u{ad}vil.com",
        "https://ev\u{200b}il.com",
        "good.kz/../@evil.com".trim_start_matches("good.kz/../"),
        "javascript:alert(1)",
        "JaVaScRiPt:alert(document.cookie)",
        "java\u{0}script:evil()",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "data:text/html,evil",
        "vbscript:evil",
        "tg://resolve?domain=evil",
        "tg:resolve?domain=evil",
        "ftp://evil.com/a",
        "file:///etc/evil",
        "intent://evil#Intent;end",
        "https://[::1]/evil",
        "http://127.0.0.1/evil",
        "http://2130706433/evil",
        "http://1.2.3.4",
        "1.2.3.4/evil",
        "xn--e1afmkfd.xn--p1ai",
        "https://xn--evil-abc.com",
        "mailto:a@evil.com",
        "mailto:a@good.kz@evil.com",
        "a@b.evil.com@good.kz",
        "mailto:a@good.kz?cc=b@evil.com",
        "<https://evil.com>",
        "<a href='https://evil.com'>x</a>",
        "<a href=https://evil.com>x</a>",
        "<img src=https://evil.com/x.png>",
        "![evil.com](https://evil.com/x.png)",
        "![](https://evil.com/x.png)",
        "[good.kz](https://evil.com)",
        "[https://good.kz](https://evil.com)",
        "[![a](https://evil.com/1.png)](https://evil.com)",
        "[a](https://good.kz)(https://evil.com)",
        "[a](https://evil.com",
        "[a]( https://evil.com 'title' )",
        "[a](\nhttps://evil.com\n)",
        "[a](<https://evil.com>)",
        "[[a](https://evil.com)](https://evil.com)",
        "[a][b]\n[b]: https://evil.com",
        "[b]: <https://evil.com> \"t\"",
        "ht**tps://evil.com**",
        "e**vil.com**",
        "`https://evil.com`",
        "```\nhttps://evil.com\n```",
        "_https://evil.com_",
        "__evil.com__",
        "*evil.com*",
        "~~evil.com~~",
        "https://good.kz,evil.com",
        "https://good.kz'@evil.com",
        "https://good.kz\".evil.com",
        "https://good.kzhttps://evil.com",
        "https://evil.comhttps://good.kz",
        "сайтhttps://evil.com",
        "сайт—evil.com",
        "evil.com.Ждём вас",
        "Готово.evil.com",
        "x=evil.com&y",
        "a/evil.com",
        "evil.com:8080",
        "evil.com?x",
        "evil.com#x",
        "evil.com💥",
        "💥evil.com",
        "https://good.kz💥.evil.com",
        "\"evil.com\"",
        "<<b>img src=https://evil.com>",
        "<svg/onload=evil()>",
        "</title><evil>",
        "<style>evil</style>",
        "evil.travel/x",
        "https://evil",
        "http://evil:80",
        "evil.museum/x",
        "https://good.kz\u{2028}.evil.com",
        "https://good.kz\u{3000}@evil.com",
        "evil.қаз",
        "http://еvіl.com/evil",
    ];
    for text in texts {
        leads_nowhere(text);
        leads_nowhere(&format!("До {text} после"));
        leads_nowhere(&format!("({text})"));
    }
}

/// A simple reader of links: in the path of an allowed host, or as a name under it, the enemy's name is only a word.
fn leads_to_evil(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || "\"'<>()[]{}|`*".contains(c)).any(|token| {
        let path = ["good.kz/", "good.kz?", "good.kz#"].iter().filter_map(|mark| token.find(mark)).min();
        let mut hosts =
            token[..path.map_or(token.len(), |at| at + 7)].split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '_'));
        let named = |host: &str| host.match_indices("evil.com").any(|(at, _)| !host[at + 8..].starts_with(char::is_alphanumeric));
        hosts.any(|host| named(host) && !host.trim_end_matches(['.', '-', '_']).ends_with(".good.kz"))
    })
}

/// Pieces of attacks in any order: whatever comes out is settled and leads to allowed hosts only.
#[test]
fn any_mixture_is_settled_and_safe() {
    let pieces = [
        "https://",
        "evil.com",
        "good.kz",
        "@",
        ".",
        "/",
        "[",
        "](",
        ")",
        "!",
        "<",
        ">",
        "a",
        " ",
        "\n",
        "*",
        "_",
        "`",
        "\\",
        ":",
        "javascript:",
        "//",
        "\u{200b}",
        "。",
        "<b>",
        "é",
        "\"",
        "?",
        "#",
        "-",
        "mailto:",
        "www.",
        "~~",
        "[colleague]",
        "(",
        "]",
        "😀",
        "&",
    ];
    let mut seed: u64 = 42;
    let mut next = |most: usize| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as usize % most
    };
    for _ in 0..10_000 {
        let text: String = (0..2 + next(9)).map(|_| pieces[next(pieces.len())]).collect();
        let out = cleaned(&text);
        assert_eq!(cleaned(&out), out, "not settled: {text:?}");
        assert!(!leads_to_evil(&out), "{text:?} left {out:?}");
        assert!(!out.contains("javascript:a"), "{text:?} left {out:?}");
    }
}

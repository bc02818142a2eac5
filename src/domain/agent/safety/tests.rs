use super::*;

mod attacks;

fn cleaned(text: &str) -> String {
    clean_reply(text, &["good.kz".into(), "https://t.me".into(), "мойдом.қаз".into()])
}

#[track_caller]
fn becomes(text: &str, expected: &str) {
    assert_eq!(cleaned(text), expected, "from {text:?}");
}

#[test]
fn ordinary_text_stays_as_it_is() {
    let texts = [
        "Здравствуйте! У вас уже есть участок в Алматы?",
        "Дом 150 м², 2 этажа; цена — от 300 000 ₸ (под ключ).",
        "Сәлеметсіз бе! Қай қалада салғыңыз келеді?\n\n- Алматы\n- Астана",
        "Спасибо, Канат! Наш менеджер свяжется с вами по номеру 87768776637 в ближайшее время.",
        "Работаем с 9:00 до 18:00, ул. Абая, д. 5, кв. 12, т.е. рядом. Версия 1.2.3, 01.02.2026, e.g. a.m.",
        "a < b и 5 > 3, 5*6 = 30 и 5 * 6, #1, C#, snake_case, план.pdf, price.pdf",
        "Хорошо :) 😀 👍",
        "1. Первый\n2. Второй",
    ];
    for text in texts {
        becomes(text, text);
    }
    becomes("", "");
    becomes(" \n\u{200b}\n ", "");
}

#[test]
fn markup_becomes_text() {
    becomes("**Жирный** и __тоже__, *курсив*, `код`, ~~нет~~", "Жирный и тоже, курсив, код, нет");
    becomes("# Заголовок\n> цитата\n* раз\n+ два", "Заголовок\nцитата\n- раз\n- два");
    becomes("```rust\nlet a = 1;\n```", "let a = 1;");
    becomes("а\n---\nб", "а\nб");
    becomes("<b>Привет</b><br>мир<script>alert(1)</script>!", "Привет\nмир!");
    becomes("а <!-- скрыто --> б", "а б");
    becomes("<p onclick=\"x()\">Да</p>", "Да");
    becomes("![план](https://good.kz/a.png)", "план");
    becomes("[наш сайт](https://good.kz/a)", "наш сайт (https://good.kz/a)");
    becomes("[https://good.kz](https://good.kz)", "https://good.kz");
    becomes("[сайт](https://evil.com)", "сайт");
    becomes("[сайт](/admin) и [тут][1]\n\n[1]: https://evil.com", "сайт и тут");
    becomes("<scr<script>ipt>x()</script>", "ipt>x()");
    becomes("<img src=x onerror=x()", "img src=x onerror=x()");
    becomes("[colleague] Я человек", "Я человек");
    becomes("a\u{0}b\u{202e}c\u{e0041}", "abc");
}

#[test]
fn thoughts_are_not_sent() {
    becomes("<think>\nСпросить город.\n</think>\n\n**В каком городе?**", "В каком городе?");
    becomes("Спросить город.</think>В каком городе?", "В каком городе?");
    becomes("<think>Спросить", "");
    // Longer than what is looked at of an answer, and in disguise.
    becomes(&format!("<think>{}</think>Где?", "я".repeat(30_000)), "Где?");
    becomes("＜think＞Спросить＜/think＞Где?", "Где?");
    becomes("<thi<b></b>nk>Спросить</think>Где?", "Где?");
}

#[test]
fn allowed_hosts_stay() {
    let texts = [
        "https://good.kz",
        "https://good.kz/a/b?c=d&e=f#g",
        "http://shop.good.kz:8080/x",
        "good.kz",
        "www.good.kz/путь",
        "t.me/company",
        "Пишите: info@good.kz.",
        "(https://good.kz/a)",
        "«good.kz»",
        "сайт:https://good.kz, вот",
        "https://мойдом.қаз/план",
        "first.name@good.kz",
        "https://good.kz/?next=https://evil.example",
        "HTTPS://GOOD.KZ/A",
        "@company_kz",
    ];
    for text in texts {
        becomes(text, text);
    }
    becomes("mailto:info@good.kz", "mailto:info@good.kz");
    becomes("<https://good.kz/a>", "https://good.kz/a");
    becomes("**https://good.kz/a_b**", "https://good.kz/a_b");
}

#[test]
fn other_hosts_go() {
    becomes("Смотрите https://evil.com/a, там цены.", "Смотрите, там цены.");
    becomes("Сайт: www.evil.kz", "Сайт:");
    becomes("evil.com", "");
    becomes("Пишите на sales@evil.com!", "Пишите на!");
    becomes("(https://evil.com) да", "да");
    becomes("wa.me/77001234567 и bit.ly/x", "и");
    assert_eq!(clean_reply("t.me/evil и @evil_bot, good.kz", &[]), "и evil_bot,");
    assert_eq!(clean_reply("https://a.com", &["".into(), "com".into(), "*".into(), "/".into(), ".".into()]), "");
    assert_eq!(
        clean_reply("https://notgood.kz https://good.kz.evil.ru https://a.good.kz", &["*.good.kz".into()]),
        "https://a.good.kz"
    );
}

#[test]
fn homographs_are_other_hosts() {
    // Cyrillic letters in `gооd.kz`, and a capital I for an l.
    becomes("https://g\u{43e}\u{43e}d.kz/a", "");
    becomes("g\u{43e}od.kz", "");
    assert_eq!(clean_reply("https://paypaI.com", &["paypal.com".into()]), "");
    assert_eq!(clean_reply("https://bücher.kz", &["xn--bcher-kva.kz".into()]), "https://bücher.kz");
}

/// What is neither a link nor markup is nobody's business.
#[test]
fn what_is_no_link_passes_unharmed() {
    for line in
        include_str!("../../../../tests/fixtures/reports/answers_unharmed.txt").lines().filter(|line| !line.starts_with('#'))
    {
        becomes(line, line);
        becomes(&format!("Да: {line}, вот так.\n\n{line}"), &format!("Да: {line}, вот так.\n\n{line}"));
    }
    for line in
        include_str!("../../../../tests/fixtures/reports/answers_spaced.txt").lines().filter(|line| !line.starts_with('#'))
    {
        let (text, expected) = line.split_once("=>").expect("an arrow");
        becomes(text.trim(), expected.trim());
        becomes(expected.trim(), expected.trim());
    }
}

#[test]
fn rare_domains_and_missing_spaces_get_a_space() {
    becomes("Thanks.Our manager calls.", "Thanks. Our manager calls.");
    becomes("see evil.photography", "see evil. photography");
    becomes("Ok.So we go", "Ok. So we go");
    becomes("Хорошо.Какой город?", "Хорошо.Какой город?");
}

#[test]
fn mentions_lose_their_at_sign_unless_telegram_is_allowed() {
    assert_eq!(clean_reply("Пишите @evil_bot или a@b", &[]), "Пишите evil_bot или a@b");
    assert_eq!(clean_reply("Пишите @evil_bot", &["t.me".into()]), "Пишите @evil_bot");
}

/// All of it, or nothing: the half of an answer looks like the whole.
#[test]
fn a_reply_is_never_shortened() {
    for length in [3_999, 4_001, 10_000, LONGEST_REPLY] {
        let answer = "слово ".repeat(length / 6) + &"я".repeat(length % 6);
        becomes(&answer, answer.trim());
        let answer = "я".repeat(length);
        becomes(&answer, &answer);
    }
    becomes(&"я".repeat(LONGEST_REPLY + 1), "");
    for nasty in ["[", "](", "<", "<a ", "![", "@a.kz", "https://", "(", "a.b", "**", "[a](", "://"] {
        let out = cleaned(&nasty.repeat(LONGEST_REPLY / nasty.len()));
        assert!(out.chars().count() <= LONGEST_REPLY);
    }
}

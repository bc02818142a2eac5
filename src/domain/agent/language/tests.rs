use super::{Language, of_text};

fn all(language: Option<Language>, texts: &[&str]) {
    for text in texts {
        assert_eq!(of_text(text), language, "{text:?}");
    }
}

#[test]
fn kazakh_is_told_by_its_letters_and_words() {
    let texts = [
        "Үй салғым келеді",
        "Маған үй керек",
        "салем, уй керек еди",
        "Рахмет",
        "Сәлеметсіз бе",
        "баға қанша?",
        "жақсы",
        "Salemetsiz be, maghan ui kerek",
        "ҮЙ",
        "Әлия",
    ];
    all(Some(Language::Kk), &texts);
}

#[test]
fn kazakh_wins_in_mixed_speech() {
    all(Some(Language::Kk), &["Здравствуйте, маған дом керек 150 квадрат", "Можно узнать бағасы қанша будет?", "ok, рахмет"]);
}

#[test]
fn other_cyrillic_is_russian() {
    let texts =
        ["Хочу построить дом в Алматы", "да", "Хочу iPhone 15 Pro Max", "Цена?", "Привет, мені потрібен дім, є ціна?", "ДОМ"];
    all(Some(Language::Ru), &texts);
}

#[test]
fn a_kazakh_name_does_not_make_a_russian_sentence_kazakh() {
    all(Some(Language::Ru), &["Меня зовут Әлия, хочу квартиру", "Строите дома в Өскемене?", "В баре пять человек"]);
}

#[test]
fn latin_is_english() {
    all(Some(Language::En), &["I want to build a house", "price?", "My name is Иван", "See https://example.kz please"]);
}

#[test]
fn what_does_not_tell_is_none() {
    let texts = [
        "",
        "   ",
        "12345",
        "👍😀",
        "ok",
        "Ок",
        "+7 701 123 45 67",
        "150 м2",
        "150 кв.м",
        "Алматы",
        "https://example.com/a",
        "a@b.kz",
    ];
    all(None, &texts);
    all(None, &["Канат, 87768776637", "Асхат 8 701 123 45 67"]);
}

#[test]
fn names_of_languages_are_read() {
    for (name, language) in
        [("kk-KZ", Language::Kk), ("Russian", Language::Ru), (" EN ", Language::En), ("қазақша", Language::Kk)]
    {
        assert_eq!(Language::of_name(name), Some(language));
    }
    assert_eq!(Language::of_name("fr"), None);
}

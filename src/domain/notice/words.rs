//! What is said in Telegram to the company's own people, in Russian, Kazakh and English.
use super::press::{Hindrance, PressEffect, Verb};
use crate::domain::agent::language::Language::{self, *};

/// Of a locale or an IETF tag such as `ru-RU`; neighbours who mostly read Russian are answered in it.
pub fn language_of(tag: &str) -> Language {
    match tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "ru" | "be" | "uk" | "ky" | "uz" | "tg" => Ru,
        "kk" => Kk,
        _ => En,
    }
}

pub fn connected(t: Language, company: &str) -> String {
    match t {
        Ru => format!("Готово: сюда будут приходить новые заявки компании «{company}»."),
        Kk => format!("Дайын: «{company}» компаниясының жаңа өтінімдері осы чатқа келеді."),
        En => format!("Done: new leads of “{company}” will come to this chat."),
    }
}

pub fn linked(t: Language, company: &str, user: &str) -> String {
    match t {
        Ru => {
            format!("Готово: этот Telegram — {user} в компании «{company}». Кнопки под заявками теперь работают от вашего имени.")
        }
        Kk => format!(
            "Дайын: бұл Telegram — «{company}» компаниясындағы {user}. Өтінім астындағы батырмалар енді сіздің атыңыздан жұмыс істейді."
        ),
        En => format!("Done: this Telegram account is {user} of “{company}”. The buttons under leads now act in your name."),
    }
}

/// What to do with a code of the company's chat.
pub fn how_to_connect(t: Language, code: &str, bot: &str) -> String {
    match t {
        Ru => format!(
            "Отправьте код {code} боту {bot}, или добавьте бота в группу и напишите там /connect {code}. Код действует 15 минут."
        ),
        Kk => format!(
            "{code} кодын {bot} ботына жіберіңіз немесе ботты топқа қосып, сонда /connect {code} деп жазыңыз. Код 15 минут жарамды."
        ),
        En => format!(
            "Send the code {code} to {bot}, or add the bot to a group and write /connect {code} there. The code is good for 15 minutes."
        ),
    }
}

/// What to do with a code of one's own account.
pub fn how_to_link(t: Language, code: &str, bot: &str) -> String {
    match t {
        Ru => format!("Отправьте код {code} боту {bot} из своего Telegram. Код действует 15 минут."),
        Kk => format!("{code} кодын өз Telegram аккаунтыңыздан {bot} ботына жіберіңіз. Код 15 минут жарамды."),
        En => format!("Send the code {code} to {bot} from your own Telegram account. The code is good for 15 minutes."),
    }
}

pub fn label(t: Language, verb: Verb) -> &'static str {
    match (verb, t) {
        (Verb::Take, Ru) => "В работу",
        (Verb::Take, Kk) => "Жұмысқа алу",
        (Verb::Take, En) => "Take it",
        (Verb::Call, Ru) => "Позвонить",
        (Verb::Call, Kk) => "Қоңырау шалу",
        (Verb::Call, En) => "Call",
        (Verb::Lose, Ru) => "Отказ",
        (Verb::Lose, Kk) => "Бас тарту",
        (Verb::Lose, En) => "Decline",
    }
}

pub fn open_label(t: Language) -> &'static str {
    match t {
        Ru => "Открыть диалог",
        Kk => "Диалогты ашу",
        En => "Open the conversation",
    }
}

/// The line that an answered notice ends with.
pub fn who_did(t: Language, verb: Verb, who: &str) -> String {
    match (verb, t) {
        (Verb::Take, Ru) => format!("✅ В работе: {who}"),
        (Verb::Take, Kk) => format!("✅ Жұмыста: {who}"),
        (Verb::Take, En) => format!("✅ In progress: {who}"),
        (Verb::Call, Ru) => format!("📞 Звонит {who}"),
        (Verb::Call, Kk) => format!("📞 Қоңырау шалуда: {who}"),
        (Verb::Call, En) => format!("📞 {who} calls"),
        (Verb::Lose, Ru) => format!("❌ Отказ: {who}"),
        (Verb::Lose, Kk) => format!("❌ Бас тартылды: {who}"),
        (Verb::Lose, En) => format!("❌ Declined: {who}"),
    }
}

/// What somebody whom we do not know reads after a press.
pub fn link_first(t: Language) -> &'static str {
    match t {
        Ru => "Сначала свяжите свой Telegram в консоли: Профиль → Telegram.",
        Kk => "Алдымен консольде Telegram аккаунтыңызды байлаңыз: Профиль → Telegram.",
        En => "Link your account in the console first: Profile → Telegram.",
    }
}

pub fn gone(t: Language) -> &'static str {
    match t {
        Ru => "Этой заявки больше нет.",
        Kk => "Бұл өтінім енді жоқ.",
        En => "This lead is gone.",
    }
}

/// What the presser reads. `owner` is who has the lead now, `phone` whom to call.
pub fn toast(t: Language, verb: Verb, effect: &PressEffect, owner: &str, phone: &str) -> String {
    match (verb, effect.hindrance, t) {
        (Verb::Call, _, Ru) => format!("Позвоните: {phone}"),
        (Verb::Call, _, Kk) => format!("Қоңырау шалыңыз: {phone}"),
        (Verb::Call, _, En) => format!("Call {phone}"),
        (_, Some(Hindrance::Won), Ru) => "Эта заявка уже выиграна.".to_owned(),
        (_, Some(Hindrance::Won), Kk) => "Бұл өтінім сәтті аяқталған.".to_owned(),
        (_, Some(Hindrance::Won), En) => "This lead is won already.".to_owned(),
        (_, Some(Hindrance::SomebodyElses), Ru) => format!("Уже в работе: {owner}"),
        (_, Some(Hindrance::SomebodyElses), Kk) => format!("Қазір жұмыста: {owner}"),
        (_, Some(Hindrance::SomebodyElses), En) => format!("Already in progress: {owner}"),
        (Verb::Take, None, Ru) => "Заявка ваша, она в работе.".to_owned(),
        (Verb::Take, None, Kk) => "Өтінім сіздікі, жұмысқа алынды.".to_owned(),
        (Verb::Take, None, En) => "The lead is yours and in progress.".to_owned(),
        (Verb::Lose, None, Ru) => "Отмечено: отказ.".to_owned(),
        (Verb::Lose, None, Kk) => "Белгіленді: бас тартылды.".to_owned(),
        (Verb::Lose, None, En) => "Marked as declined.".to_owned(),
    }
}

/// A notice that tests the way.
pub fn test(t: Language, company: &str) -> String {
    match t {
        Ru => format!("Проверка: уведомления о заявках компании «{company}» приходят в этот чат."),
        Kk => format!("Тексеру: «{company}» компаниясының өтінімдері туралы хабарламалар осы чатқа келеді."),
        En => format!("Test: notices about leads of “{company}” come to this chat."),
    }
}

//! The fixed sentences: what customers are told when no model speaks, and what operators read about why. They promise nothing
//! but a person, and they never pretend that the agent is one.
use super::language::Language;
use crate::domain::text::word_enum;

mod notes;

pub use notes::note;

word_enum! {
    /// Why people go on with a conversation.
    HandOverWhy {
        /// The customer asked for a person.
        Asked = "asked",
        /// The model called for one.
        AgentDecided = "agent_decided",
        ModelUnavailable = "model_unavailable",
        /// The account at the model's provider is empty.
        NoMoney = "no_money",
        /// The company's own budget is.
        OverBudget = "over_budget",
        /// Nobody could say what is left of it: then nothing is spent.
        BudgetUnknown = "budget_unknown",
        /// The model declined to answer.
        Refused = "refused",
        Empty = "empty",
        /// Too many automatic replies in a short time.
        Loop = "loop",
        /// A voice message that could not be understood.
        Voice = "voice",
        /// Tools called wrongly again and again, or an answer that makes no sense.
        Nonsense = "nonsense",
        Timeout = "timeout",
        OutsideScope = "outside_scope",
        BadKey = "bad_key",
        /// The answer was too long, and so was the shorter one.
        CutShort = "cut_short",
    }
}

impl HandOverWhy {
    /// Is it our trouble rather than something that was said?
    pub fn is_technical(self) -> bool {
        use HandOverWhy::*;
        match self {
            Asked | AgentDecided | Voice | OutsideScope => false,
            ModelUnavailable | NoMoney | OverBudget | BudgetUnknown | Refused | Empty | Loop | Nonsense | Timeout | BadKey
            | CutShort => true,
        }
    }
}

fn choose(language: Language, ru: &'static str, kk: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Ru => ru,
        Language::Kk => kk,
        Language::En => en,
    }
}

/// What the customer is told when people go on: one honest sentence.
pub fn handed_over(language: Language, why: HandOverWhy) -> &'static str {
    match why {
        HandOverWhy::Asked => choose(
            language,
            "Зову сотрудника — он ответит вам здесь.",
            "Қызметкерді шақырдым — ол сізге осы жерде жауап береді.",
            "I am calling a colleague; they will answer you here.",
        ),
        HandOverWhy::Voice => voice_not_understood(language),
        why if why.is_technical() => choose(
            language,
            "Сейчас автоматический помощник не может ответить — ваш вопрос передан сотруднику, он ответит здесь.",
            "Автоматты көмекші қазір жауап бере алмайды — сұрағыңыз қызметкерге берілді, ол осы жерде жауап береді.",
            "The automatic assistant cannot answer right now; your question went to a colleague, who will answer here.",
        ),
        _ => choose(
            language,
            "На этот вопрос лучше ответит сотрудник — разговор передан ему, он напишет вам здесь.",
            "Бұл сұраққа қызметкер дұрысырақ жауап береді — әңгіме соған берілді, ол сізге осы жерде жазады.",
            "A colleague can answer this better; the conversation is with them now, and they will write to you here.",
        ),
    }
}

/// A voice message that could not be understood: a person listens to it.
pub fn voice_not_understood(language: Language) -> &'static str {
    choose(
        language,
        "Не удалось разобрать голосовое сообщение — его прослушает сотрудник и ответит вам здесь.",
        "Дауыстық хабарламаны түсіну мүмкін болмады — оны қызметкер тыңдап, сізге осы жерде жауап береді.",
        "The voice message could not be understood; a colleague will listen to it and answer you here.",
    )
}

/// What customers learn beforehand.
pub fn ai_disclosure(language: Language) -> &'static str {
    choose(
        language,
        "Вам отвечает ИИ-помощник. Чтобы позвать человека, напишите «оператор».",
        "Сізге ЖИ-көмекші жауап береді. Адамды шақыру үшін «оператор» деп жазыңыз.",
        "An AI assistant answers you here. To call a person, write “operator”.",
    )
}

/// A call was arranged for a local time, written out by the caller.
pub fn callback_arranged(language: Language, when_local: &str) -> String {
    match language {
        Language::Ru => format!("Хорошо, перезвоним вам {when_local}."),
        Language::Kk => format!("Жақсы, сізге {when_local} қайта қоңырау шаламыз."),
        Language::En => format!("All right, we will call you back on {when_local}."),
    }
}

/// Closes a qualified request when the model has registered the lead and then said nothing.
pub fn lead_closing(language: Language, name: &str, phone: &str) -> String {
    let comma = if name.is_empty() { "" } else { ", " };
    match language {
        Language::Ru => format!("Спасибо{comma}{name}! Наш менеджер свяжется с вами по номеру {phone} в ближайшее время."),
        Language::Kk => format!("Рақмет{comma}{name}! Менеджеріміз жақын арада {phone} нөмірі бойынша сізге хабарласады."),
        Language::En => format!("Thank you{comma}{name}! Our manager will contact you at {phone} shortly."),
    }
}

#[cfg(test)]
mod tests;

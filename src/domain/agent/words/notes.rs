//! What operators read when a conversation comes to them.
use super::{HandOverWhy, choose};
use crate::domain::agent::{language::Language, safety};

const LONGEST_DETAIL: usize = 2000;

/// A note that says why in words. `detail` is a summary, or what the provider said; it may be empty.
pub fn note(language: Language, why: HandOverWhy, detail: &str) -> String {
    let detail = safety::several_lines(detail, LONGEST_DETAIL);
    let why = reason(language, why);
    if detail.is_empty() { format!("{why}.") } else { format!("{why}.\n{detail}") }
}

fn reason(language: Language, why: HandOverWhy) -> &'static str {
    let (ru, kk, en) = match why {
        HandOverWhy::Asked => ("Клиент попросил человека", "Клиент адаммен сөйлесуді сұрады", "The customer asked for a person"),
        HandOverWhy::AgentDecided => {
            ("Агент передал разговор сотруднику", "Агент әңгімені қызметкерге берді", "The agent handed the conversation over")
        }
        HandOverWhy::ModelUnavailable => (
            "Агент не ответил: модель недоступна",
            "Агент жауап бермеді: модель қолжетімсіз",
            "The agent did not answer: the model is unavailable",
        ),
        HandOverWhy::NoMoney => (
            "Агент не ответил: на счёте у провайдера модели закончились деньги (insufficient_quota)",
            "Агент жауап бермеді: модель провайдеріндегі шотта ақша таусылды (insufficient_quota)",
            "The agent did not answer: the account at the model's provider is out of money (insufficient_quota)",
        ),
        HandOverWhy::OverBudget => (
            "Агент не ответил: исчерпан бюджет, заданный в настройках",
            "Агент жауап бермеді: баптауларда берілген бюджет таусылды",
            "The agent did not answer: the budget in the settings is used up",
        ),
        HandOverWhy::BudgetUnknown => (
            "Агент не ответил: не удалось проверить, сколько осталось от бюджета",
            "Агент жауап бермеді: бюджеттен қанша қалғанын тексеру мүмкін болмады",
            "The agent did not answer: what is left of the budget could not be checked",
        ),
        HandOverWhy::Refused => (
            "Агент не ответил: модель отказалась отвечать на это",
            "Агент жауап бермеді: модель бұған жауап беруден бас тартты",
            "The agent did not answer: the model declined to",
        ),
        HandOverWhy::Empty => (
            "Агент не ответил: модель вернула пустой ответ",
            "Агент жауап бермеді: модель бос жауап қайтарды",
            "The agent did not answer: the model returned nothing",
        ),
        HandOverWhy::Loop => (
            "Агент остановлен: слишком много автоматических ответов подряд",
            "Агент тоқтатылды: қатарынан тым көп автоматты жауап берілді",
            "The agent was stopped: too many automatic replies in a row",
        ),
        HandOverWhy::Voice => (
            "Голосовое сообщение не удалось распознать, послушайте запись",
            "Дауыстық хабарлама танылмады, жазбаны тыңдаңыз",
            "The voice message could not be understood, please listen to it",
        ),
        HandOverWhy::Nonsense => (
            "Агент не ответил: модель вернула бессмысленный ответ",
            "Агент жауап бермеді: модель мағынасыз жауап қайтарды",
            "The agent did not answer: the model's answer made no sense",
        ),
        HandOverWhy::Timeout => ("Агент не ответил вовремя", "Агент уақытында жауап бермеді", "The agent did not answer in time"),
        HandOverWhy::OutsideScope => (
            "Клиент спрашивает о том, чего нет в карточке компании",
            "Клиент компания карточкасында жоқ нәрсені сұрап отыр",
            "The customer asks about something that the company card does not cover",
        ),
        HandOverWhy::BadKey => (
            "Агент не ответил: ключ к модели не принят, проверьте его в настройках ИИ",
            "Агент жауап бермеді: модель кілті қабылданбады, оны ЖИ баптауларынан тексеріңіз",
            "The agent did not answer: the model's key was refused, check it in the AI settings",
        ),
        HandOverWhy::CutShort => (
            "Агент не ответил: ответ модели оборвался на полуслове, короче она не смогла",
            "Агент жауап бермеді: модельдің жауабы ортасынан үзілді, қысқартып айта алмады",
            "The agent did not answer: the model's answer was cut off, and a shorter one as well",
        ),
    };
    choose(language, ru, kk, en)
}

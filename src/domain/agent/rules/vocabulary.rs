//! The words that requests for a person are made of.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WordKind {
    /// Only ever a member of the staff, or a human as against a machine.
    Person,
    /// Staff too, but perhaps the very thing the customer buys (`нужен специалист`).
    MaybePerson,
    /// To connect, to call, to talk.
    Act,
    /// To want, to need.
    Want,
    /// `на`, `с`: toward somebody, or for each.
    Toward,
    Robot,
    Not,
    /// Makes a statement or a question of it (`я менеджер`, `вы человек?`), unless something is asked for.
    Subject,
    /// Says nothing by itself.
    Filler,
}

/// Whole messages that hold no word for a person.
pub(super) const WHOLE: &[&str] = &[
    "есть кто живой",
    "есть кто-нибудь живой",
    "кто-нибудь живой есть",
    "кто живой есть",
    "есть тут живые",
    "есть живые",
    "can i talk to someone",
    "can i speak to someone",
    "let me talk to someone",
    "i want to talk to someone",
    "talk to someone",
    "біреуді шақырыңыз",
    "біреуді шақырыңызшы",
];

const PERSONS: &[&str] = &["оператор", "менеджер", "администратор", "консультант", "сотрудник", "қызметкер", "кызметкер"];
const MAYBE_PERSONS: &[&str] = &["специалист", "маман", "директор", "руководител", "басшы"];
/// Case endings of Russian and Kazakh nouns, as people write them.
const ENDINGS: &str =
    "а у ом е ы и ов ам ами ь ю я ем лер лар ды ді ди ты ті ти ға ге га қа ке ка мен пен бен ыңызды іңізді ыңыз іңіз";

const PERSON_WORDS: &str = "человек человека человеку человеком человечка живому адам адамды адамға адамга адаммен human humans person operator \
    agent manager representative rep staff consultant админ админа";
const MAYBE_WORDS: &str = "люди людей людьми people specialist somebody supervisor boss support";

const ACTS: &str = "позовите позови позвать позовете соедините соедини соединить соединиться переключите переключи переключить переведите \
    переведи перевести подключите подключи подключить пригласите вызовите вызвать свяжите связаться связь свяжусь \
    поговорить говорить общаться пообщаться разговаривать переговорить ответит отвечает позвонит перезвонит напишет \
    шақырыңыз шақырыңызшы шакырыныз шакырынызшы шақыр шақырып қосыңыз қосыңызшы косыныз косынызшы қос қосып \
    байланыстырыңыз байланыстырыңызшы сөйлескім сойлескым сөйлесейін сөйлесу сөйлессем хабарласу хабарласқым жалғаңыз \
    жалғаңызшы talk talking speak speaking chat connect transfer call contact switch";
const WANTS: &str = "хочу хотел хотела хотелось хочется хотим надо нужен нужна нужно нужны дайте дай давайте требую прошу можно могу можете \
    можешь керек kerek келеді келед келеди бола болады болама беріңіз беріңізші бериниз want need wanna give get like can \
    could may would id";
const FILLERS: &str = "пожалуйста пожалуста плиз пж пжл пжлст здравствуйте здрасте привет добрый день вечер утро доброе мне меня нам бы \
    ли к со живой живого живым живая живую живые реальный реального реальным реальному настоящий настоящего настоящим \
    обычный обычного вашим вашего ваш вашему какого-нибудь кого-нибудь кем-нибудь любого любым другого другим а и уже \
    срочно сейчас немедленно скорее быстро быстрее пусть лучше просто только по продажам от отдела отделом отдел продаж да \
    ну эй алло вас спасибо поддержки өтінем өтінемін отинем сәлем салем сәлеметсіз саламатсыз сіздің маған маган мені мен \
    тірі тири нақты ма ме бе ба шы ші еді рахмет please pls plz hi hello hey i a an the to with me my your real live \
    actual human-being being through put let now some sales customer service thanks just instead of right back";
const TOWARD: &str = "на с";
const ROBOTS: &str = "бот бота ботом боту робот робота роботом роботу машиной ботпен роботпен bot robot machine ии";
const SUBJECTS: &str = "я мы вы ты you сіз сен";
const NOT: &str = "не нет без емес келмейді келмейди not dont no";

fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

pub(super) fn kind(word: &str) -> Option<WordKind> {
    let lists = [
        (WordKind::Person, PERSON_WORDS),
        (WordKind::MaybePerson, MAYBE_WORDS),
        (WordKind::Act, ACTS),
        (WordKind::Want, WANTS),
        (WordKind::Toward, TOWARD),
        (WordKind::Robot, ROBOTS),
        (WordKind::Not, NOT),
        (WordKind::Subject, SUBJECTS),
        (WordKind::Filler, FILLERS),
    ];
    let listed = lists.into_iter().find(|(_, list)| has(list, word)).map(|(kind, _)| kind);
    let declined = || {
        let any = |stems: &[&str]| {
            stems.iter().any(|stem| word.strip_prefix(stem).is_some_and(|end| end.is_empty() || has(ENDINGS, end)))
        };
        if any(PERSONS) { Some(WordKind::Person) } else { any(MAYBE_PERSONS).then_some(WordKind::MaybePerson) }
    };
    listed.or_else(declined)
}

/// The Russian case that goes with "together with": `с оператором`.
pub(super) fn is_with(word: &str) -> bool {
    matches!(kind(word), Some(WordKind::Person)) && (word.ends_with("ом") || word.ends_with("ами"))
}

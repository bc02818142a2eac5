//! The words of credits and farewells, in the languages that a machine falls into. Beginnings of words where nothing else is
//! said; in small letters, `ё` as `е`, between bars.

/// Whoever asks or wants something is a customer.
pub(super) const WANTING: &str = "нужен|нужна|нужно|нужны|надо|хочу|хотим|хотел|хотела|хотели|можно|можете|сколько|стоит|цена|цену|цены|заказать|\
    закажу|купить|пришлите|отправьте|скиньте|перезвоните|подскажите|как|когда|где|почему|need|want|price|order|how|\
    when|where|керек|қанша|қалай|қашан|қайда|бағасы";
/// Nobody is spoken to in credits, and nobody speaks of themselves.
pub(super) const ADDRESSING: &str = "мне|нам|меня|у|вы|вас|вам|ваш|ваша|ваше|ваши|вашу|вашего|ваших|могу|скажите|сделайте|сделать|какой|какая|какие|\
    я|мы|мой|моя|мою|моей|i|we|you|your|my|can|could|do|does|would|please|маған|бізге|сіз|сізде|сіздер|мен|болады|\
    жасаңыз|вами|нами|договорились";

/// In these nobody speaks of anything else.
pub(super) const SURE: &str = "dimatorzok|дима торзок|amara org|castingwords|casting words|mooji|игорь негода|nicolai winther|ai media|\
    sous titreur|soustitreur|alimmenta|multi moto|qtss|johnyx|yoyo television|優優獨播劇場|优优独播剧场|明镜与点点|明鏡與點點|نانسي قنقر|\
    이덕영입니다|synced corrected|addic7ed|opensubtitles|а синецкая|а егорова|а семкин";

/// As a whole sentence, and only so.
pub(super) const WHOLE: &str = "you|the|the end|конец|конец фильма|соңы|тишина|silence|silencio|музыка играет|music playing|blank audio|\
    no speech|inaudible|неразборчиво|субтитры|subtitles|титры|captions|а девушки отдыхают|девушки отдыхают|хм|гм|эм|\
    э|эээ|um|uh|uhm|hm|hmm|mm|mmm|м|мм|ммм|ш|шш|шшш|тсс";

pub(super) const SUBTITLES: &str = "субтитр|титры|subtitle|subtítul|subtitul|titulad|titres|titrag|soustitr|untertitel|sottotitol|legenda|napisy|\
    titulky|titlovi|titlove|ondertitel|undertekst|undertext|tekst|teksting|tekstitys|altyaz|felirat|subtitrar|\
    titlid|subtitrai|υποτιτλ|υπότιτλ|ترجمة|כתוביות|сабтитр";
pub(super) const SUBTITLES_WITHIN: &str = "字幕|자막|phụ đề|คำบรรยาย|作词|作詞|作曲|编曲|編曲";

/// Who does what in a credit.
pub(super) const MAKERS: &str = "сделал|делал|создал|создав|подготов|подогнал|предостав|добавил|выполн|редактор|редактир|корректор|перевод|\
    перевел|переклад|автор|студи|канал|сообществ|спільнот|жасаған|аударған|дайындаған|құрастырған|by|made|created|\
    provided|edited|translat|communit|communaut|comunidad|comunità|comunidade|gemeenschap|społeczno|realis|réalis|\
    fait|par|realizad|cread|hech|por|pela|pelo|creat|revision|cura|auftrag|der|von|für|durch|stworz|wykon|robion|\
    przez|vytvoř|prekl|překl|door|ingediend|av|af|oversat|överséttning|översätt|çevir|készít|fordít|tradus|tehnud|\
    od|de|st";

/// How credits begin.
pub(super) const CREDITS: &str = "transcription by|transcribed by|translation by|translated by|captions by|captioned by|captioning by|\
    closed captioning|closed captions|edited by|produced by|directed by|copyright|all rights reserved|\
    перевод и озвучка|перевод и субтитры|озвучено студией|озвучено по заказу|режиссер монтажа|автор сценария|\
    по заказу телеканала|traduction et sous|traduit par|tradução e legenda|traducido por|übersetzt von|翻译|翻譯|翻訳|번역";
pub(super) const EDITORS: &str = "редактор|editor|монтаж";
pub(super) const PROOFREADERS: &str = "корректор|proof";
/// Who signs with an initial and a name.
pub(super) const SIGNERS: &str =
    "редактор|корректор|режиссер|оператор|переводчик|перевод|монтаж|озвучка|сценарий|автор|музыка|аударған";
/// Stations that sign what they send, with a year.
pub(super) const STATIONS: &str = "wdr|swr|zdf|ard|ndr|mdr|br|rbb|orf|srf|bbc|nrk|svt|rai|cctv|nhk|kbs|mbc|sbs";

pub(super) const THANKS: &str = "спасибо|благодар|рахмет|рақмет|алғыс|thank|gracias|obrigad|merci|danke|dank|bedankt|grazie|dzięk|děkuj|ďakuj|\
    hvala|tack|takk|kiitos|kiitoksia|teşekkür|sağolun|mulțumesc|mulţumesc|multumesc|köszön|дякую|дякуєм|дзякуй|\
    ευχαριστ|شكرا|شكراً|תודה|धन्यवाद|شکریہ|terima|salamat|aitäh|ačiū|paldies";
pub(super) const THANKS_WITHIN: &str =
    "ありがとう|감사|고맙|謝謝|谢谢|感謝|感谢|多谢|多謝|cảm ơn|ขอบคุณ|tak fordi|tak for|vielen dank|děkuji|dziękuję";
/// What thanks in films are for, where other thanks have like words.
pub(super) const FOR_WATCHING: &str = "за просмотр видео|за просмотр ролика|за внимание|за подписку|за лайк|за лайки|что смотрели|что смотрите|что посмотрели|что досмотрели|\
    что были с нами|что остаетесь с нами|за то что смотр|за то что были с нами|за поддержку канала|for watching|\
    for your watching|for viewing|for your attention|for listening|for tuning in|for subscribing|for joining us|\
    for being with us|por ver|por mirar|por tu atención|por su atención|por assistir|por terem assistido|\
    d avoir regardé|d avoir visionné|de votre attention|pour votre attention|de votre écoute|fürs zuschauen|\
    fürs zusehen|für s zuschauen|für die aufmerksamkeit|für ihre aufmerksamkeit|fürs zuhören|per la visione|\
    per aver guardato|per l attenzione|за перегляд|за увагу|ser med|for at i så med|for att ni tittade|\
    för att ni tittat|för att du tittade|at du så med|for at du så";
pub(super) const WATCHING: &str = "watching|oglądani|obejrzeni|uwagę|sledov|zhlédnut|pozornost|gledanj|tittade|tittat|katsomi|katsoi|kijken|izledi|\
    izleme|vizion|urmărit|atenție|megtekint|figyelm|παρακολού|مشاهد|متابع|צפי|देखने|menonton|panonood|vaata|žiūrėj|\
    skatī|көргендер|көргенің|қарағандар|қарағаның|тыңдағандар|тыңдағаның|аударғандарың|аударғаның";
pub(super) const WATCHING_WITHIN: &str = "視聴|ご覧|시청|收看|收聽|收听|观看|觀看|观赏|觀賞|đã xem|đã theo dõi|theo dõi|รับชม";

pub(super) const SUBSCRIBE: &str = "подписывайтесь|подписывайся|подпишитесь|подпишись|не забудьте подписаться|не забывайте подписываться|\
    не забудь подписаться|ставьте лайк|ставь лайк|ставьте класс|жмите на колокольчик|нажмите на колокольчик|\
    нажимайте на колокольчик|лайк и подписка|лайк подписка|пишите в комментариях|пишите комментарии|\
    оставляйте комментарии|добро пожаловать на мой канал|добро пожаловать на наш канал|добро пожаловать на канал|\
    каналға жазыл|арнаға жазыл|каналымызға жазыл|арнамызға жазыл|жазылыңыз|лайк бас|лайк қой|please subscribe|\
    subscribe to my|subscribe to our|subscribe to the channel|subscribe to this channel|like and subscribe|\
    like share and subscribe|don t forget to subscribe|don t forget to like|hit the bell|hit the like|\
    smash the like|leave a like|welcome to my channel|welcome back to my|welcome to our channel|comment below|\
    in the comments below|suscríbete|suscríbanse|suscribete|no olvides suscribirte|inscreva se|se inscreva|\
    inscrevam se|deixe o seu like|abonnez vous|abonne toi|n oubliez pas de vous abonner|abonniert den kanal|\
    abonniert unseren|abonniert meinen|abonnieren sie unseren|vergesst nicht zu abonnieren|iscriviti|iscrivetevi|\
    iscriversi al canale|subskrybuj|zasubskrybuj|zapraszam do subskrybowania|abone ol|abone olmayı|підписуйтесь|\
    підписуйтеся|підпишіться|ставте лайк|اشترك|اشتركوا|チャンネル登録|高評価|구독|订阅|訂閱|点赞|點贊|點讚|đăng ký kênh|जरूर सब्सक्राइब|\
    सब्सक्राइब|jangan lupa subscribe|odebírejte|přihlaste se k odběru|iratkozz|feliratkoz";

pub(super) const NEXT_TIME: &str = "продолжение следует|продолжение в следующ|смотрите продолжение|смотрите в следующ|в следующей серии|\
    в следующем видео|в следующем выпуске|в следующем ролике|до новых встреч|до встречи в следующ|\
    до следующего видео|всем пока|с вами был|с вами была|с вами были|увидимся в следующ|\
    жалғасы бар|жалғасы келесі|жалғасы болады|келесі видеода|келесі бөлімде|келесі шығарылымда|келесі кездескенше|\
    to be continued|see you in the next|see you next time|see you in my next|see you next video|\
    i ll see you in the next|we ll be right back|stay tuned|next episode|next video|continuará|à suivre|\
    à la prochaine|fortsetzung folgt|bis zum nächsten mal|bis zum nächsten video|nos vemos en el próximo|\
    hasta la próxima|até o próximo|até a próxima|até à próxima|alla prossima|al prossimo video|ciąg dalszy nastąpi|\
    do zobaczenia w|pokračování příště|bir sonraki video|bir sonraki bölüm|devam edecek|далі буде|\
    до нових зустрічей|次の動画|また次回|つづく|다음 영상|다음 시간에|未完待续|未完待續|下期再见|下期再見|下次再见|下次再見|下集|hẹn gặp lại các bạn";

pub(super) const SOUNDS: &str = "музык|мелоди|аплодис|овац|хохот|тишин|заставк|әуен|шапалақ|music|applause|laughter|silence|musique|musik|música|\
    musica|muzyka|müzik|applaudissements|gelächter|音楽|음악";
/// What sounds, and what they are like.
pub(super) const SOURCES: &str = "двигат|мотор|поезд|двер|телефон|собак|ветр|дожд|толп|вод|машин|колокол|птиц|ребенк|играет|звучит|музыкальн|\
    фонов|баяу|көңілді|ойнайды|ойнап|background|upbeat|soft|gentle|dramatic|playing|phone|door|dog|barking|engine|\
    crowd|intro|outro|de|fond";
pub(super) const SMALL: &str = "в|и|за|на|с|the|of|a|and";

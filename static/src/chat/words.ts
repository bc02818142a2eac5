import { storage } from '../lib/storage';

export type ChatLocale = 'ru' | 'kk' | 'en';
export const CHAT_LOCALES: { id: ChatLocale; name: string }[] = [{ id: 'ru', name: 'Рус' }, { id: 'kk', name: 'Қаз' }, { id: 'en', name: 'Eng' }];

const ru = {
  title: 'Чат', placeholder: 'Напишите сообщение', send: 'Отправить', log: 'Сообщения', you: 'Вы', typing: 'Печатает…',
  online: 'Мы на связи', away: 'Оставьте сообщение — ответим здесь же', lost: 'Нет связи. Сообщения уйдут, когда она вернётся.',
  unknownTitle: 'Чат не найден', unknownText: 'Возможно, ссылка устарела или чат отключён. Попросите у компании новую ссылку.',
  hello: 'Здравствуйте! Чем помочь?', waiting: 'Отправляется', sent: 'Отправлено', read: 'Прочитано', failed: 'Не отправлено',
  retry: 'Повторить', file: 'Файл', download: 'Скачать', fileFailed: 'Файл не загрузился', language: 'Язык',
  newBelow: 'Новые сообщения', unsupported: 'Сообщение такого вида здесь не показать', bot: 'бот', ai: 'ИИ', company: 'Компания',
  aiAnswers: 'Отвечает ИИ-помощник', person: 'Позвать человека', personWord: 'оператор', voice: 'Голосовое сообщение',
  recording: 'Идёт запись', cancel: 'Отмена', noMicrophone: 'Нет доступа к микрофону', tooLong: 'Слишком длинное сообщение', left: 'Осталось символов', over: 'Лишних символов',
};
export type Words = Record<keyof typeof ru, string>;

const kk: Words = {
  title: 'Чат', placeholder: 'Хабарлама жазыңыз', send: 'Жіберу', log: 'Хабарламалар', you: 'Сіз', typing: 'Жазып жатыр…',
  online: 'Біз байланыстамыз', away: 'Хабарлама қалдырыңыз — осында жауап береміз', lost: 'Байланыс жоқ. Қалпына келгенде хабарламалар жіберіледі.',
  unknownTitle: 'Чат табылмады', unknownText: 'Сілтеме ескірген немесе чат өшірілген болуы мүмкін. Компаниядан жаңа сілтеме сұраңыз.',
  hello: 'Сәлеметсіз бе! Сізге қалай көмектесе аламыз?', waiting: 'Жіберілуде', sent: 'Жіберілді', read: 'Оқылды', failed: 'Жіберілмеді',
  retry: 'Қайталау', file: 'Файл', download: 'Жүктеп алу', fileFailed: 'Файл жүктелмеді', language: 'Тіл',
  newBelow: 'Жаңа хабарламалар', unsupported: 'Мұндай хабарламаны мұнда көрсету мүмкін емес', bot: 'бот', ai: 'ЖИ', company: 'Компания',
  aiAnswers: 'ЖИ-көмекші жауап береді', person: 'Адамды шақыру', personWord: 'адам', voice: 'Дауыстық хабарлама',
  recording: 'Жазылып жатыр', cancel: 'Бас тарту', noMicrophone: 'Микрофонға рұқсат жоқ', tooLong: 'Хабарлама тым ұзын', left: 'Қалған таңба саны', over: 'Артық таңба саны',
};

const en: Words = {
  title: 'Chat', placeholder: 'Write a message', send: 'Send', log: 'Messages', you: 'You', typing: 'Typing…',
  online: 'We are here', away: 'Leave a message; we will answer right here', lost: 'No connection. Messages will be sent when it is back.',
  unknownTitle: 'Chat not found', unknownText: 'The link may be old or the chat is switched off. Ask the company for a new link.',
  hello: 'Hello! How can we help?', waiting: 'Sending', sent: 'Sent', read: 'Read', failed: 'Not sent',
  retry: 'Retry', file: 'File', download: 'Download', fileFailed: 'The file could not be loaded', language: 'Language',
  newBelow: 'New messages', unsupported: 'This kind of message cannot be shown here', bot: 'bot', ai: 'AI', company: 'Company',
  aiAnswers: 'An AI assistant answers', person: 'Talk to a person', personWord: 'human', voice: 'Voice message',
  recording: 'Recording', cancel: 'Cancel', noMicrophone: 'No access to the microphone', tooLong: 'The message is too long', left: 'Characters left', over: 'Characters too many',
};

export const WORDS: Record<ChatLocale, Words> = { ru, kk, en };
const KEY = 'sb.chat.locale';
const known = (tag: string | null): ChatLocale | undefined => CHAT_LOCALES.find((it) => tag?.toLowerCase().startsWith(it.id))?.id;

export const firstChatLocale = (): ChatLocale => known(storage.get(KEY)) ?? navigator.languages.map(known).find(Boolean) ?? 'ru';
export const rememberChatLocale = (locale: ChatLocale): void => storage.set(KEY, locale);

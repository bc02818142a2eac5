export const search = {
  'search.placeholder': 'Слова из сообщений, имя или телефон',
  'search.hintTitle': 'Найдётся всё, что было сказано',
  'search.hint': 'Сообщения, расшифровки голосовых, имена файлов и клиенты. Введите хотя бы две буквы или цифры.',
  'search.nothing': 'Ничего не найдено',
  'search.nothingHint': 'Попробуйте меньше слов или только начало слова.',
  'search.people': 'Клиенты',
  'search.messages': 'Сообщения',
  'search.more': 'Показать ещё',
  'search.voice': 'голос',
  'search.file': 'файл',
  'search.note': 'заметка',
} as const;

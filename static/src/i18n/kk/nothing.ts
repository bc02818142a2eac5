import type { Like } from '../plural';
import type { nothing as ru } from '../ru/nothing';

// Of a list that shows nothing.
export const nothing: Like<typeof ru> = {
  'inbox.emptyTitle': 'Мұнда әзірге ештеңе жоқ',
  'inbox.emptyHint': 'Жаңа диалогтар өздігінен пайда болады.',
  'inbox.nothingFound': 'Ештеңе табылмады',
  'inbox.nothingFoundHint': 'Іздеу осы көріністе жүктелген диалогтар бойынша жүреді.',
  'inbox.lookFurther': 'Ескілерінен іздеу',
  'inbox.noneHandled': 'Жүктелген диалогтар арасында ондайлар жоқ.',
  'search.everywhere': 'Барлық хабарламадан іздеу',
  'inbox.narrowed': 'Тізім тарылтылған: {by}',
};

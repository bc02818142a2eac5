import alarmClock from 'icon:alarm-clock';
import arrowDown from 'icon:arrow-down';
import arrowLeft from 'icon:arrow-left';
import arrowUp from 'icon:arrow-up';
import bell from 'icon:bell';
import check from 'icon:check';
import chevronDown from 'icon:chevron-down';
import chevronRight from 'icon:chevron-right';
import circleQuestionMark from 'icon:circle-question-mark';
import clipboardList from 'icon:clipboard-list';
import clock from 'icon:clock';
import copy from 'icon:copy';
import download from 'icon:download';
import ellipsis from 'icon:ellipsis';
import eye from 'icon:eye';
import file from 'icon:file';
import hand from 'icon:hand';
import keyboard from 'icon:keyboard';
import languages from 'icon:languages';
import link from 'icon:link';
import lock from 'icon:lock';
import logOut from 'icon:log-out';
import menu from 'icon:menu';
import messageSquare from 'icon:message-square';
import messagesSquare from 'icon:messages-square';
import monitor from 'icon:monitor';
import moon from 'icon:moon';
import panelLeftClose from 'icon:panel-left-close';
import panelLeftOpen from 'icon:panel-left-open';
import panelRight from 'icon:panel-right';
import paperclip from 'icon:paperclip';
import pencil from 'icon:pencil';
import phone from 'icon:phone';
import play from 'icon:play';
import plug from 'icon:plug';
import plus from 'icon:plus';
import reply from 'icon:reply';
import rotateCw from 'icon:rotate-cw';
import search from 'icon:search';
import sendHorizontal from 'icon:send-horizontal';
import settings from 'icon:settings';
import sparkles from 'icon:sparkles';
import sun from 'icon:sun';
import trash from 'icon:trash';
import triangleAlert from 'icon:triangle-alert';
import user from 'icon:user';
import users from 'icon:users';
import x from 'icon:x';

// The icons that every page may show, by what they mean here. A page that alone needs an icon may import its outline itself.
export const ICONS = {
  inbox: messagesSquare,
  channels: plug,
  team: users,
  person: user,
  back: arrowLeft,
  send: sendHorizontal,
  clip: paperclip,
  lock,
  close: x,
  check,
  clock,
  down: arrowDown,
  up: arrowUp,
  chevron: chevronDown,
  chevronRight,
  panel: panelRight,
  search,
  file,
  play,
  retry: rotateCw,
  copy,
  help: circleQuestionMark,
  exit: logOut,
  more: ellipsis,
  eye,
  keyboard,
  reply,
  pencil,
  link,
  plus,
  leads: clipboardList,
  gear: settings,
  phone,
  chat: messageSquare,
  spark: sparkles,
  hand,
  trash,
  snooze: alarmClock,
  sun,
  moon,
  bell,
  system: monitor,
  language: languages,
  warn: triangleAlert,
  download,
  foldRail: panelLeftClose,
  unfoldRail: panelLeftOpen,
  menu,
} as const;
export type IconName = keyof typeof ICONS;

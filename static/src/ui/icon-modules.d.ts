/** One Lucide icon as the `d` of a path (`build/icons.ts`). */
declare module 'icon:*' {
  const outline: string;
  export default outline;
}

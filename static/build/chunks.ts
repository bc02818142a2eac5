import type { Rolldown } from 'vite';

/** What nearly every visit begins with, the inbox in its frame: whatever they share with another page is one file, not a dozen. */
const FIRST_PAGE = /\/(features\/inbox\/Inbox|Shell)\.svelte$/;

type Graph = Pick<Rolldown.ChunkingContext, 'getModuleInfo'>;

/** Pages and dialogs: what somebody imports when it is needed. */
function pagesOf(id: string, graph: Graph): Set<string> {
  const seen = new Set<string>();
  const pages = new Set<string>();
  const walk = (at: string): void => {
    if (seen.has(at)) return;
    seen.add(at);
    const module = graph.getModuleInfo(at);
    if (module?.dynamicImporters.length) pages.add(at);
    module?.importers.forEach(walk);
  };
  walk(id);
  return pages;
}

/** The name of the file for what the first page shares with others; nothing for all the rest, which is cut by itself. */
export function shared(id: string, graph: Graph): string | null {
  const pages = [...pagesOf(id, graph)];
  return pages.length > 1 && pages.some((it) => FIRST_PAGE.test(it)) ? 'shared' : null;
}

/** Words are named by language and part (`kk-inbox`), as six files of the name "inbox" say little. */
export function chunkFileNames({ facadeModuleId }: { facadeModuleId: string | null }): string {
  const [, language, part] = /\/i18n\/(\w+)\/(\w+)\.ts$/.exec(facadeModuleId ?? '') ?? [];
  return `assets/${language ? `${language}-${part}` : '[name]'}-[hash].js`;
}

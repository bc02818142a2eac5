// What a test waits for comes when the machine has time for it: a busy one takes longer than a second to fetch a dialog's code.
if (typeof document !== 'undefined') (await import('@testing-library/svelte')).configure({ asyncUtilTimeout: 10_000 });

export {};

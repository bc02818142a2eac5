/** What is wrong with a value by a schema of the document, a line each. */
export function wrongs(document: unknown, schema: unknown, value: unknown, at?: string): string[];
/** What is wrong with the answer to a request, by the operation that the document has for it. */
export function wrongAnswer(document: unknown, method: string, path: string, status: number, body: unknown): string[];

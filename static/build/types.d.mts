/** The console's types, made from the API's documents. */
export function types(): Promise<string>;

/** The name of a deed that is to be done once, however often it is asked for. Not by `randomUUID`, which pages without a secure context do not have. */
export const newOperation = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-');

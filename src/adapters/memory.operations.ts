/** Unguessable ids. Random numbers are drawn in bulk, because each draw has a price; `randomUUID` is missing on pages without TLS. */
export function createIds(): () => string {
  const drawn = new Uint32Array(1024);
  let used = drawn.length;
  return () => {
    if (used === drawn.length) {
      crypto.getRandomValues(drawn);
      used = 0;
    }
    used += 4;
    return drawn.slice(used - 4, used).join('-');
  };
}

const KEPT = 1000;

/** Says again what an operation answered; the oldest are forgotten. */
export function createOnce(): <T>(operation: string, act: () => T) => T {
  const answers = new Map<string, unknown>();
  return <T>(operation: string, act: () => T): T => {
    if (!answers.has(operation)) {
      answers.set(operation, act());
      const [oldest] = answers.keys();
      if (answers.size > KEPT && oldest !== undefined) answers.delete(oldest);
    }
    return structuredClone(answers.get(operation)) as T;
  };
}

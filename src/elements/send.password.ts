/** Letters and digits that nobody takes for one another. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** Long enough that nobody guesses it: 92 bits. */
const LENGTH = 16;

/** A password that nobody has thought of. `fill` puts random bytes into what it is given. */
export function makePassword(fill = (bytes: Uint8Array<ArrayBuffer>): Uint8Array => crypto.getRandomValues(bytes)): string {
  // Beyond the last whole multiple some letters would come more often.
  const fair = 256 - (256 % LETTERS.length);
  let password = '';
  while (password.length < LENGTH)
    for (const byte of fill(new Uint8Array(LENGTH)))
      if (byte < fair && password.length < LENGTH) password += LETTERS[byte % LETTERS.length] ?? '';
  return password;
}

/** What means something else in Ruby than here, or nothing here. */
const RUBY = /\\[hHRXGK]|\\[gp]\{?|\\k'|\[\[:|\[[^\]]*&&|\(\?(?![:=!]|<[=!A-Za-z_])|[*+?}]\+|\\u\{|\\[CM]-/;

/**
 * Reads a pattern of the service, which is Ruby's and stands between slashes, as JavaScript's without flags.
 * `undefined` where the two might differ: then nobody but the service can check it.
 */
export function patternOf(written: string): string | undefined {
  const [, source, flags] = /^\/(.*)\/([a-z]*)$/s.exec(written) ?? [];
  if (source === undefined || flags !== '' || RUBY.test(source)) return undefined;
  const pattern = source.replace(/\\([AzZ])/g, (_, anchor: string) => (anchor === 'A' ? '^' : '$'));
  try {
    new RegExp(pattern);
  } catch {
    return undefined;
  }
  return pattern;
}

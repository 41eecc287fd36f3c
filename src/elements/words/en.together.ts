import { en, type Plural } from './en.js';

/** What is said where files go out together, in English; as in en.ts. Loaded for the backends that need it. */
export const enTogether = {
  sentAgain: {
    one: 'The other file goes again from the start, as this one cannot be taken out alone.',
    other: 'The other {n} files go again from the start, as this one cannot be taken out alone.',
  } as Plural,
  takeOut: 'Take it out',
  keep: 'Leave it',
} satisfies Record<string, string | Plural>;

Object.assign(en, enTogether);

import type { ActionId } from './browser.actions.js';

/** What of a keyboard event counts. */
export type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** Where the arrows and their like lead. `next` and `previous` follow the direction of writing. */
export type Step = 'up' | 'down' | 'next' | 'previous' | 'pageUp' | 'pageDown' | 'start' | 'end' | 'first' | 'last';

/** What a key asks for. A `move` selects where it leads, extends the selection to there, or leaves it as it is. */
export type Command =
  | { type: 'move'; step: Step; selecting: 'only' | 'extend' | 'none' }
  | { type: 'action'; id: ActionId }
  | { type: 'toggle' | 'menu' | 'escape' | 'up' | 'back' | 'forward' | 'undo' }
  | { type: 'letter'; letter: string };

const STEPS: Readonly<Record<string, Step>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'start',
  End: 'end',
};

const PLAIN: Readonly<Record<string, Command>> = {
  Enter: { type: 'action', id: 'open' },
  F2: { type: 'action', id: 'rename' },
  Delete: { type: 'action', id: 'remove' },
  Backspace: { type: 'up' },
  Escape: { type: 'escape' },
  ' ': { type: 'toggle' },
  ContextMenu: { type: 'menu' },
};

const WITH_CONTROL: Readonly<Record<string, Command>> = {
  a: { type: 'action', id: 'selectAll' },
  x: { type: 'action', id: 'cut' },
  c: { type: 'action', id: 'copy' },
  v: { type: 'action', id: 'paste' },
  z: { type: 'undo' },
  ' ': { type: 'toggle' },
  // As on a Mac.
  Backspace: { type: 'action', id: 'remove' },
};

const WITH_ALT: Readonly<Record<string, Command>> = {
  ArrowLeft: { type: 'back' },
  ArrowRight: { type: 'forward' },
  ArrowUp: { type: 'up' },
  Enter: { type: 'action', id: 'details' },
};

/** What a key that is pressed on an item asks for; nothing where it is the browser's or the page's. */
export function commandOf({ key, ctrlKey, metaKey, shiftKey, altKey }: Key, rightToLeft: boolean): Command | undefined {
  const control = ctrlKey || metaKey;
  if (altKey) return control || shiftKey ? undefined : WITH_ALT[key];
  const [ahead, behind] = rightToLeft ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
  const step = key === ahead ? 'next' : key === behind ? 'previous' : STEPS[key];
  if (step) {
    const far = control && step === 'start' ? 'first' : control && step === 'end' ? 'last' : step;
    return { type: 'move', step: far, selecting: shiftKey ? 'extend' : control ? 'none' : 'only' };
  }
  if (key === 'F10' && shiftKey) return { type: 'menu' };
  if (control) return shiftKey ? undefined : WITH_CONTROL[key.toLowerCase()];
  const plain = PLAIN[key];
  if (plain) return shiftKey && key !== ' ' ? undefined : plain;
  return Array.from(key).length === 1 ? { type: 'letter', letter: key } : undefined;
}

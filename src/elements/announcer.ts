import type { Totals } from '../uploads/totals.js';
import type { Language } from './language.js';

/** Decides what is worth saying aloud: the start, each quarter, what needs the person, and the end. */
export class Announcer {
  /** What was said last; a live region shows it. */
  said = '';
  #step: string | undefined;
  #failed = 0;
  /** Files that had ended before those of now were begun. */
  #ended = 0;

  /** Says something. */
  say(text: string): void {
    // A live region keeps silent when its text stays the same.
    if (text) this.said = text === this.said ? `${text}\u00a0` : text;
  }

  /** Says what has changed. `failure`: the last file that failed, and why. */
  follow({ phase, counts, files, progress }: Totals, failure: string, language: Language): void {
    const said: string[] = [];
    const failed = counts.failed - this.#failed;
    if (failed > 0) said.push(failed > 1 ? language.say('failed', { n: counts.failed }) : failure);
    this.#failed = counts.failed;
    const quarter = Math.floor(progress * 4) / 4;
    const step = `${phase}${phase === 'sending' ? String(quarter) : ''}`;
    const ended = counts.done + counts.failed;
    this.#ended = phase === 'sending' ? Math.min(this.#ended, ended) : ended;
    const before = this.#step;
    this.#step = step;
    if (step !== before && phase !== 'empty' && phase !== 'queued') {
      if (phase === 'done' || phase === 'failed') said.push(before && counts.done ? language.say('done', { n: counts.done }) : '');
      else if (phase !== 'sending') said.push(language.say(phase));
      else if (before?.startsWith(phase)) said.push(language.percent(quarter));
      else said.push(language.say(phase, { n: files - this.#ended }));
    }
    this.say(said.filter(Boolean).join('. '));
  }
}

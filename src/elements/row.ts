import { html, nothing, type TemplateResult } from 'lit';
import { phaseOf, type UploadFile, type UploadPhase } from '../uploads/queue.js';
import { advance, bar } from './advance.js';
import { iconButton } from './controls.js';
import { icon, type IconName, type Icons } from './icons.js';
import type { Language } from './language.js';
import { fullName, plainName } from './name.js';
import type { Row } from './rows.js';
import { isPicture, thumbnail } from './thumbnail.js';

/** What a person can do with a row. */
export type Deed = 'pause' | 'resume' | 'retry' | 'cancel' | 'remove';

/** What all rows have in common. */
export interface RowScene {
  language: Language;
  icons: Icons | undefined;
  /** The uploader can pause. */
  pausable: boolean;
  disabled: boolean;
  onDeed: (deed: Deed, id: string) => void;
}

/** What the first button does; the second takes the file off. */
const FIRST: Partial<Record<UploadPhase, Deed>> = { sending: 'pause', paused: 'resume', waiting: 'pause', failed: 'retry' };

const ICONS: Record<Deed, IconName> = { pause: 'pause', resume: 'play', retry: 'retry', cancel: 'close', remove: 'close' };

/** What was chosen, or as what the backend keeps it. */
export const nameOf = (file: UploadFile): string => plainName(file.ferry?.item?.name ?? file.name ?? '');

/** Why it failed, in words; of another uploader than Ferrykit's, in that one's words. */
export const reasonOf = (file: UploadFile, language: Language): string =>
  file.ferry?.code || !file.error ? language.say(`error-${file.ferry?.code ?? 'server'}`) : file.error;

const sentOf = ({ progress }: UploadFile): number => Number(progress.bytesUploaded ?? 0);

function detailsOf(file: UploadFile, phase: UploadPhase, { speed }: Row, language: Language): string[] {
  const size = file.size ?? 0;
  const whole = language.size(size);
  const sent = sentOf(file);
  if (phase === 'done') return [whole];
  if (phase === 'failed') return [reasonOf(file, language)];
  if (phase !== 'sending') {
    speed.reset();
    return [language.say(phase), whole];
  }
  speed.note(sent, performance.now());
  return advance(sent, size, speed, language);
}

const BADGES: Partial<Record<UploadPhase, IconName>> = { failed: 'alert', done: 'check', asking: 'alert' };

/** One file of the list. */
export function row(
  file: UploadFile,
  kept: Row,
  active: boolean,
  { language, icons, pausable, disabled, onDeed }: RowScene,
): TemplateResult {
  const phase = phaseOf(file);
  const name = nameOf(file);
  const path = file.meta.relativePath?.split('/').slice(0, -1).join('/');
  const details = detailsOf(file, phase, kept, language);
  const badge = BADGES[phase];
  const first = FIRST[phase];
  // Each in its place: a button never turns into another one under the finger.
  const deeds = [first === 'retry' || pausable ? first : undefined, /queued|failed|done/.test(phase) ? 'remove' : 'cancel'] as const;
  if (file.data instanceof Blob && isPicture(file.type, file.size)) kept.thumbnail ??= thumbnail(file.data);
  kept.element.className = phase;
  kept.element.ariaLabel = [name, ...details].join(', ');
  return html`
    <span class="picture">${icon('file', icons)}${kept.thumbnail}${badge && html`<i>${icon(badge, icons)}</i>`}</span>
    <div class="text">
      ${fullName(name)}
      <div part="detail" class="soft">${details.join(' · ')}${path ? html` · <bdi>${path}</bdi>` : nothing}</div>
    </div>
    ${deeds.map((deed) =>
      deed && !disabled
        ? iconButton(
            ICONS[deed],
            icons,
            language.say(deed),
            () => {
              onDeed(deed, file.id);
            },
            `${language.say(deed)}: ${name}`,
            active ? 0 : -1,
          )
        : nothing,
    )}
    ${
      file.progress.uploadStarted && phase !== 'done' && phase !== 'failed'
        ? bar(sentOf(file) / Math.max(1, file.size ?? 0), name)
        : nothing
    }
  `;
}

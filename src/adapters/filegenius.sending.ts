import type { SendCapability } from '../backend/capabilities.js';
import type { Delivery, DeliveryDraft, DraftProblem } from '../backend/delivery.js';
import { BackendError, type ErrorCode, toBackendError } from '../backend/errors.js';
import { fileInfoOf, linkOf, preparationOf } from './filegenius.answers.js';
import type { Brand } from './filegenius.brands.js';
import { type Finding, findingsOf } from './filegenius.drafts.js';
import { type Found, itemOf, type View } from './filegenius.folders.js';
import type { Memory } from './filegenius.memory.js';
import { accessToAll, type Route, routeOf } from './filegenius.people.js';
import { within } from './filegenius.places.js';

/** What sending needs besides what a call sees. */
export interface SendGround {
  can: SendCapability;
  memory: Memory;
  /** Whether `send_files_prep` may be called, which nobody has described. */
  preparation: boolean;
}

const DAY = 86_400_000;

/** A draft as it would go out, with all that is wrong with it. */
interface Plan {
  findings: Finding[];
  found: Found[];
  route: Route;
  /** Whether the service wants it prepared first. */
  prepared: boolean;
}

/** Whether the service wants a preparation first: several files or a folder, to several outsiders. */
export const needsPreparation = (
  { preparedFrom }: Brand,
  entries: readonly { kind: 'file' | 'folder' }[],
  outsiders: readonly string[],
): boolean => outsiders.length >= preparedFrom && (entries.length > 1 || entries.some(({ kind }) => kind === 'folder'));

/** Everything that `file_send` is asked, but for who asks. Defaults are left to the service. */
export function sendFields(
  { bcc: hasBcc }: Brand,
  { subject, message, downloadReceipt, requireLogin, expiryDays, bcc }: DeliveryDraft,
  files: readonly string[],
  { users, groups, outsiders }: Route,
  preparation?: string,
): Record<string, string> {
  const flag = (value: boolean | undefined): string | undefined => (value === undefined ? undefined : value ? '1' : '0');
  const fields = {
    file_id: files.join(),
    user_ids: users.join(),
    user_group_ids: groups.join(),
    non_users: outsiders.join(),
    file_preparation_id: preparation,
    download_receipt: flag(downloadReceipt),
    require_login: flag(requireLogin),
    link_expiration: expiryDays === undefined ? undefined : String(expiryDays ?? 0),
    bcc: hasBcc ? flag(bcc) : undefined,
    subject,
    message,
  };
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

async function planOf({ can, preparation }: SendGround, view: View, draft: DeliveryDraft): Promise<Plan> {
  const findings = findingsOf(draft, can);
  const refuse = (code: ErrorCode, option: string, reason: string): void => {
    findings.push({ problem: { option, effect: 'refused', reason }, code });
  };
  const found: Found[] = [];
  for (const item of draft.items.filter(({ id }) => id !== ''))
    try {
      found.push(await view.find(item));
    } catch (thrown) {
      const error = toBackendError(thrown);
      if (error.code !== 'not-found') throw error;
      refuse(error.code, 'items', error.message);
    }
  const workspaces = new Set(found.map(({ entry }) => entry.workspace).filter(Boolean));
  if (workspaces.size > 1) refuse('invalid', 'items', 'All that is sent together must lie in one workspace.');
  for (const { entry, folder } of found)
    if (!folder.flags.send) refuse('forbidden', 'items', `"${entry.name}" may not be sent from where it lies.`);
  const isLink = draft.recipients.length === 0;
  if (isLink && found.some(({ entry }) => entry.kind === 'folder'))
    refuse('invalid', 'items', 'A link is to one file: name recipients to send a folder.');

  // Nobody is asked for when the draft cannot go out.
  const isRefused = findings.some(({ problem }) => problem.effect === 'refused');
  const paths = new Set(found.map(({ entry, folder }) => (entry.kind === 'folder' ? within(folder.path, entry.name) : folder.path)));
  const route = routeOf(isRefused ? [] : draft.recipients, {
    people: isRefused || isLink ? [] : await accessToAll(view, paths),
    outside: found.every(({ folder }) => folder.flags.sendOutside),
    requireLogin: draft.requireLogin ?? false,
  });
  for (const { recipient, state, reason = '' } of route.states)
    if (state === 'dropped') findings.push({ problem: { recipient, effect: 'dropped', reason }, code: 'not-allowed' });
  const prepared = needsPreparation(
    view.site.brand,
    found.map(({ entry }) => entry),
    route.outsiders,
  );
  if (prepared && !preparation)
    refuse(
      'not-allowed',
      'recipients',
      `${view.site.brand.name} takes several files, or a folder, to at most ${view.site.brand.preparedFrom - 1} people without an account. ` +
        'What works: fewer of them, people with an account, or all in one ZIP file.',
    );
  return { findings, found, route, prepared };
}

/** What `send` would refuse or drop. */
export const check = async (ground: SendGround, view: View, draft: DeliveryDraft): Promise<DraftProblem[]> =>
  (await planOf(ground, view, draft)).findings.map(({ problem }) => problem);

/** Sends by mail, or makes a link where nobody is named. Once for each operation. */
export async function send(ground: SendGround, view: View, draft: DeliveryDraft): Promise<Delivery> {
  const { site, signal } = view;
  const prepare = async (): Promise<Plan & { files: string[]; preparation?: string }> => {
    const plan = await planOf(ground, view, draft);
    const refused = plan.findings.find(({ problem }) => problem.effect === 'refused');
    if (refused) throw new BackendError(refused.code, refused.problem.reason);
    const files = plan.found.map(({ entry }) => entry.id);
    if (!plan.prepared) return { ...plan, files };
    const deed = 'Preparing the delivery';
    return {
      ...plan,
      files,
      preparation: preparationOf(deed, await site.change('POST', deed, 'send_files_prep', { file_id: files.join() }, signal)),
    };
  };
  return ground.memory.once(`send ${draft.operation}`, prepare, async ({ found, route, files, preparation }) => {
    const { subject, message, expiryDays = ground.can.expiry ? ground.can.expiry.default : null } = draft;
    const created = Date.now();
    const delivery: Delivery = {
      id: draft.operation,
      created,
      ...(subject !== undefined && { subject }),
      ...(message !== undefined && { message }),
      ...(expiryDays !== null && { expires: created + expiryDays * DAY }),
      recipients: route.states,
      items: found.map(itemOf),
      can: [],
    };
    if (draft.recipients.length === 0) {
      const deed = 'Making a link';
      const fields = { file_id: files.join(), ...(draft.expiryDays !== undefined && { link_expiration: String(draft.expiryDays ?? 0) }) };
      return { ...delivery, link: linkOf(deed, await site.change('POST', deed, 'create_file_link', fields, signal)) };
    }
    const isAnybody = route.users.length + route.groups.length + route.outsiders.length > 0;
    // with everybody left out there is nothing to ask for, and each of them is said to be dropped
    if (isAnybody) {
      const deed = 'Sending';
      fileInfoOf(deed, await site.change('POST', deed, 'file_send', sendFields(site.brand, draft, files, route, preparation), signal));
    }
    return delivery;
  });
}

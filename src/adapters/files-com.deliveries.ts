import type { Backend, CallOptions } from '../backend/backend.js';
import type { Delivery, DeliveryDraft, DeliveryPatch, Recipient, RecipientState } from '../backend/delivery.js';
import { BackendError } from '../backend/errors.js';
import type { Item } from '../backend/item.js';
import type { Policy } from './files-com.account.js';
import { checkDraft, findingsOf, isAddress, isRefusedDomain } from './files-com.drafts.js';
import { hasCode, invalid, unless } from './files-com.errors.js';
import type { Ground } from './files-com.ground.js';
import { isWithin } from './files-com.paths.js';
import { createPeople } from './files-com.people.js';
import { dateOf, type Fields, fieldsOf, idOf, listOf, numberOf, present, textOf, timeOf } from './files-com.reading.js';
import { share } from './files-com.sharing.js';

const DAY = 86_400_000;
/** Deliveries of a page. */
const PAGE = 20;
/** Items of a delivery that are looked at. */
const ITEMS = 50;
/** What share links keep of a delivery. */
const PATCHED: readonly (keyof DeliveryPatch)[] = ['message', 'password', 'expires', 'downloadLimit'];
const HIDDEN = ['forbidden', 'not-found', 'invalid'] as const;

const dated = (time: number | null): string | null => {
  const date = dateOf(time ?? undefined);
  if (time !== null && date === undefined) throw invalid(`${String(time)} is no date that Files.com keeps.`);
  return date ?? null;
};

/** What a share link is made with. Where the site wants recipients, nobody else may open it. */
function bundleOf({ password, message, note, startDate, expiryDays, requireLogin, downloadLimit }: DeliveryDraft, policy: Policy): object {
  const days = expiryDays === undefined ? policy.expiryDays : (expiryDays ?? undefined);
  return {
    ...(password !== undefined && { password }),
    ...(message !== undefined && { description: message }),
    ...(note !== undefined && { note }),
    ...(startDate !== undefined && { start_access_on_date: dated(startDate) }),
    ...(days !== undefined && { expires_at: dated(Date.now() + days * DAY) }),
    ...(requireLogin && { require_registration: true }),
    ...(policy.recipients && { require_share_recipient: true }),
    ...(downloadLimit !== undefined && { max_uses: downloadLimit }),
  };
}

const recipientOf = (one: Fields): Recipient =>
  present<Recipient>({ kind: 'email', email: textOf(one['recipient']) ?? '', name: textOf(one['name']), company: textOf(one['company']) });

/** Newest first; of the same moment the later number. */
const isNewer = (a: Fields, b: Fields): number =>
  (timeOf(b['created_at']) ?? 0) - (timeOf(a['created_at']) ?? 0) || (numberOf(b['id']) ?? 0) - (numberOf(a['id']) ?? 0);

type Calls = Pick<Backend, 'recipients' | 'check' | 'send' | 'deliveries' | 'delivery' | 'change' | 'forward' | 'revoke'>;

/** Sending: a share link, and invitations to it. */
export function createDeliveries(ground: Ground): Calls {
  const { api, paths, entries, account, once } = ground;
  const people = createPeople(ground);

  const allowed = async (options?: CallOptions): Promise<Awaited<ReturnType<typeof account>>> => {
    const known = await account(options?.signal);
    if (!known.sends) throw new BackendError('unsupported', 'This user may not make share links.');
    return known;
  };
  const numberIn = (id: string): string => {
    if (!/^\d+$/.test(id)) throw new BackendError('not-found', `There is no delivery ${JSON.stringify(id)}.`);
    return id;
  };

  const sendTo = (
    id: string,
    recipients: Recipient[],
    message: string | undefined,
    before: string[],
    options?: CallOptions,
  ): Promise<RecipientState[]> =>
    share(
      recipients,
      {
        before,
        resolve: people.addressees,
        invite: async (some, how) => {
          const json = { recipients: some, ...(message !== undefined && { note: message }) };
          await api.post('Inviting people to a delivery', `/bundles/${id}/share`, { json, signal: how?.signal });
        },
      },
      options,
    );

  const invited = async (id: string, options?: CallOptions): Promise<Fields[]> =>
    listOf(await api.all('Reading who was invited', '/bundle_recipients', { query: { bundle_id: id }, signal: options?.signal }));

  /** Downloads of a delivery: how many, and by whom. */
  const downloads = async (id: string, options?: CallOptions): Promise<{ count: number; by: Set<string> } | undefined> => {
    const asked = api.all('Reading the downloads of a delivery', '/bundle_downloads', {
      query: { bundle_id: id },
      signal: options?.signal,
    });
    const lines = await unless(HIDDEN, asked, undefined);
    if (!lines) return undefined;
    const by = listOf(lines).flatMap((line) => textOf(fieldsOf(line['bundle_registration'])['email'])?.toLowerCase() ?? []);
    return { count: lines.length, by: new Set(by) };
  };

  const deliveryOf = async (bundle: Fields, whole: boolean, options?: CallOptions): Promise<Delivery> => {
    const id = idOf(bundle['id']) ?? '';
    const told = textsIn(bundle['paths'])?.filter((path) => isWithin(path, paths.root));
    const [recipients, taken, items] = await Promise.all([
      invited(id, options),
      whole ? downloads(id, options) : undefined,
      whole && told
        ? Promise.all(told.slice(0, ITEMS).map((path) => unless(['not-found', 'forbidden'], entries.item(path, options), undefined)))
        : undefined,
    ]);
    return present<Delivery>({
      id,
      message: textOf(bundle['description']),
      link: textOf(bundle['url']),
      created: timeOf(bundle['created_at']),
      expires: timeOf(bundle['expires_at']),
      downloads: taken?.count,
      recipients: recipients.map((one): RecipientState => {
        const recipient = recipientOf(one);
        const has = taken?.by.has((recipient.email ?? '').toLowerCase());
        return { recipient, state: has ? 'downloaded' : textOf(one['sent_at']) === undefined ? 'accepted' : 'sent' };
      }),
      items: items?.filter((item): item is Item => item !== undefined),
      can: ['change', 'forward', 'revoke'],
    });
  };

  const bundleAt = async (id: string, options?: CallOptions): Promise<Fields> =>
    fieldsOf((await api.get('Reading a delivery', `/bundles/${numberIn(id)}`, { signal: options?.signal })).json());

  return {
    recipients: people.recipients,

    async check(draft, options) {
      const { policy } = await allowed(options);
      const problems = findingsOf(draft, policy).map(({ problem }) => problem);
      const gone = await Promise.all(draft.items.map(async ({ id }) => ((await entries.seek(paths.pathOf(id), options)) ? undefined : id)));
      return [
        ...problems,
        ...gone.flatMap((id) =>
          id === undefined ? [] : [{ option: 'items', effect: 'refused' as const, reason: `There is no item ${JSON.stringify(id)}.` }],
        ),
      ];
    },

    async send(draft, options) {
      const { policy } = await allowed(options);
      checkDraft(draft, policy);
      return once('send', draft.operation, async () => {
        const items = await Promise.all(draft.items.map(({ id }) => entries.item(paths.pathOf(id), options)));
        const json = { paths: draft.items.map(({ id }) => paths.pathOf(id)), ...bundleOf(draft, policy) };
        const bundle = fieldsOf((await api.post('Making a share link', '/bundles', { json, signal: options?.signal })).json());
        const id = idOf(bundle['id']) ?? '';
        const recipients = await sendTo(id, draft.recipients, draft.message, [], options);
        if (recipients.length > 0 && recipients.every(({ state }) => state === 'dropped')) {
          // A link that nobody was told of is no delivery.
          await api.delete('Taking back a share link', `/bundles/${id}`);
          throw new BackendError('not-allowed', `Nobody could be invited. ${recipients[0]?.reason ?? ''}`);
        }
        return present<Delivery>({
          id,
          message: textOf(bundle['description']),
          link: textOf(bundle['url']),
          created: timeOf(bundle['created_at']),
          expires: timeOf(bundle['expires_at']),
          recipients,
          items,
          can: ['change', 'forward', 'revoke'],
        });
      });
    },

    async deliveries({ cursor }, options) {
      await allowed(options);
      // The service sorts by the end alone and counts in any order, so all are read before the newest are known.
      const all = listOf(await api.all('Listing deliveries', '/bundles', { signal: options?.signal })).sort(isNewer);
      const start = cursor === undefined ? 0 : all.findIndex(({ id }) => idOf(id) === cursor) + 1;
      if (cursor !== undefined && start === 0)
        throw new BackendError('expired', 'The cursor is none of this backend: list from the start.');
      const page = all.slice(start, start + PAGE);
      const last = idOf(page.at(-1)?.['id']);
      const deliveries = await Promise.all(page.map((bundle) => deliveryOf(bundle, false, options)));
      return { deliveries, ...(start + PAGE < all.length && last !== undefined && { cursor: last }) };
    },

    async delivery({ id }, options) {
      await allowed(options);
      return deliveryOf(await bundleAt(id, options), true, options);
    },

    async change({ id }, patch, options) {
      const { policy } = await allowed(options);
      for (const field of Object.keys(patch) as (keyof DeliveryPatch)[])
        if (!PATCHED.includes(field)) throw new BackendError('unsupported', `Share links have no "${field}".`);
      const { message, password, expires, downloadLimit } = patch;
      if (policy.password && (password === null || password === '')) throw invalid('The site makes no share links without a password.');
      const most = policy.expiryDays;
      if (most !== undefined && (expires === null || (expires ?? 0) > Date.now() + (most + 1) * DAY))
        throw invalid(`A share link lives 1 to ${String(most)} days here.`);
      const json = {
        ...(message !== undefined && { description: message }),
        ...(password !== undefined && { password: password ?? '' }),
        ...(expires !== undefined && { expires_at: dated(expires) }),
        ...(downloadLimit !== undefined && { max_uses: downloadLimit }),
      };
      await api.patch('Changing a delivery', `/bundles/${numberIn(id)}`, { json, signal: options?.signal });
      return deliveryOf(await bundleAt(id, options), true, options);
    },

    async forward({ id }, { recipients, message, operation }, options) {
      const { policy } = await allowed(options);
      if (recipients.length === 0) throw invalid('There is nobody to forward to.');
      for (const recipient of recipients) {
        const { kind, email } = recipient;
        if (kind === 'email' && !isAddress(email)) throw invalid(`${JSON.stringify(email)} is no e-mail address.`);
        if (isRefusedDomain(recipient, policy)) throw new BackendError('not-allowed', 'The site lets nobody be written to at this domain.');
      }
      return once('forward', operation, async () => {
        await bundleAt(id, options);
        const before = (await invited(id, options)).flatMap((one) => textOf(one['recipient']) ?? []);
        const states = await sendTo(id, recipients, message, before, options);
        if (states.every(({ state }) => state === 'unknown'))
          throw new BackendError('unknown-outcome', `Nobody knows whether anybody was invited. ${states[0]?.reason ?? ''}`);
        if (states.every(({ reason }) => reason === 'Was invited before.'))
          throw new BackendError('exists', 'Everybody named was invited to this delivery before.');
        return states;
      });
    },

    async revoke({ id }, options) {
      await allowed(options);
      await api.delete('Revoking a delivery', `/bundles/${numberIn(id)}`, { signal: options?.signal }).catch((error: unknown) => {
        if (!hasCode(error, 'not-found')) throw error;
      });
    },
  };
}

const textsIn = (value: unknown): string[] | undefined => (Array.isArray(value) ? value.flatMap((one) => textOf(one) ?? []) : undefined);

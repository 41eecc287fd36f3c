import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { allowedAt, type Caller } from './callers.js';
import { notFound, Refusal, required, unsavable } from './errors.js';
import { filtered, page, sorted } from './pages.js';
import { writeDate, type Parameters } from './parameters.js';
import { tidy } from './paths.js';
import { readPeople, send } from './recipients.js';
import type { Bundle } from './records.js';
import type { Environment, Routes, Service } from './service.js';

/** Parameters that are kept and answered as they came. */
const TEXTS = ['description', 'note', 'internal_name', 'path_template', 'path_template_time_zone'];
const FLAGS = [
  'require_registration', 'require_share_recipient', 'dont_separate_submissions_by_folder', 'skip_name', 'skip_email', 'skip_company',
  'send_email_receipt_to_uploader', 'send_one_time_password_to_recipient_at_registration', 'create_snapshot', 'finalize_snapshot',
]; // prettier-ignore
const NUMBERS = ['clickwrap_id', 'inbox_id', 'form_field_set_id', 'snapshot_id', 'group_id', 'workspace_id'];
const PERMISSIONS = ['read', 'write', 'read_write', 'full', 'none', 'preview_only'];
const DAY = 24 * 60 * 60 * 1000;

/** The links that work: those that nobody has deleted and that have begun and not ended. */
export function openBundle({ state }: Service, code: string): Bundle | undefined {
  const now = new Date();
  const bundle = [...state.bundles.values()].find((entry) => entry.code === code);
  return bundle && (!bundle.expiresAt || bundle.expiresAt > now) && (!bundle.startsAt || bundle.startsAt <= now) ? bundle : undefined;
}

/** The Bundle object; lists leave the paths out. */
function show({ state, url }: Service, bundle: Bundle, listed = false): Record<string, unknown> {
  const shown: Record<string, unknown> = {
    id: bundle.id,
    code: bundle.code,
    url: `${url}/f/${bundle.code}`,
    ...Object.fromEntries(TEXTS.map((name) => [name, bundle.texts[name] ?? null])),
    ...Object.fromEntries(FLAGS.map((name) => [name, bundle.flags[name] ?? false])),
    ...Object.fromEntries(NUMBERS.map((name) => [name, bundle.numbers[name] ?? null])),
    created_at: writeDate(bundle.createdAt),
    expires_at: writeDate(bundle.expiresAt),
    start_access_on_date: writeDate(bundle.startsAt),
    max_uses: bundle.maxUses,
    password_protected: bundle.password !== '',
    permissions: bundle.permissions,
    preview_only: bundle.permissions === 'preview_only',
    has_inbox: bundle.numbers['inbox_id'] !== undefined,
    dont_allow_folders_in_uploads: false,
    requested_upload_slots: [],
    user_id: bundle.userId,
    username: state.users.get(bundle.userId ?? -1)?.username ?? '',
  };
  if (listed) return shown;
  return { ...shown, paths: bundle.paths, bundlepaths: bundle.paths.map((path) => ({ recursive: true, path })) };
}

function apply({ state }: Service, bundle: Bundle, caller: Caller, parameters: Parameters): void {
  const code = parameters.text('code');
  if (code !== undefined) {
    const taken = [...state.bundles.values()].some((entry) => entry !== bundle && entry.code === code);
    if (taken || !/^[\w-]{1,64}$/.test(code))
      throw new Refusal('processing-failure/invalid-bundle-code', 'This code is taken or not valid.');
    bundle.code = code;
  }
  for (const name of TEXTS) if (parameters.has(name)) bundle.texts[name] = parameters.text(name) ?? '';
  for (const name of FLAGS) if (parameters.has(name)) bundle.flags[name] = parameters.flag(name) ?? false;
  for (const name of NUMBERS) {
    const number = parameters.number(name);
    if (number !== undefined) bundle.numbers[name] = number;
  }
  if (parameters.has('password')) bundle.password = parameters.text('password') ?? '';
  if (parameters.has('expires_at')) bundle.expiresAt = parameters.date('expires_at') ?? null;
  if (parameters.has('start_access_on_date')) bundle.startsAt = parameters.date('start_access_on_date') ?? null;
  if (parameters.has('max_uses')) bundle.maxUses = parameters.number('max_uses') ?? null;
  bundle.permissions = parameters.text('permissions') ?? bundle.permissions;
  checkPolicy(state.policy, bundle, caller.admin && (parameters.flag('bypasses_site_expiration_rules') ?? false));
}

function checkPolicy(policy: Service['state']['policy'], bundle: Bundle, bypass: boolean): void {
  if (!PERMISSIONS.includes(bundle.permissions)) throw unsavable('permissions', `must be one of ${PERMISSIONS.join(', ')}`);
  if (policy.bundle_password_required && bundle.password === '') throw unsavable('password', 'is required by the site');
  if (policy.bundle_require_note && !bundle.texts['note']) throw unsavable('note', 'is required by the site');
  for (const name of ['require_registration', 'require_share_recipient'] as const) {
    if (policy[`bundle_${name}`] && !bundle.flags[name]) throw unsavable(name, 'is required by the site');
  }
  if (policy.bundle_expiration !== null && !bypass) {
    const latest = new Date(bundle.createdAt.getTime() + policy.bundle_expiration * DAY);
    bundle.expiresAt ??= latest;
    if (bundle.expiresAt > latest) throw unsavable('expires_at', `must be within ${String(policy.bundle_expiration)} days`);
  }
}

function checkShare({ state }: Service, caller: Caller, paths: readonly string[], permissions: string): void {
  if (caller.user && (!caller.user.attachmentsPermission || !state.policy.sharing_enabled)) {
    throw new Refusal('not-authorized/not-allowed-to-create-bundle', 'You are not allowed to create share links.');
  }
  for (const path of paths) {
    const entry = state.tree.find(path);
    if (!entry) throw notFound(`"${path}"`);
    const allowed = allowedAt(state, caller, path);
    if (!allowed.bundle) throw new Refusal('not-authorized/bundle-permission-required', `You may not share "${path}".`);
    if (permissions !== 'write') continue;
    if (entry.type === 'file') throw unsavable('paths', 'must be folders where the link is for uploads only');
    if (!allowed.write) throw new Refusal('not-authorized/write-and-bundle-permission-required', `You may not write to "${path}".`);
  }
}

/** `/bundles`: share links, and mail with them. */
export function bundleRoutes(service: Service): Routes {
  const { state } = service;
  const find = (caller: Caller, id: string): Bundle => {
    const bundle = state.bundles.get(Number(id));
    if (!bundle || !(caller.admin || bundle.userId === caller.user?.id)) throw notFound('Bundle');
    return bundle;
  };
  const fields = {
    code: (bundle: Bundle) => bundle.code,
    user_id: (bundle: Bundle) => bundle.userId ?? 0,
    created_at: (bundle: Bundle) => writeDate(bundle.createdAt),
    expires_at: (bundle: Bundle) => writeDate(bundle.expiresAt) ?? '',
  };

  const app = new Hono<Environment>();
  app.get('/', (c) => {
    const { caller, parameters } = c.var;
    const asked = parameters.number('user_id');
    const userId = asked === 0 ? caller.user?.id : asked;
    const all = [...state.bundles.values()].filter(
      (bundle) => (caller.admin || bundle.userId === caller.user?.id) && (userId === undefined || bundle.userId === userId),
    );
    return c.json(page(c, sorted(c, filtered(c, all, fields), fields)).map((bundle) => show(service, bundle, true)));
  });
  app.get('/:id', (c) => c.json(show(service, find(c.var.caller, c.req.param('id')))));
  app.post('/', (c) => {
    const { caller, parameters } = c.var;
    const paths = (parameters.list('paths') ?? []).map((path) => tidy(String(path)));
    if (paths.length === 0) throw required('paths');
    const permissions = parameters.text('permissions') ?? 'read';
    checkShare(service, caller, paths, permissions);
    const bundle: Bundle = {
      id: state.number(),
      code: randomBytes(6).toString('hex'),
      userId: caller.user?.id ?? null,
      paths,
      password: '',
      permissions,
      createdAt: new Date(),
      expiresAt: null,
      startsAt: null,
      maxUses: null,
      uses: 0,
      texts: {},
      flags: {},
      numbers: {},
    };
    apply(service, bundle, caller, parameters);
    state.bundles.set(bundle.id, bundle);
    return c.json(show(service, bundle), 201);
  });
  app.patch('/:id', (c) => {
    const { caller, parameters } = c.var;
    const bundle = find(caller, c.req.param('id'));
    // Changed as a whole or not at all.
    const changed = { ...bundle, texts: { ...bundle.texts }, flags: { ...bundle.flags }, numbers: { ...bundle.numbers } };
    if (parameters.has('paths')) changed.paths = (parameters.list('paths') ?? []).map((path) => tidy(String(path)));
    checkShare(service, caller, changed.paths, parameters.text('permissions') ?? bundle.permissions);
    apply(service, changed, caller, parameters);
    state.bundles.set(bundle.id, changed);
    return c.json(show(service, changed));
  });
  app.delete('/:id', (c) => {
    state.bundles.delete(find(c.var.caller, c.req.param('id')).id);
    return c.body(null, 204);
  });
  app.post('/:id/share', (c) => {
    const { caller, parameters } = c.var;
    const bundle = find(caller, c.req.param('id'));
    const people = readPeople(parameters);
    if (people.length === 0) throw required('to or recipients');
    send(service, caller, 'bundle', bundle.id, people, parameters.text('note') ?? '');
    return c.body(null, 204);
  });
  return app;
}

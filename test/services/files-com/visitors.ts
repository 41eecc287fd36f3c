import { randomBytes } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { openBundle } from './bundles.js';
import { downloadUrl, mediaType } from './items.js';
import { comparable, within } from './paths.js';
import type { Behavior, Bundle, Registration } from './records.js';
import { checkName } from './rules.js';
import type { Service } from './service.js';
import { below, pathOf, type StoredFile } from './tree.js';

type Page = ReturnType<typeof html>;

const say = (c: Context, status: 200 | 403 | 404 | 422, title: string, body: Page | string): Response | Promise<Response> =>
  c.html(
    html`<!doctype html><title>${title}</title>
      <h1>${title}</h1>
      ${body}`,
    status,
  );

const field = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};

/** Keeps who a visitor said to be. */
function register({ state }: Service, kind: Registration['kind'], of: number, form: FormData): Registration {
  const entry: Registration = {
    id: state.number(),
    code: randomBytes(12).toString('hex'),
    of,
    kind,
    name: field(form, 'name'),
    company: field(form, 'company'),
    email: field(form, 'email'),
    createdAt: new Date(),
  };
  if (entry.name || entry.email) state.registrations.push(entry);
  return entry;
}

const people = html`<input name="name" placeholder="Name" /><input name="email" placeholder="Email" /><input
    name="company"
    placeholder="Company"
  />`;

/** Puts what a visitor sent into a folder; what is there stays, and the new one gets another name. */
async function leave({ state }: Service, folder: string, form: FormData): Promise<string[]> {
  const left: string[] = [];
  for (const file of form.getAll('file')) {
    if (!(file instanceof File)) continue;
    const path = [folder, file.name.split('/').at(-1) ?? ''].filter(Boolean).join('/');
    checkName(state, path);
    const { content } = await state.contents.write(file.stream());
    const free = state.tree.freePath(path);
    state.tree.putFile(free, content, null);
    left.push(free);
  }
  return left;
}

/** The files that a share link gives. */
function shared({ state }: Service, bundle: Bundle): StoredFile[] {
  return bundle.paths
    .flatMap((path) => state.tree.find(path) ?? [])
    .flatMap((entry) => (entry.type === 'file' ? [entry] : [...below(entry)].filter((item): item is StoredFile => item.type === 'file')));
}

/** What is wrong with a visitor's answers, if anything. */
function refuseVisitor({ state }: Service, bundle: Bundle, form: FormData): string | undefined {
  if (bundle.password !== '' && field(form, 'password') !== bundle.password) return 'The password is wrong.';
  const { flags } = bundle;
  const missing = (!flags['skip_name'] && !field(form, 'name')) || (!flags['skip_email'] && !field(form, 'email'));
  if (flags['require_registration'] && missing) return 'Please tell your name and email address.';
  const invited = state.bundleRecipients.some(
    ({ of, recipient }) => of === bundle.id && comparable(recipient) === comparable(field(form, 'email')),
  );
  if (flags['require_share_recipient'] && !invited) return 'This was not shared with you.';
  return undefined;
}

/**
 * `/f/{code}`: what recipients of a share link see; enough to open it and to fetch what is in it. No document tells the statuses of these
 * pages (low confidence): over the limit is 403, as `not-authorized/bundle-maximum-uses-reached` has it, and what is gone or over 404.
 */
function shareRoutes(service: Service, app: Hono): void {
  const { state } = service;
  const entered = new Map<string, Registration>();
  const gated = ({ password, flags }: Bundle): boolean =>
    password !== '' || flags['require_registration'] === true || flags['require_share_recipient'] === true;
  const visitor = (c: Context, bundle: Bundle): Registration | undefined => {
    const entry = entered.get(getCookie(c, 'bundle') ?? '');
    return entry?.of === bundle.id ? entry : undefined;
  };
  const gone = (c: Context): Response | Promise<Response> => say(c, 404, 'Not found', 'This link does not exist, or it has expired.');
  const worn = (bundle: Bundle): boolean => bundle.maxUses !== null && bundle.uses >= bundle.maxUses;

  app.get('/f/:code', (c) => {
    const bundle = openBundle(service, c.req.param('code'));
    if (!bundle) return gone(c);
    if (gated(bundle) && !visitor(c, bundle)) {
      const password = bundle.password === '' ? '' : html`<input name="password" type="password" placeholder="Password" />`;
      return say(c, 200, 'Shared files', html`<form method="post">${password}${people}<button>Continue</button></form>`);
    }
    if (!gated(bundle)) {
      if (worn(bundle)) return say(c, 403, 'Shared files', 'This link was used too often.');
      bundle.uses++;
    }
    const files = shared(service, bundle).map(
      (file) => html`<li><a href="/f/${bundle.code}/download?path=${encodeURIComponent(pathOf(file))}">${file.name}</a></li>`,
    );
    const upload = html`<form method="post" action="/f/${bundle.code}/upload" enctype="multipart/form-data">
      <input type="file" name="file" multiple />${people}<button>Upload</button>
    </form>`;
    const writable = /write|full/.test(bundle.permissions);
    return say(
      c,
      200,
      'Shared files',
      html`<p>${bundle.texts['description'] ?? ''}</p>
        <ul>
          ${bundle.permissions === 'write' ? '' : files}
        </ul>
        ${writable ? upload : ''}`,
    );
  });
  app.post('/f/:code', async (c) => {
    const bundle = openBundle(service, c.req.param('code'));
    if (!bundle) return gone(c);
    const form = await c.req.formData();
    const refused = worn(bundle) ? 'This link was used too often.' : refuseVisitor(service, bundle, form);
    if (refused) return say(c, 403, 'Shared files', refused);
    bundle.uses++;
    const entry = register(service, 'bundle', bundle.id, form);
    entered.set(entry.code, entry);
    setCookie(c, 'bundle', entry.code, { path: `/f/${bundle.code}`, httpOnly: true, sameSite: 'Lax' });
    return c.redirect(`/f/${bundle.code}`, 303);
  });
  app.get('/f/:code/download', (c) => {
    const bundle = openBundle(service, c.req.param('code'));
    const file = bundle && shared(service, bundle).find((entry) => pathOf(entry) === c.req.query('path'));
    if (!bundle || !file) return gone(c);
    const registration = visitor(c, bundle);
    if (gated(bundle) && !registration) return say(c, 403, 'Shared files', 'Open the link first.');
    if (!/read|full/.test(bundle.permissions)) return say(c, 403, 'Shared files', 'This link does not give downloads.');
    const known = registration && state.registrations.includes(registration) ? registration : undefined;
    state.bundleDownloads.push({ bundleId: bundle.id, registration: known, path: pathOf(file), createdAt: new Date() });
    return c.redirect(downloadUrl(service, file), 302);
  });
  app.post('/f/:code/upload', async (c) => {
    const bundle = openBundle(service, c.req.param('code'));
    const folder = bundle?.paths.find((path) => state.tree.folder(path) !== undefined);
    if (!bundle || folder === undefined) return gone(c);
    if (!/write|full/.test(bundle.permissions) || (gated(bundle) && !visitor(c, bundle)))
      return say(c, 403, 'Shared files', 'This link takes no files.');
    await leave(service, folder, await c.req.formData());
    return say(c, 200, 'Shared files', 'Thank you.');
  });
}

/** `/u/{key}`: an inbox, for people without an account. */
function inboxRoutes(service: Service, app: Hono): void {
  const { state } = service;
  const find = (key: string): Behavior | undefined =>
    [...state.behaviors.values()].find(({ behavior, value }) => behavior === 'inbox' && (Object(value) as { key?: unknown }).key === key);
  const texts = ({ value }: Behavior): Record<string, string> =>
    Object.fromEntries(Object.entries(Object(value) as object).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  const gone = (c: Context): Response | Promise<Response> => say(c, 404, 'Not found', 'There is no such inbox.');

  app.get('/u/:key', (c) => {
    const inbox = find(c.req.param('key'));
    if (!inbox) return gone(c);
    const { title = 'Upload files', description = '', help_text: help = '' } = texts(inbox);
    return say(
      c,
      200,
      title,
      html`<p>${description}</p>
        <form method="post" enctype="multipart/form-data"><input type="file" name="file" multiple />${people}<button>Upload</button></form>
        <p>${help}</p>`,
    );
  });
  app.post('/u/:key', async (c) => {
    const inbox = find(c.req.param('key'));
    if (!inbox) return gone(c);
    const form = await c.req.formData();
    const wants = (Object(inbox.value) as { require_registration?: unknown }).require_registration === true;
    if (wants && !(field(form, 'name') && field(form, 'email'))) return say(c, 403, 'Inbox', 'Please tell your name and email address.');
    const left = await leave(service, inbox.path, form);
    const entry = register(service, 'inbox', inbox.id, form);
    const registration = state.registrations.includes(entry) ? entry : undefined;
    for (const path of left) state.inboxUploads.push({ inboxId: inbox.id, registration, path, createdAt: new Date() });
    return say(c, 200, 'Inbox', 'Thank you.');
  });
}

/** `/hosted/{key}/…`: folders that are served to everybody. */
function hostingRoutes({ state }: Service, app: Hono): void {
  app.get('/hosted/:key/*', (c) => {
    const key = c.req.param('key');
    const hosting = [...state.behaviors.values()].find(
      ({ behavior, value }) => behavior === 'serve_publicly' && (Object(value) as { key?: unknown }).key === key,
    );
    const rest = decodeURIComponent(new URL(c.req.url).pathname.slice(`/hosted/${key}/`.length));
    const file = hosting && state.tree.find([hosting.path, rest].filter(Boolean).join('/'));
    if (file?.type !== 'file' || !within(pathOf(file), hosting?.path ?? '')) return say(c, 404, 'Not found', 'There is no such file.');
    return new Response(state.contents.read(file.content), {
      headers: { 'content-type': mediaType(file.name), 'content-length': String(file.content.size) },
    });
  });
}

/** What people without an account reach. */
export function visitorRoutes(service: Service): Hono {
  const app = new Hono();
  shareRoutes(service, app);
  inboxRoutes(service, app);
  hostingRoutes(service, app);
  return app;
}

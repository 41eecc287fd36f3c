import { Hono, type Context } from 'hono';
import { html } from 'hono/html';
import { endOf } from './opening.js';
import type { Transfer } from './records.js';
import type { Service } from './service.js';
import { downloadUrl } from './showing.js';

type Found = { transfer: Transfer; email: string | null } | undefined;

/**
 * `/d/{transferid}` and `/t/{trackid}`: what the links in mails lead to. No document tells the statuses of these pages (low confidence): they
 * follow what the interface says of the same transfers, `PasswordRequired`, `TransferExpired` and a 404 for one that was deleted.
 */
export function visitorRoutes(service: Service): Hono {
  const { state } = service;
  const byTrack = (track: string): Found => {
    for (const transfer of state.transfers.values()) {
      const recipient = transfer.recipients.find(({ trackId }) => trackId === track);
      if (recipient) return { transfer, email: recipient.email };
      if (transfer.trackId === track) return { transfer, email: null };
    }
    return undefined;
  };
  const byId = (id: string): Found => {
    const transfer = state.transfers.get(id);
    return transfer && { transfer, email: null };
  };
  const say = async (c: Context, found: Found, password: string): Promise<Response> => {
    if (found?.transfer.status !== 'STATUS_COMPLETE') return c.html('<h1>This transfer does not exist.</h1>', 404);
    const { transfer, email } = found;
    if (endOf(transfer) <= Date.now()) return c.html('<h1>This transfer has expired.</h1>', 410);
    if (transfer.password !== password)
      return c.html(
        html`${password === '' ? '' : html`<p>The password is wrong.</p>`}
          <form method="post"><input name="password" type="password" /><button>Continue</button></form>`,
        403,
      );
    const files = [...transfer.files.values()].map(
      (file) => html`<li><a href="${downloadUrl(service, transfer, file, email)}">${file.name}</a></li>`,
    );
    return c.html(
      html`<!doctype html><title>${transfer.subject}</title>
        <h1>${transfer.subject}</h1>
        <p>${transfer.message}</p>
        <ul>
          ${files}
        </ul>`,
    );
  };
  const told = async (c: Context): Promise<string> => {
    const password = c.req.method === 'POST' ? (await c.req.formData()).get('password') : '';
    return typeof password === 'string' ? password : '';
  };
  const app = new Hono();
  app.on(['GET', 'POST'], '/d/:id', async (c) => say(c, byId(c.req.param('id')), await told(c)));
  app.on(['GET', 'POST'], '/t/:track', async (c) => say(c, byTrack(c.req.param('track')), await told(c)));
  return app;
}

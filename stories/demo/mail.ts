import { markup } from '../../src/relay/links.markup.js';
import type { Caught, Catcher } from '../../test/tools/smtp.js';

/** What the page and the JSON tell of a mail. */
const told = ({ at, recipient, subject, text, html }: Caught): Pick<Caught, 'at' | 'recipient' | 'subject' | 'text' | 'html'> => ({
  at,
  recipient,
  subject,
  text,
  html,
});

const shown = ({ recipient, subject, text }: Caught): unknown => {
  const [link] = /https?:\/\/\S+/.exec(text) ?? [];
  return markup`<article><h2><bdi>${subject}</bdi></h2><p>To <bdi>${recipient}</bdi></p><pre dir="auto">${text}</pre>${link !== undefined && markup`<p><a href="${link}">Open the link</a></p>`}</article>`;
};

/** The mails that the demo's mail server has caught, newest first: `/mail` is a page, `/mail.json` the same as data. */
export function mailRoutes({ mails }: Catcher): (request: Request) => Response | undefined {
  return ({ url }) => {
    const newest = [...mails].reverse();
    switch (new URL(url).pathname) {
      case '/mail.json':
        return Response.json(newest.map(told));
      case '/mail': {
        const list = newest.map((mail) => String(shown(mail))).join('') || '<p>Nobody was written to yet.</p>';
        const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Mail – Ferrykit</title><link rel="icon" href="icon.svg"><link rel="stylesheet" href="demo.css"></head><body><header><h1>Mail</h1><a href="/">Back to the demo</a></header><main><p>Whatever the demo sends ends here.</p>${list}</main></body></html>`;
        const headers = {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self'",
        };
        return new Response(page, { headers });
      }
      default:
        return undefined;
    }
  };
}

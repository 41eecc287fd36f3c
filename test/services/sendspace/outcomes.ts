import type { Account, StoredFile, Upload } from './records.js';
import { deletePageOf, pageOf, type Service } from './service.js';
import { xml, type Element } from './xml.js';

type Fields = Readonly<Record<string, string>>;

const page = (body: string, type: string): Response => new Response(body, { headers: { 'content-type': type } });

/** The text that accounts get: bare line feeds, one after each line. A form of several files has a line of `file_id` for each. */
function accountText(service: Service, account: Account, status: 'ok' | 'fail', lines: readonly string[]): Response {
  const left = [`bandwidth_left=${String(account.bandwidthLeft)}`, `diskspace_left=${String(service.state.spaceLeft(account))}`];
  return page([`upload_status=${status}`, ...lines, ...left].map((line) => `${line}\n`).join(''), 'text/html; charset=UTF-8');
}

/** Back to the page that the form named: the status is the only thing that it can learn. */
function redirect(to: string, status: 'ok' | 'fail', ids: readonly string[]): Response {
  const mark = to.includes('?') ? '&' : '?';
  const query = new URLSearchParams({ upload_status: status, file_id: ids.join(',') });
  return new Response(null, { status: 302, headers: { location: `${to}${mark}${query.toString()}` } });
}

/** What is said when the files are kept. */
export function answerSuccess(service: Service, account: Account | undefined, fields: Fields, files: readonly StoredFile[]): Response {
  const ids = files.map(({ id }) => id);
  if (fields['redirect_url']) return redirect(fields['redirect_url'], 'ok', ids);
  if (account)
    return accountText(
      service,
      account,
      'ok',
      ids.map((id) => `file_id=${id}`),
    );
  const children = files.flatMap((file): Element[] => [
    { name: 'download_url', text: pageOf(service, file) },
    { name: 'delete_url', text: deletePageOf(service, file) },
    { name: 'file_id', text: file.id },
  ]);
  return page(xml({ name: 'upload_done', children: [{ name: 'status', text: 'ok' }, ...children] }), 'text/xml; charset=UTF-8');
}

/** What is said when they are not. Anonymous people get no reason. */
export function answerFailure(service: Service, upload: Upload | undefined, fields: Fields, reason: string): Response {
  if (service.knobs.failedForm === 'redirect') {
    return new Response(null, { status: 301, headers: { location: `${service.urls['www'] ?? ''}/uploadprocerr.html?e=1` } });
  }
  if (fields['redirect_url']) return redirect(fields['redirect_url'], 'fail', []);
  if (upload?.account) return accountText(service, upload.account, 'fail', [reason]);
  return page(xml({ name: 'upload_done', children: [{ name: 'status', text: 'fail' }] }), 'text/xml; charset=UTF-8');
}

const clock = (seconds: number): string => new Date(Math.max(seconds, 0) * 1000).toISOString().slice(11, 19);

/** What `progress_url` tells while a form arrives. */
export function progressOf({ state }: Service, identifier: string): Response {
  const { progress } = state.uploads.get(identifier) ?? {};
  const { received = 0, total = 0, begun = state.now() } = progress ?? {};
  const elapsed = (state.now() - begun) / 1000;
  const speed = elapsed > 0 ? received / elapsed : 0;
  const status = progress === undefined || progress.state === 'fail' ? 'fail' : progress.state === 'done' ? 'done' : 'ok';
  const children: Element[] = [
    { name: 'status', text: status },
    { name: 'eta', text: clock(speed > 0 ? (total - received) / speed : 0) },
    { name: 'speed', text: Math.round(speed / 1024) },
    { name: 'uploaded_bytes', text: received },
    { name: 'total_size', text: total },
    { name: 'elapsed', text: clock(elapsed) },
    { name: 'meter', text: total > 0 ? Math.floor((received / total) * 100) : 0 },
  ];
  return page(xml({ name: 'progress', children }), 'text/xml; charset=UTF-8');
}

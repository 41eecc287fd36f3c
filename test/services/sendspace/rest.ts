import { anonymousMail, fileMethods } from './files.js';
import { addressMethods } from './addressbook.js';
import { checkSession, createToken, login, logout, register } from './auth.js';
import { MANDATORY, METHODS, type MethodName } from './documentation.js';
import { folderMethods } from './folders.js';
import { Refusal } from './refusal.js';
import type { Account, Call, Capability, Session } from './records.js';
import { failed, result, type OpenMethod, type Reply, type SessionMethod } from './replies.js';
import type { Service } from './service.js';
import { anonymousUploadInfo, downloadInfo, uploadInfo } from './transfers.js';

const OPEN: Readonly<Partial<Record<MethodName, OpenMethod>>> = {
  'auth.register': register,
  'auth.createToken': createToken,
  'auth.login': login,
  'auth.checkSession': checkSession,
  'anonymous.uploadGetInfo': anonymousUploadInfo,
  'anonymous.filesSendMail': anonymousMail,
};

const SIGNED_IN: Readonly<Partial<Record<MethodName, SessionMethod>>> = {
  'auth.logout': logout,
  'upload.getInfo': uploadInfo,
  'download.getInfo': downloadInfo,
  ...fileMethods,
  ...folderMethods,
  ...addressMethods,
};

const NAMES = new Map((Object.keys(METHODS) as MethodName[]).map((name) => [name.toLowerCase(), name]));

/** What an account must be capable of, by the first word of a method. */
const NEEDED: Readonly<Record<string, Capability>> = {
  upload: 'upload',
  download: 'download',
  files: 'files',
  folders: 'folders',
  addressbook: 'addressbook',
};

/** Takes arguments from wherever clients put them: query, urlencoded or multipart body, or some here and some there. */
async function readCall(request: Request): Promise<Call> {
  const given: Record<string, string> = Object.fromEntries(new URL(request.url).searchParams);
  const type = request.headers.get('content-type') ?? '';
  let by: Call['by'] = 'query';
  if (request.method === 'POST' && /^application\/x-www-form-urlencoded\b/i.test(type)) {
    const body = new URLSearchParams(await request.text());
    if (body.size > 0) by = 'urlencoded';
    Object.assign(given, Object.fromEntries(body));
  } else if (request.method === 'POST' && /^multipart\/form-data\b/i.test(type)) {
    by = 'multipart';
    for (const [name, value] of await request.formData()) if (typeof value === 'string') given[name] = value;
  }
  const { method = '', ...rest } = given;
  return { method, arguments: rest, by };
}

/** The session of a key, which each call keeps alive. */
function authenticate({ state, knobs }: Service, key: string): { account: Account; session: Session } {
  const session = state.sessions.get(key);
  if (!session) throw new Refusal(6);
  if (state.now() - session.lastUsed > knobs.sessionLifetime * 1000) throw new Refusal(knobs.deadSession);
  if (!session.account) throw new Refusal(7);
  session.lastUsed = state.now();
  return { account: session.account, session };
}

async function perform(service: Service, name: MethodName, call: Call, secure: boolean): Promise<Reply> {
  const planned = service.knobs.refusal(name);
  if (planned) throw new Refusal(planned.code, planned);
  const given = call.arguments;
  const wantsSession = (METHODS[name] as readonly string[]).includes('session_key');
  const key = given['session_key'] ?? '';
  if (wantsSession && key === '') throw new Refusal(3);
  const open = OPEN[name];
  const who = open ? undefined : authenticate(service, key);
  const absent = (MANDATORY[name] ?? []).filter((argument) => !(argument in given) || (given[argument] === '' && argument !== 'password'));
  if (absent.length > 0) throw new Refusal(4);
  if (open) return open(service, given);
  const method = SIGNED_IN[name];
  if (!method || !who) throw new Error(`The simulation has no "${name}".`);
  if (secure && !who.account.capable.https) throw new Refusal(17);
  const capability = NEEDED[name.split('.')[0] ?? ''];
  if (capability && !who.account.capable[capability]) throw new Refusal(11);
  return method(service, given, who);
}

/** Answers a request to `/rest/`. */
export async function rest(service: Service, request: Request): Promise<Response> {
  const call = await readCall(request);
  if (call.method === '') return result('', failed(new Refusal(1)));
  service.state.calls.push(call);
  const name = NAMES.get(call.method.toLowerCase());
  if (!name) return result(call.method, failed(new Refusal(2)));
  let reply: Reply;
  try {
    reply = await perform(service, name, call, request.url.startsWith('https:'));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const about = call.arguments['file_id'] ?? call.arguments['folder_id'];
    reply = failed(error, error.id ?? about);
  }
  return service.knobs.spoiled(name, result(call.method, reply));
}

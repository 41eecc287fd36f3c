import { createHash } from 'node:crypto';

const md5 = (text: string): string => createHash('md5').update(text, 'utf8').digest('hex');

/** What proves the password for one token: `md5(token + md5(password))`, both in lower-case hex. */
export const tokenedPassword = (token: string, password: string): string => md5(token + md5(password));

/** What stands for an account, or for a session whose account is not known, in keys and names: neither can be read out of it. */
export const nameOf = (owner: string): string => createHash('sha256').update(`sendspace ${owner}`, 'utf8').digest('base64url');

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { readMail } from './mails.js';
import type { Catcher } from './smtp.js';

const base64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

/** Speaks with one client (RFC 5321) until it goes. */
export async function speak(socket: Socket, { behavior, mails }: Pick<Catcher, 'behavior' | 'mails'>): Promise<void> {
  let secure = false;
  let talk: Socket = socket;
  let lines = linesOf(talk);
  const say = (...answers: string[]): void => void talk.write(answers.map((answer) => `${answer}\r\n`).join(''));
  const hear = async (): Promise<string | undefined> => (await lines.next()).value;
  let sender: string | undefined;
  let recipient: string | undefined;
  let known = behavior.login === undefined;
  const letIn = (given: string): void => {
    const { user, password } = behavior.login ?? { user: '', password: '' };
    known = given === `\0${user}\0${password}`;
    say(known ? '235 Welcome' : '535 5.7.8 Wrong user or password');
  };
  say('220 catcher ready');
  for (let line = await hear(); line !== undefined; line = await hear()) {
    const [verb = '', ...rest] = line.split(' ');
    const address = /<(.*)>/.exec(line)?.[1] ?? '';
    if (verb.toUpperCase() === behavior.hangUpAt) {
      talk.destroy();
      return;
    }
    switch (verb.toUpperCase()) {
      case 'EHLO': {
        const { tls, login, international } = behavior;
        const offers = [
          ...(tls && !secure ? ['STARTTLS'] : []),
          ...(login && (!tls || secure) ? [`AUTH ${login.way}`] : []),
          ...(international ? ['SMTPUTF8'] : []),
        ];
        say(...['catcher', ...offers].map((offer, index) => `250${index < offers.length ? '-' : ' '}${offer}`));
        break;
      }
      case 'STARTTLS':
        if (!behavior.tls) {
          say('502 Not here');
          break;
        }
        say('220 Go ahead');
        talk = new TLSSocket(socket, { isServer: true, ...behavior.tls });
        talk.on('error', () => undefined);
        lines = linesOf(talk);
        secure = true;
        break;
      case 'AUTH':
        if (rest[0] === 'PLAIN') letIn(base64(rest[1] ?? ''));
        else {
          say('334 VXNlcm5hbWU6');
          const user = base64((await hear()) ?? '');
          say('334 UGFzc3dvcmQ6');
          letIn(`\0${user}\0${base64((await hear()) ?? '')}`);
        }
        break;
      case 'MAIL':
        if (known) sender = address;
        say(known ? '250 Fine' : '530 5.7.0 Who are you?');
        break;
      case 'RCPT': {
        const isForeign = /[^\x20-\x7e]/.test(address) && !behavior.international;
        const refused = sender === undefined ? 503 : isForeign ? 553 : behavior.refuse?.(address);
        if (!refused) recipient = address;
        say(refused ? `${refused} not this one` : '250 Fine');
        break;
      }
      case 'DATA': {
        if (sender === undefined || recipient === undefined) {
          say('503 From whom, and to whom?');
          break;
        }
        say('354 Go on');
        const raw: string[] = [];
        for (let next = await hear(); next !== '.'; next = await hear()) {
          if (next === undefined) return;
          raw.push(next.replace(/^\./, ''));
        }
        if (behavior.refuseMails) say(`${behavior.refuseMails} not this mail`);
        else {
          mails.push({ at: Date.now(), sender, recipient, ...readMail(raw.join('\r\n')) });
          if (behavior.loseAnswers) {
            behavior.loseAnswers -= 1;
            socket.destroy();
            return;
          }
          say('250 Taken');
          if (behavior.oneEach) talk.end();
        }
        sender = recipient = undefined;
        break;
      }
      case 'RSET':
        sender = recipient = undefined;
        say('250 Fine');
        break;
      case 'QUIT':
        talk.end('221 Bye\r\n');
        return;
      default:
        say('502 What?');
    }
  }
}

async function* linesOf(socket: Socket): AsyncGenerator<string, undefined> {
  let text = '';
  for await (const data of socket as AsyncIterable<Buffer>) {
    text += data.toString('utf8');
    const lines = text.split('\r\n');
    text = lines.pop() ?? '';
    yield* lines;
  }
  return undefined;
}

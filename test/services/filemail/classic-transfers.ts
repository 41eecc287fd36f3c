import type { Parameters } from './classic-parameters.js';
import type { Call } from './classic.js';
import { manages } from './callers.js';
import { notFound, Refusal } from './errors.js';
import { cancel, complete, withKey } from './finishing.js';
import { commonLink } from './mails.js';
import { forward, managedFile, removeFile, renameFile, sendable, share } from './managing.js';
import { open, target, UNSAID } from './opening.js';
import type { Transfer, User } from './records.js';
import type { Service } from './service.js';
import { showTransfer } from './showing.js';

const signedIn = (parameters: Parameters): User => {
  const user = parameters.user();
  if (!user) throw new Refusal(401, 'InvalidOrExpiredLoginToken', 'Please login.');
  return user;
};

/** Opening, finishing and reading transfers, in version 1. None of it needs a key, and the first two not even a login. */
export function transferCalls(service: Service): Record<string, Call> {
  const { state } = service;
  const keyed = (parameters: Parameters): Transfer => withKey(service, parameters.need('transferid'), parameters.need('transferkey'));
  const found = (parameters: Parameters): Transfer => {
    const track = parameters.text('trackid');
    const transfer = [...state.transfers.values()].find((entry) =>
      track === undefined
        ? entry.id === parameters.need('transferid')
        : [entry, ...entry.recipients].some(({ trackId }) => trackId === track),
    );
    if (transfer?.status !== 'STATUS_COMPLETE') throw notFound('The transfer');
    return transfer;
  };
  return {
    'transfer/initialize': (parameters) => {
      const transfer = open(
        service,
        parameters.user(),
        {
          ...UNSAID,
          to: parameters.list('to'),
          from: parameters.text('from') ?? null,
          subject: parameters.text('subject') ?? '',
          message: parameters.text('message') ?? '',
          password: parameters.text('password') ?? '',
          confirmation: parameters.flag('confirmation'),
          notify: parameters.flag('notify'),
          days: parameters.number('days') ?? UNSAID.days,
          transferSize: parameters.number('transfersize') ?? null,
          sourceDetails: parameters.text('sourcedetails') ?? null,
        },
        'v1',
      );
      const { transferid, transferkey, transferurl, transferip, udpport, udpthreshold } = target(service, transfer);
      return { transferid, transferkey, transferurl, transferip, udpport, udpthreshold };
    },
    'transfer/complete': (parameters) => {
      const transfer = keyed(parameters);
      if (parameters.flag('failed')) {
        cancel(service, transfer, 'v1');
        return {};
      }
      complete(service, transfer, 'v1');
      return { downloadurl: commonLink(service, transfer) };
    },
    'transfer/cancel': (parameters) => {
      cancel(service, keyed(parameters), 'v1');
      return {};
    },
    'transfer/get': (parameters) => {
      const transfer = found(parameters);
      const user = parameters.user();
      const mine = user !== null && manages(service, user, transfer);
      if (transfer.password !== '' && !mine && parameters.text('password') !== transfer.password)
        throw new Refusal(400, 'PasswordRequired', 'The transfer is protected by a password.');
      return { transfer: showTransfer(service, transfer, user, parameters.number('filesLimit')) };
    },
    'transfer/sent/get': (parameters) => {
      const user = signedIn(parameters);
      const sent = [...state.transfers.values()].filter(
        (entry) => entry.userId === user.id && entry.companyId === null && entry.status === 'STATUS_COMPLETE',
      );
      return { transfers: sent.reverse().map((entry) => showTransfer(service, entry, user)) };
    },
    'transfer/forward': (parameters) => {
      const user = signedIn(parameters);
      const transfer = sendable(service, user, parameters.need('transferid'));
      forward(service, user, transfer, parameters.list('to'));
      return { transfer: showTransfer(service, transfer, user) };
    },
    'transfer/share': (parameters) => {
      const user = signedIn(parameters);
      share(service, user, sendable(service, user, parameters.need('transferid')), parameters.list('to'), parameters.text('message') ?? '');
      return {};
    },
    'transfer/delete': (parameters) => {
      const user = signedIn(parameters);
      const transfer = found(parameters);
      if (!manages(service, user, transfer)) throw new Refusal(400, 'AccessDenied', 'This transfer belongs to somebody else.');
      state.transfers.delete(transfer.id);
      return {};
    },
    'transfer/file/rename': (parameters) => {
      renameFile(managedFile(service, signedIn(parameters), parameters.need('fileid')), parameters.need('filename'));
      return {};
    },
    'transfer/file/delete': (parameters) => {
      removeFile(managedFile(service, signedIn(parameters), parameters.need('fileid')));
      return {};
    },
  };
}

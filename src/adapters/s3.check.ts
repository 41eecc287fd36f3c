import type { CallOptions } from '../backend/backend.js';
import { createApi, type S3Place } from './s3.api.js';
import { BackendError } from '../backend/errors.js';
import { HIDDEN, prefixOf } from './s3.names.js';
import { deleteObject, listKeys } from './s3.objects.js';

/** The rule that lets pages of an origin in, as AWS and R2 take it. */
const ruleFor = (origin: string): string =>
  JSON.stringify({
    AllowedOrigins: [origin],
    AllowedMethods: ['GET', 'PUT', 'POST'],
    AllowedHeaders: ['*'],
    ExposeHeaders: ['ETag'],
    MaxAgeSeconds: 3600,
  });

const listIn = (headers: Headers, name: string): string[] => (headers.get(name) ?? '').split(',').map((one) => one.trim().toLowerCase());

/**
 * Tries what pages of an origin will do, and says in words what keeps them from it, each with the CORS rule to add; nothing where all is well.
 * Rejects where not even the server gets in: wrong keys, a wrong bucket, a clock that is off. For a host's start, or its console.
 */
export async function checkS3(
  { prefix = '', ...place }: S3Place & { prefix?: string | undefined },
  { origin }: { origin: string },
  { signal }: CallOptions = {},
): Promise<string[]> {
  const api = createApi(place);
  const send = place.fetch ?? fetch;
  const key = `${prefixOf(prefix)}${HIDDEN}uploads/try-${crypto.randomUUID()}`;
  const ask = async (method: string, headers: Record<string, string>): Promise<Response> => {
    try {
      const url = await api.presign('PUT', key, 60);
      const response = await send(url, {
        method,
        headers: { origin, ...headers },
        ...(method === 'PUT' && { body: '' }),
        signal: signal ?? null,
      });
      await response.body?.cancel();
      return response;
    } catch (error) {
      if (signal?.aborted) throw new BackendError('aborted', 'The call was aborted.');
      throw new BackendError('offline', `The store cannot be reached where pages reach it: check "publicEndpoint" (${String(error)}).`);
    }
  };
  await listKeys(api, prefix, { limit: 1, signal });
  const here = `bucket ${JSON.stringify(place.bucket)}`;
  const refused: string[] = [];
  for (const method of ['PUT', 'POST']) {
    const { headers, ok } = await ask('OPTIONS', { 'access-control-request-method': method });
    const isLetIn = ['*', origin].includes(headers.get('access-control-allow-origin') ?? '');
    if (!ok || !isLetIn || !listIn(headers, 'access-control-allow-methods').some((one) => one === '*' || one === method.toLowerCase()))
      refused.push(method);
  }
  if (refused.length > 0)
    return [
      `Pages of ${origin} cannot send bytes to the ${here}, so that all of them go through the relay: its CORS rules do not allow ${refused.join(' and ')} from there. Add this rule: ${ruleFor(origin)}`,
    ];
  const { headers } = await ask('PUT', {});
  await deleteObject(api, key, signal);
  return listIn(headers, 'access-control-expose-headers').some((one) => one === '*' || one === 'etag')
    ? []
    : [
        `Pages of ${origin} cannot read the ETag of what they sent to the ${here}. Ferrykit asks the store for it, but other uploaders cannot do without: add "ExposeHeaders": ["ETag"] to the CORS rule, as in ${ruleFor(origin)}`,
      ];
}

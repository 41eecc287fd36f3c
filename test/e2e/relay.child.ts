/* One of several relays on the same bucket, with pages that upload to it; it ends when it is killed, or its parent is gone. */
import { s3, s3Store, type S3Options } from '../../src/adapters/s3.js';
import { openSite } from './site.js';

/** What it is given. */
export interface RelayGiven {
  place: S3Options;
  secret: string;
}
/** What it says once it answers. */
export interface RelaySaid {
  url: string;
  /** A folder that is to be removed after it. */
  root: string;
}

process.once('disconnect', () => process.exit());
const { place, secret } = JSON.parse(process.argv[2] ?? '') as RelayGiven;
const store = s3Store({ ...place, prefix: `${place.prefix ?? ''}.ferrykit/store/` });
const { url, root } = await openSite({ backends: { s3: s3({ ...place, store }) }, store, secret, storage: [place.endpoint] });
process.send?.({ url, root } satisfies RelaySaid);

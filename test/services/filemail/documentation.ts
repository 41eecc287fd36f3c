/** The body of initialize: 15 fields. */
export const INITIALIZE = [
  'to', 'subject', 'message', 'password', 'confirmation', 'notify', 'days', 'transfersize', 'sourcedetails', 'companyid',
  'fileRequestId', 'fileRequestShareId', 'incomingpageid', 'incomingpassword', 'customfields',
] as const; // prettier-ignore

/** What initialize answers as `data`: 9 fields. */
export const INITIALIZED = [
  'transferid', 'transferkey', 'transferurl', 'region', 'alternate_urls', 'transferip', 'udpport', 'udpthreshold', 'customfields',
] as const; // prettier-ignore

/** The endpoints of version 2 with their parameters, those in the path left out. The answer of initialize has a row of its own. */
export const DOCUMENTED: Readonly<Record<string, readonly string[]>> = {
  'POST /auth/login': ['email', 'password'],
  'POST /auth/refreshtoken': ['refreshtoken'],
  'POST /auth/logout': [],
  'POST /transfer/initialize': INITIALIZE,
  'POST /transfer/initialize data': INITIALIZED,
  'POST /savefile.ashx': ['transferid', 'transferkey', 'thefilename', 'chunksize', 'chunks', 'chunk'],
  'PUT /transfer/complete': ['transferid', 'transferkey'],
  'PUT /transfer/cancel': ['transferid', 'transferkey'],
  'GET /transfer/sent': ['getexpired', 'getforallusers', 'search', 'limit', 'skip'],
  'GET /transfer/inbox': ['from', 'getForAllUsers', 'portalId', 'getexpired', 'limit', 'skip', 'search', 'ignoreDeletedPortals'],
  'GET /transfer/received': [],
  'GET /transfer/{transferid}': ['trackid', 'password'],
  'PUT /transfer/{transferid}': ['days', 'notify', 'subject', 'message', 'password'],
  'DELETE /transfer/{transferid}': [],
  'POST /transfer/forward': ['transferid', 'to'],
  'POST /transfer/share': ['transferid', 'message', 'to'],
  'PUT /transfer/file/rename': ['fileKey', 'newFileName'],
  'DELETE /transfer/file/{filekey}': [],
  'POST /contact/search': ['term', 'exclude', 'limit'],
  'GET /user/me': [],
  'GET /api/file/get': ['filekey'],
};

/** The calls of version 1, which may all be made by GET and by POST. */
export const CLASSIC: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  [
    ...['authentication/login', 'authentication/logout'],
    ...['initialize', 'get', 'sent/get', 'received/get', 'complete', 'forward', 'share', 'cancel', 'delete', 'compress', 'update'].map(
      (name) => `transfer/${name}`,
    ),
    ...['transfer/file/rename', 'transfer/file/delete', 'user/get', 'user/update'],
    ...['get', 'add', 'update', 'delete', 'addtogroup', 'removefromgroup'].map((name) => `contacts/${name}`),
    ...['get', 'add', 'update', 'delete'].map((name) => `contacts/group/${name}`),
    ...['company/get', 'company/update', 'company/user/getall', 'company/user/add', 'company/user/update'],
  ].map((name) => [`GET /api/${name}`, []]),
);

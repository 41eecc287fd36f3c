import { createServer } from 'node:http';
import { disk, diskStore, relay } from 'ferrykit/server';

const handle = relay({
  backends: { files: disk({ root: './files' }) },
  authorize: (request) => (request.headers.get('cookie') ? { user: 'me' } : false),
  secret: 'a secret of at least thirty-two characters',
  store: diskStore('./store'),
});
createServer((_request, response) => void handle(new Request('http://localhost/')).then(({ status }) => response.writeHead(status).end()));

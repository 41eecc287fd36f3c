/**
 * `npm run simulate <service> -- --port N`: one simulated service by itself, to try things by hand.
 *
 * `--error-rate 0.1` and `--delay 200` turn the knobs of the same names.
 */
import { parseArgs } from 'node:util';
import { services } from './services.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '0' },
    'error-rate': { type: 'string', default: '0' },
    delay: { type: 'string', default: '0' },
  },
});
const [name = ''] = positionals;
const start = services[name];
if (!start) throw new Error(`"${name}" is no simulated service; there are: ${Object.keys(services).join(', ')}.`);

const { service, notes } = await start({ port: Number(values.port) });
service.knobs.errorRate = Number(values['error-rate']);
service.knobs.delay = Number(values.delay);
for (const note of [`${name} answers at ${service.url}`, ...notes]) console.log(note);

const stop = (): void => void service.close();
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

// npm start: from a fresh clone to a running demo. Only node: modules here, because nothing may be installed yet.
import { bringBuild, bringPackages } from '../../test/tools/checkout.mjs';

try {
  await bringPackages();
  await bringBuild();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
await import('./server.mjs');

// The process of a link: it opens the one that it is told of, and tells how many connections were cut. It ends with whoever started it.
import { openLink, type FromLink, type Link, type ToLink } from './link.js';

let link: Link | undefined;
const tell = ({ url, cuts }: FromLink): void => {
  process.send?.({ url, cuts } satisfies FromLink);
};
process.on('message', (message: ToLink) => {
  if ('pace' in message) link?.pace(message.pace);
  else if ('renew' in message) link?.renew(message.renew);
  else
    void openLink(message.to, message.options).then((opened) => {
      link = opened;
      tell(opened);
    });
});
setInterval(() => {
  if (link) tell(link);
}, 500).unref();
process.once('disconnect', () => process.exit());

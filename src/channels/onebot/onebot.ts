// OneBot v11 and v12: what an implementation (NapCat, Lagrange, …) reports by HTTP or over its socket, and what goes back.
import { type Channel, defineChannel } from '../../core/channel.ts';
import { readJsonFields } from '../../core/payload.ts';
import { pushLines } from '../common/pushes.ts';
import { openHttp } from './http.ts';
import { lineOf, type OnebotSettings, settings } from './line.ts';
import { readOnebot } from './read.ts';
import { openSocket } from './socket.ts';

export const onebot: Channel<OnebotSettings> = defineChannel({
  name: 'onebot',
  settings,
  read: readOnebot,
  files: pushLines((line) => ({ event: readJsonFields(line) })),
  open(settings, door) {
    const line = lineOf(settings, door);
    return settings.mode === 'http' ? openHttp(line) : openSocket(line);
  },
});

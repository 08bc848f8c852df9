// Pulling: a callback only says that there is something; the rows are fetched page by page, and the cursor moves after the commit.
import type { Door } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { type Fields, fieldsOf, listOf, textOf } from '../../core/payload.ts';
import type { WorkApi } from '../common/work-api.ts';
import { FROM_CITIZEN, type KfPayload, mediaIdOf } from './read.ts';

export interface Puller {
  /** There is something, says the platform, with its token (good for ten minutes, lifts the rate limit) or without. */
  wake(token?: string): void;
  /** Resolves when what runs has ended. */
  close(): Promise<void>;
}

const PAGE = 1000;
const RETRY_MS = 10_000;
const WELCOME_SECONDS = 20;

/** `heard`: a customer wrote at this account. */
export function openPuller(openKfId: string, api: WorkApi, door: Door, heard: (customer: string) => void): Puller {
  const cell = `cursor:${openKfId}`;
  let open = true;
  let woken: { token?: string } | undefined;
  let running: Promise<void> | undefined;
  let later: NodeJS.Timeout | undefined;

  async function run(): Promise<void> {
    while (open && woken) {
      const { token } = woken;
      woken = undefined;
      try {
        await pullAll(token);
      } catch (error) {
        const code = error instanceof GatewayError ? error.code : 'failed';
        door.log.warn({ account: door.account, code, err: error }, 'customer service could not be read; trying again');
        tryLater();
      }
    }
  }

  function tryLater(): void {
    clearTimeout(later);
    if (open) later = setTimeout(() => wake(), RETRY_MS).unref();
  }

  /** Nothing is passed over: the cursor is kept only when every row before it is durable. */
  async function pullAll(token: string | undefined): Promise<void> {
    for (let more = true; more && open; ) {
      const cursor = await door.cells.get(cell);
      const page = await api.call('/cgi-bin/kf/sync_msg', {
        ...(cursor === undefined ? {} : { cursor }),
        ...(token === undefined ? {} : { token }),
        ...{ limit: PAGE, voice_format: 0, open_kfid: openKfId },
      });
      for (const row of listOf(page.msg_list)) {
        if (row.origin === FROM_CITIZEN) heard(textOf(row.external_userid));
        await takeRow(row, api, door, openKfId);
      }
      const next = textOf(page.next_cursor);
      if (next !== '' && next !== cursor) await door.cells.put(cell, next);
      // A page may be empty while there is more; one that does not move on would be read for ever.
      more = Number(page.has_more) === 1 && next !== '' && next !== cursor;
    }
  }

  function wake(token?: string): void {
    woken = token === undefined ? (woken ?? {}) : { token };
    running ??= run().finally(() => {
      running = undefined;
      if (open && woken) wake();
    });
  }

  return {
    wake,
    async close() {
      open = false;
      clearTimeout(later);
      await running;
    },
  };
}

async function takeRow(row: Fields, api: WorkApi, door: Door, openKfId: string): Promise<void> {
  if (row.msgtype === 'event') return greet(row, api, door);
  if (textOf(row.open_kfid) !== '' && textOf(row.open_kfid) !== openKfId) return;
  const mediaId = mediaIdOf(row);
  const part = mediaId === undefined ? undefined : ((await api.medium(mediaId)) ?? null);
  try {
    await door.accept({ row, part } satisfies KfPayload);
  } catch (error) {
    // What nobody can read will not become readable: it must not hold up all who wrote after it.
    if (!(error instanceof GatewayError) || error.retryable) throw error;
    door.log.error({ account: door.account, code: error.code }, 'a row of customer service could not be read');
  }
}

/** Who has just come in is welcomed, while the platform's word for it is good. */
async function greet(row: Fields, api: WorkApi, door: Door): Promise<void> {
  const event = fieldsOf(row.event);
  const code = textOf(event.welcome_code);
  const age = door.now() / 1000 - Number(row.send_time);
  if (event.event_type !== 'enter_session' || code === '' || !(age < WELCOME_SECONDS)) return;
  const content = door.words('welcome');
  if (content === '') return;
  try {
    await api.call('/cgi-bin/kf/send_msg_on_event', { code, msgtype: 'text', text: { content } });
  } catch (error) {
    // A welcome that came too late is no reason to read the list again.
    if (!(error instanceof GatewayError)) throw error;
    door.log.info({ account: door.account, code: error.code }, 'a welcome could not be said');
  }
}

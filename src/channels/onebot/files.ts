// Files of a OneBot message: from their address, or, as v12 gives only an id, from the implementation itself.
import type { Door } from '../../core/channel.ts';
import { GatewayError } from '../../core/errors.ts';
import { keepAttachment } from '../../core/media/attachment.ts';
import { CHAT_FILES, fetchFiles } from '../../core/media/fetch-file.ts';
import type { Part } from '../../core/message.ts';
import { fieldsOf, textOf } from '../../core/payload.ts';
import { filesOf, type Said } from './read.ts';
import type { Call } from './send.ts';

/** One entry a file, in order; `call` reaches the implementation, where one is configured. */
export function keptFiles(said: Said, door: Door, call: Call | undefined): Promise<(Part | undefined)[]> {
  const files = filesOf(said).slice(0, CHAT_FILES.maxFiles);
  return Promise.all(
    files.map(async ({ id, ...file }) => {
      if (file.url !== '') return (await fetchFiles([file], door))[0];
      return id === '' || said.version !== 12 || !call ? undefined : byId(id, file.name, door, call);
    }),
  );
}

/** v12's get_file with its bytes in the answer: an address it would give is seldom one that we can reach. */
async function byId(id: string, name: string | undefined, door: Door, call: Call): Promise<Part | undefined> {
  try {
    const { data } = await call({ version: 12, action: 'get_file', params: { file_id: id, type: 'data' } });
    const told = fieldsOf(data);
    const bytes = Buffer.from(textOf(told.data), 'base64');
    const known = textOf(told.name) || name;
    if (bytes.length === 0) return undefined;
    return await keepAttachment({ bytes, ...(known ? { name: known } : {}) }, CHAT_FILES, (kept, info) =>
      door.blob(kept, info),
    );
  } catch (error) {
    // No room in the house refuses the message; anything else leaves it without its file.
    if (!(error instanceof GatewayError) || ['disk_low', 'disk_full', 'busy', 'read_only'].includes(error.code))
      throw error;
    door.log.warn({ account: door.account, code: error.code }, 'a file of a citizen was not kept');
    return undefined;
  }
}

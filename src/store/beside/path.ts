// Where the running gateway of a data folder is spoken to by commands of the same user.
import { createHash } from 'node:crypto';
import path from 'node:path';

export const SOCKET = 'civicline.sock';

/** A Unix socket in the data folder, whose rights are the folder's; a named pipe under Windows. */
export function besidePath(dataDir: string): string {
  const folder = path.resolve(dataDir);
  if (process.platform !== 'win32') return path.join(folder, SOCKET);
  return `\\\\.\\pipe\\civicline-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`;
}

// Socket: a lasting connection a channel declares and src/http mounts. Declaring one needs no server, and no package.
import type { Scope } from './access.ts';
import type { RouteRequest } from './route.ts';

/** One open connection, in text. */
export interface Socket {
  /** False where the connection is gone: nothing was sent. True says that it left us, not that it arrived. */
  send(text: string): boolean;
  /** RFC 6455's codes; 1000 when left out. */
  close(code?: number, reason?: string): void;
  /** Set it within `open`. Each text as it comes; when too many are still worked on, the next are not read yet. */
  onMessage(heard: (text: string) => Promise<void> | void): void;
  /** Once, whoever closed it and however it broke. */
  onClose(left: () => void): void;
}

export interface SocketRoute {
  /** `/in/:account` */
  readonly path: string;
  /** As for a Route: `public` ones prove themselves in `admit`. */
  readonly access: 'public' | readonly Scope[];
  /** Connections at one time; more are told to come later (429). */
  readonly most: number;
  /** Bytes of one message; a longer one closes the connection (1009). */
  readonly maxBytes: number;
  /** Before the handshake is answered: throws GatewayError to refuse it; 401 and 403 are counted as at a route. */
  admit(request: RouteRequest): void;
  /** Must not wait: whoever hears too late misses what came first. */
  open(socket: Socket, request: RouteRequest): void;
}

// Connections: knows what each open one is in the middle of, so that a stop waits for answers and not for the half-sent.
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Watches a server that does not listen yet. The answer cuts the idle and those whose request has not arrived whole. */
export function watchConnections(server: Server): () => void {
  const open = new Map<Socket, IncomingMessage | undefined>();
  server.on('connection', (socket) => {
    open.set(socket, undefined);
    socket.once('close', () => open.delete(socket));
  });
  server.on('request', (request, response) => {
    const { socket } = request;
    if (!open.has(socket)) return;
    open.set(socket, request);
    response.once('close', () => {
      // With requests in a row the next one may be here already.
      if (open.get(socket) === request) open.set(socket, undefined);
    });
  });
  return () => {
    for (const [socket, request] of open) if (!request?.complete) socket.destroy();
  };
}

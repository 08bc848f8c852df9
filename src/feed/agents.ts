// Agents: connections of its own for each endpoint, since several may lie behind one host and one of them may hang.
import type { Agent } from 'undici';
import type { Guard } from './guard.ts';
import type { Outgoing } from './send.ts';

/** As many as an endpoint may ever have attempts at once; more are never opened than are used. */
const CONNECTIONS = 64;

export interface Agents {
  of(out: Pick<Outgoing, 'headers'>): Agent;
  /** Lets go of the connections to an endpoint that was deleted; an attempt under way ends. */
  drop(endpoint: string): Promise<void>;
  close(): Promise<void>;
}

export function agentsOf(guard: Pick<Guard, 'agent' | 'letGo'>): Agents {
  const agents = new Map<string, Agent>();
  return {
    of({ headers }) {
      const endpoint = headers['webhook-endpoint-id'] ?? '';
      const known = agents.get(endpoint);
      if (known) return known;
      const agent = guard.agent(CONNECTIONS);
      agents.set(endpoint, agent);
      return agent;
    },
    async drop(endpoint) {
      const agent = agents.get(endpoint);
      agents.delete(endpoint);
      if (agent) await guard.letGo(agent);
    },
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

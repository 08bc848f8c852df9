// Metrics for Prometheus: the process, the requests by route, and what the rest of the house counts; no personal labels.
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** One figure of the house at the moment it is asked for. */
export interface Figure {
  /** `civicline_cases_total` */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

export type Collect = () => readonly Figure[] | Promise<readonly Figure[]>;

export interface Metrics {
  readonly contentType: string;
  /** `route` is the pattern, never the address asked for. */
  observe(method: string, route: string, status: number, seconds: number): void;
  text(): Promise<string>;
}

export function openMetrics(collect?: Collect): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'civicline_http_request_seconds',
    help: 'Time from a request to the end of its answer, by route pattern',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const held = new Map<string, { observe(seconds: number): void }>();
  return {
    contentType: registry.contentType,
    observe(method, route, status, seconds) {
      const name = `${method} ${route} ${status}`;
      const child = held.get(name) ?? requests.labels(method, route, String(status));
      held.set(name, child);
      child.observe(seconds);
    },
    async text() {
      const figures = collect ? await collect() : [];
      return `${await registry.metrics()}${figures.length > 0 ? '\n' : ''}${render(figures)}`;
    },
  };
}

/** The text format: HELP and TYPE once a name, then its samples. */
function render(figures: readonly Figure[]): string {
  const lines: string[] = [];
  const told = new Set<string>();
  for (const { name, help, type, value, labels } of [...figures].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
  )) {
    if (!told.has(name)) lines.push(`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`);
    told.add(name);
    const pairs = Object.entries(labels ?? {}).map(([label, text]) => `${label}="${escaped(text)}"`);
    lines.push(`${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`);
  }
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
}

const escaped = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');

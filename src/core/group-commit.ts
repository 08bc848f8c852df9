// Group commit: many callers, one transaction, each gets his own answer. Who arrives while a commit runs rides in the next; no timers.
import { GatewayError } from './errors.ts';

export interface GroupCommit<Rider, Answer> {
  /** Resolves with the rider's own answer once the transaction that carried it is durable. */
  submit(rider: Rider): Promise<Answer>;
  readonly waiting: number;
  /** Refuses newcomers and resolves when everybody aboard has an answer. */
  drain(): Promise<void>;
}

export interface GroupCommitOptions<Rider, Answer> {
  /** One transaction: the answers of those in front that it carried, one at least; those behind ride in the next. */
  readonly commit: (riders: readonly Rider[]) => Promise<Answer[]>;
  /** A rider that fails alone, for good, and not by a fault of its sender's: keep it aside and answer it, or throw. */
  readonly aside: (rider: Rider, error: unknown) => Promise<Answer>;
  /** Riders a transaction takes at most; 256 keeps one commit well under the platforms' patience. */
  readonly most?: number;
  /** Waiting riders beyond which newcomers are refused (503) instead of growing memory without bound. */
  readonly room?: number;
}

interface Seat<Rider, Answer> {
  readonly rider: Rider;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** True for what waiting can cure (disk full, busy): the whole batch is refused, nobody is poison. */
const passing = (error: unknown): boolean => error instanceof GatewayError && error.retryable;

/** True for what the sender alone can mend (an attachment that is gone): he must hear of it, or nobody ever does. */
const sendersOwn = (error: unknown): boolean =>
  error instanceof GatewayError && error.status >= 400 && error.status < 500;

export function groupCommit<Rider, Answer>(options: GroupCommitOptions<Rider, Answer>): GroupCommit<Rider, Answer> {
  const most = options.most ?? 256;
  const room = options.room ?? 10_000;
  let queue: Seat<Rider, Answer>[] = [];
  let running: Promise<void> | undefined;
  let closed = false;

  async function carry(seats: readonly Seat<Rider, Answer>[]): Promise<void> {
    let left = seats;
    try {
      while (left.length > 0) {
        const answers = await options.commit(left.map((s) => s.rider));
        if (answers.length === 0) throw new Error('group commit: nobody was answered');
        left.slice(0, answers.length).forEach((seat, i) => {
          seat.resolve(answers[i] as Answer);
        });
        left = left.slice(answers.length);
      }
    } catch (error) {
      // Only those no transaction has carried: who is answered stays so.
      if (passing(error)) for (const seat of left) seat.reject(error);
      else await isolate(left, error);
    }
  }

  /** Halves the batch until the one rider that sinks the boat sits alone. */
  async function isolate(seats: readonly Seat<Rider, Answer>[], error: unknown): Promise<void> {
    const [only] = seats;
    if (seats.length === 1 && only) {
      if (sendersOwn(error)) only.reject(error);
      else await options.aside(only.rider, error).then(only.resolve, only.reject);
      return;
    }
    const middle = Math.ceil(seats.length / 2);
    await carry(seats.slice(0, middle));
    await carry(seats.slice(middle));
  }

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, most);
      queue = queue.slice(most);
      await carry(batch);
    }
    running = undefined;
  }

  return {
    submit(rider) {
      if (closed) return Promise.reject(refuse('closing', 'the gateway is closing'));
      if (queue.length >= room)
        return Promise.reject(refuse('overloaded', 'too many messages are waiting for a commit'));
      return new Promise<Answer>((resolve, reject) => {
        queue.push({ rider, resolve, reject });
        running ??= Promise.resolve().then(run);
      });
    },
    get waiting() {
      return queue.length;
    },
    async drain() {
      closed = true;
      await running;
    },
  };
}

function refuse(code: string, message: string): GatewayError {
  return new GatewayError({ code, message, retryable: true, status: 503, retryAfter: 5, advice: 'Try again shortly.' });
}

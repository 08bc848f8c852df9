// The part of wechaty (1.20) we use, as its documentation gives it, and how it is found: it is not among our packages.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export interface Sayer {
  readonly id: string;
  say(text: string): Promise<unknown>;
}
export interface Contact extends Sayer {
  name(): string;
}
export type Room = Sayer;
export interface FileBox {
  readonly name: string;
  toBuffer(): Promise<Uint8Array>;
}
export interface BotMessage {
  readonly id: string;
  /** A number of wechaty's `types.Message`. */
  type(): number;
  text(): string;
  date(): Date;
  self(): boolean;
  talker(): Contact;
  room(): Room | undefined;
  mentionSelf(): Promise<boolean>;
  toFileBox(): Promise<FileBox>;
}
export interface Bot {
  on(event: 'message', heard: (message: BotMessage) => void): unknown;
  on(event: 'error', failed: (error: Error) => void): unknown;
  on(event: 'scan' | 'login' | 'logout', happened: () => void): unknown;
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly isLoggedIn: boolean;
  readonly Contact: { find(query: { id: string }): Promise<Contact | undefined> };
  readonly Room: { find(query: { id: string }): Promise<Room | undefined> };
}

export interface BotOptions {
  readonly name: string;
  readonly puppet: string;
  readonly puppetOptions: Readonly<Record<string, unknown>>;
}

/** Finds what a city installed beside the gateway. */
export interface Installed {
  /** The first of these packages that cannot be found. */
  missing(packages: readonly string[]): string | undefined;
  build(options: BotOptions): Promise<Bot>;
}

const require = createRequire(import.meta.url);

export const installed: Installed = {
  missing: (packages) =>
    packages.find((name) => {
      try {
        require.resolve(name);
        return false;
      } catch {
        // Not there is the answer, not an error.
        return true;
      }
    }),
  async build(options) {
    // By its path: a package nobody has to have is not named in an import.
    const wechaty: unknown = await import(pathToFileURL(require.resolve('wechaty')).href);
    const builder: unknown = Reflect.get(Object(wechaty), 'WechatyBuilder');
    const build: unknown = Reflect.get(Object(builder), 'build');
    if (typeof build !== 'function') throw new Error('this version of wechaty has no WechatyBuilder.build');
    return build.call(builder, options) as Bot; // wechaty's own promise; nothing of it can be checked before it is used
  },
};

// The street: every channel by its name, loaded only when an account uses it.
import type { AccountBlock, Channel, Door, Opened } from '../core/channel.ts';
import { GatewayError } from '../core/errors.ts';

export type Directory = Readonly<Record<string, () => Promise<Channel<unknown>>>>;

export const CHANNELS: Directory = {
  open311: async () => (await import('./open311.ts')).open311,
  email: async () => (await import('./email.ts')).email,
  web: async () => (await import('./web.ts')).web,
  'wechat-official': async () => (await import('./wechat-official/index.ts')).wechatOfficial,
  'wechat-kf': async () => (await import('./wechat-kf/wechat-kf.ts')).wechatKf,
  wecom: async () => (await import('./wecom/wecom.ts')).wecom,
  qq: async () => (await import('./qq/qq.ts')).qq,
  onebot: async () => (await import('./onebot/onebot.ts')).onebot,
  telegram: async () => (await import('./telegram/telegram.ts')).telegram,
  wechaty: async () => (await import('./wechaty/wechaty.ts')).wechaty,
  letter: async () => (await import('./letter.ts')).letter,
  phone: async () => (await import('./phone/phone.ts')).phone,
  weibo: async () => (await import('./weibo/weibo.ts')).weibo,
};

/** One configured mouth with its checked settings, not yet open. */
export interface Account {
  readonly name: string;
  readonly block: AccountBlock;
  readonly channel: Channel<unknown>;
  readonly settings: unknown;
}

/** The citizens' form and Open311 need no configuration: their accounts are there unless a block says otherwise. */
export function withWeb(accounts: Readonly<Record<string, AccountBlock>>): Readonly<Record<string, AccountBlock>> {
  return { web: { channel: 'web' }, open311: { channel: 'open311' }, ...accounts };
}

/** Lines of channels.yaml by account (`oa`) and by setting (`oa/token`). */
export type Lines = Readonly<Record<string, number>>;

/** `channels.yaml:12 /accounts/oa`: at the setting that is wrong, or at its block where it is missing. */
function placeOf(account: string, field: string | undefined, lines: Lines): string {
  const line = lines[`${account}/${/^\w+/.exec(field ?? '')?.[0]}`] ?? lines[account];
  return `channels.yaml${line === undefined ? '' : `:${line}`} /accounts/${account}`;
}

/** Loads the channel of each account and checks its block. Throws one GatewayError `bad_settings` that tells all problems. */
export async function loadAccounts(
  accounts: Readonly<Record<string, AccountBlock>>,
  directory: Directory = CHANNELS,
  lines: Lines = {},
): Promise<Account[]> {
  const loaded: Account[] = [];
  const problems: string[] = [];
  for (const [name, block] of Object.entries(accounts)) {
    const load = Object.hasOwn(directory, block.channel) ? directory[block.channel] : undefined;
    if (!load) {
      problems.push(
        `${placeOf(name, 'channel', lines)}: unknown channel "${block.channel}"; known are ${Object.keys(directory).join(', ')}`,
      );
      continue;
    }
    try {
      const channel = await load();
      loaded.push({ name, block, channel, settings: channel.settings(block) });
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      problems.push(`${placeOf(name, error.field, lines)}: ${error.message}`);
    }
  }
  if (problems.length === 0) return loaded;
  const advice = 'Correct these accounts in channels.yaml.';
  throw new GatewayError({ code: 'bad_settings', message: problems.join('\n'), retryable: false, advice });
}

/** Opens every account with the door made for it. When one fails, those already open are closed again; close runs in reverse. */
export async function openChannels(
  accounts: readonly Account[],
  doorFor: (account: Account) => Door,
): Promise<{ readonly opened: ReadonlyMap<string, Opened>; close(): Promise<void> }> {
  const opened = new Map<string, Opened>();
  const close = async (): Promise<void> => {
    for (const one of [...opened.values()].reverse()) await one.close();
  };
  try {
    for (const account of accounts) {
      opened.set(account.name, await account.channel.open(account.settings, doorFor(account)));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { opened, close };
}

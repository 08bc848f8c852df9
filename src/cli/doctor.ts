// civicline doctor: looks at config, keys, store, channels, feed, clock, retention and disk; changes nothing; says what to do. Exit 1 when something fails.
import { Command } from 'commander';
import { ConfigProblems, loadSettings, placeOf } from '../config.ts';
import { storeFindings } from './doctor/data.ts';
import { type Finding, verdicts } from './doctor/finding.ts';
import { diskFindings, keepingFindings, keyFindings } from './doctor/machine.ts';
import { calendarFindings, channelFindings, knowledgeFindings, routingFindings } from './doctor/tables.ts';
import { printLine } from './workshop.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check config, keys, store, channels, feed, clock, calendar, retention and disk; changes nothing')
    .action(async () => {
      const findings = await examine(process.env, Date.now());
      for (const finding of findings) printLine(finding);
      if (findings.some((f) => f.state === 'fail')) process.exitCode = 1;
    });
}

/** `now` is epoch ms. */
export async function examine(env: NodeJS.ProcessEnv, now: number): Promise<Finding[]> {
  const { ok, fail } = verdicts('config');
  try {
    const settings = loadSettings(env);
    const { findings, master } = keyFindings(settings);
    return [
      ok(`${settings.configDir}: ${settings.city.name}, ${settings.city.units.length} units`),
      ...findings,
      ...(await storeFindings(settings, master?.key, now)),
      ...(await channelFindings(settings)),
      ...calendarFindings(settings.city, now),
      ...routingFindings(settings.city, now),
      ...knowledgeFindings(settings.city, now),
      ...keepingFindings(settings),
      ...(await diskFindings(settings)),
    ];
  } catch (error) {
    if (!(error instanceof ConfigProblems)) throw error;
    return error.problems.map((p) => fail(`${placeOf(p)}: ${p.problem}`, p.hint));
  }
}

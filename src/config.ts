// Config: files and environment to one frozen Settings, or all problems at once, each with its path and a hint.
import path from 'node:path';
import { ACCOUNT_HINTS, Accounts, linesOf } from './config/accounts.ts';
import { Catalogue, catalogueOf } from './config/catalogue.ts';
import { Calendar, checkCalendar, checkDeadlines, Deadlines } from './config/clocks.ts';
import { readDangerModel } from './config/danger-model.ts';
import { checkPlaces, checkUnits, divisionsOf, Places, Units, unitsOf } from './config/directory.ts';
import { checkEmergencies, Emergencies, emergenciesOf } from './config/emergencies.ts';
import { checkNetwork, readEnvironment } from './config/environment.ts';
import { assistantOf, feedOf, House, httpOf, relateOf } from './config/house.ts';
import { readKnowledge } from './config/knowledge.ts';
import { understandingOf } from './config/models.ts';
import { ConfigProblems, ledger } from './config/problems.ts';
import { readFile, type Source } from './config/read.ts';
import { checkRefusals, Refusals, refusalsOf } from './config/refusals.ts';
import { readMatcher } from './config/relate-model.ts';
import { Replies } from './config/replies.ts';
import { checkRoutes, routesOf } from './config/routes.ts';
import type { City } from './core/city.ts';
import type { Matcher } from './core/relate/model.ts';
import type { Settings } from './settings.ts';

/** Without `confidence` in units.yaml. */
const ROUTE_FROM = 0.5;

export { ConfigProblems, type Problem, placeOf } from './config/problems.ts';

/**
 * Reads the config folder (`options.configDir`, else CIVICLINE_CONFIG, else ./config) and the environment.
 * Throws one ConfigProblems that lists everything wrong. The result is deeply frozen.
 */
export function loadSettings(
  env: NodeJS.ProcessEnv,
  options: { readonly configDir?: string; readonly dataDir?: string } = {},
): Settings {
  const configDir = path.resolve(options.configDir ?? (env.CIVICLINE_CONFIG || 'config'));
  const dataDir = path.resolve(options.dataDir ?? (env.CIVICLINE_DATA || 'data'));
  const source: Source = { dir: configDir, env, ledger: ledger() };
  const outside = readEnvironment(env, source.ledger);
  const house = readFile(source, 'civicline.yaml', House);
  const accounts = readFile(source, 'channels.yaml', Accounts, { optional: true, hints: ACCOUNT_HINTS });
  const city = readCity(source, house);
  for (const network of house?.feed?.allowedNetworks ?? [])
    checkNetwork(network, 'civicline.yaml', '/feed/allowedNetworks', source.ledger);
  if (source.ledger.problems.length > 0 || house === undefined || city === undefined)
    throw new ConfigProblems(source.ledger.problems);
  const http = httpOf(house);
  const feed = feedOf(house);
  return freeze({
    instance: outside.instance ?? house.instance ?? 'civicline',
    city,
    http: { ...http, host: outside.host ?? http.host, port: outside.port ?? http.port },
    feed: { ...feed, allowedNetworks: [...feed.allowedNetworks, ...outside.networks] },
    store: {
      url: outside.databaseUrl ?? house.store?.url ?? 'sqlite:',
      dataDir,
      minFreeBytes: house.store?.minFreeBytes ?? 64 * 1024 * 1024,
    },
    ...assistantOf(house),
    retention: house.retention ?? {},
    accounts: accounts?.accounts ?? {},
    accountLines: linesOf(accounts?.accounts, source.ledger),
    secrets: {
      ...(outside.masterKey === undefined ? {} : { masterKey: outside.masterKey }),
      ...(outside.adminKey === undefined ? {} : { adminKey: outside.adminKey }),
    },
    configDir,
  });
}

/** The knowledge as it now lies in the folder, for a city that runs; throws ConfigProblems and changes nothing. */
export function loadKnowledge({ configDir, city }: Settings, env: NodeJS.ProcessEnv): City['knowledge'] {
  const source: Source = { dir: configDir, env, ledger: ledger() };
  const knowledge = readKnowledge(source, {
    units: new Set(city.units.map(({ code }) => code)),
    divisions: new Set(city.divisions.map(({ code }) => code)),
  });
  if (source.ledger.problems.length > 0) throw new ConfigProblems(source.ledger.problems);
  return freeze(knowledge);
}

/** All files are read before anything is judged together, so that one start shows every problem. */
function readCity(source: Source, house: House | undefined): City | undefined {
  const { ledger } = source;
  const catalogue = readFile(source, 'catalogue.yaml', Catalogue);
  const units = readFile(source, 'units.yaml', Units);
  const places = readFile(source, 'places.yaml', Places);
  const deadlines = readFile(source, 'deadlines.yaml', Deadlines);
  const calendar = readFile(source, 'calendar.yaml', Calendar);
  const replies = readFile(source, 'replies.yaml', Replies);
  const refused = readFile(source, 'refusals.yaml', Refusals, { optional: true });
  const refusals = refused ? refusalsOf(refused) : [];
  checkRefusals(refusals, ledger);
  const dangers = readFile(source, 'emergencies.yaml', Emergencies);
  const emergencies = dangers && emergenciesOf(dangers);
  const dangerModel = readDangerModel(source);
  const topics = catalogue && catalogueOf(catalogue, ledger);
  const matcher = readMatcher(source);
  const understanding = understandingOf(source, house, topics?.categories);
  const divisions = places && divisionsOf(places);
  const knowledge = readKnowledge(source, {
    ...(units ? { units: new Set(units.units.map(({ code }) => code)) } : {}),
    ...(divisions ? { divisions: new Set(divisions.map(({ code }) => code)) } : {}),
  });
  if (divisions) checkPlaces(divisions, ledger);
  if (units && topics && divisions) {
    const around = { units: unitsOf(units), categories: topics.categories, divisions };
    checkUnits(around.units, units.fallback, divisions, ledger);
    checkRoutes(routesOf(units.routes), around, ledger);
  }
  if (deadlines && topics) checkDeadlines(deadlines.deadlines, topics.categories, ledger);
  if (calendar) checkCalendar(calendar.years, ledger);
  if (emergencies) checkEmergencies(emergencies, ledger);
  if (house) checkRelate(house, matcher, source);
  if (!(house && topics && units && divisions && deadlines && calendar && emergencies && replies)) return undefined;
  return {
    tenant: house.city.tenant,
    level: house.city.level,
    name: house.city.name,
    utcOffsetMinutes: house.city.utcOffsetMinutes ?? 480,
    ...topics,
    units: unitsOf(units),
    routes: routesOf(units.routes),
    routeFrom: units.confidence ?? ROUTE_FROM,
    fallbackUnit: units.fallback,
    divisions,
    deadlines: deadlines.deadlines,
    calendar: calendar.years,
    emergencies,
    refusals,
    ...(dangerModel ? { dangerModel } : {}),
    knowledge,
    demo: house.demo ?? false,
    relate: relateOf(house, matcher),
    replies,
    ...(understanding ? { understanding } : {}),
  };
}

function checkRelate(house: House, matcher: Matcher | undefined, { ledger }: Source): void {
  const { sure, unsure } = relateOf(house, matcher);
  if (unsure > sure)
    ledger.add('civicline.yaml', '/relate/unsure', 'is above relate.sure', 'the unsure band lies below the sure one');
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const one of Object.values(value)) freeze(one);
  }
  return value;
}

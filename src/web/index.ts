// The window: all routes of the citizens' pages.
import type { Route } from '../core/route.ts';
import { assets } from './assets.ts';
import type { WebDeps } from './deps.ts';
import { readRoutes } from './read-routes.ts';
import { writeRoutes } from './write-routes.ts';

export { type CaseView, type Limits, viewOf, type WebDeps } from './deps.ts';

export { problemPage } from './problem-page.ts';

export const webPages = (deps: WebDeps): Route[] => [...writeRoutes(deps), ...readRoutes(deps), ...assets()];

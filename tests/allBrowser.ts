import { after } from 'node:test';
import { shareChromium } from './browser/launchChromium.ts';
import { runTogether } from './run/runTogether.ts';
import { browserFiles } from './run/testFiles.ts';

/* The tests in a browser, all in one Chromium. */
after(shareChromium());
await runTogether(browserFiles());

import type {Measure} from '../measure.ts';
import {bytes} from './bytes.ts';
import {controlPlane} from './control-plane.ts';
import {eventLoop} from './event-loop.ts';
import {eventToPaint} from './event-to-paint.ts';
import {facts} from './facts.ts';
import {initialSync} from './initial-sync.ts';
import {keyToPaint} from './key-to-paint.ts';
import {longRun} from './long-run.ts';
import {sandbox} from './sandbox.ts';
import {slowLine} from './slow-line.ts';
import {startUp} from './start-up.ts';
import {tables} from './tables.ts';
import {usage} from './usage.ts';

/** All measures, in the order in which they run: those that share a deck find it as fresh as they need it. */
export const measures: readonly Measure[] = [
	startUp,
	usage,
	bytes,
	eventToPaint,
	keyToPaint,
	eventLoop,
	facts,
	tables,
	longRun,
	initialSync,
	slowLine,
	sandbox,
	controlPlane,
];

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

/** All measures, in the order in which they run and are told: what a person waits for, what it costs, what is behind it. */
export const measures: readonly Measure[] = [
	controlPlane,
	startUp,
	eventToPaint,
	keyToPaint,
	eventLoop,
	bytes,
	usage,
	longRun,
	initialSync,
	slowLine,
	facts,
	tables,
	{...sandbox, takesLong: true},
];

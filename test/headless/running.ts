import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Kubeconfig, loadKubeconfig} from '../../source/cluster/kubeconfig.ts';
import {failureOf} from '../../source/exit.ts';
import {change} from '../../source/headless/change.ts';
import {get} from '../../source/headless/get.ts';
import type {Outlet} from '../../source/headless/outlet.ts';
import {printDiff, printHistory} from '../../source/headless/revisions.ts';
import {status} from '../../source/headless/status.ts';
import type {KubeObject} from '../../source/objects.ts';
import {type Options, readOptions} from '../../source/options.ts';
import type {Recording} from '../objects/recorded.ts';
import type {Api} from '../support/api-server.ts';

/** A headless command that runs in this process, with what it has written so far. */
export interface Running {
	stdout: string;
	stderr: string;
	/** What was written to the audit log. */
	readonly audits: Readonly<Record<string, string>>[];
	/** Lets everything that waits for a time go on at once. */
	passTime(): void;
	/** Presses ctrl-c. */
	interrupt(): void;
	/** The exit code, once it has ended. */
	readonly code: Promise<number>;
}

export interface Surroundings {
	/** A person at the terminal, and what they type; left out: no terminal. */
	readonly ask?: (question: string) => Promise<string | undefined>;
	/** The text of the config file. */
	readonly config?: string;
	/** Somebody reads along. */
	readonly isWatched?: boolean;
}

/**
 * Starts a command without a screen against an API server of the tests, as the command line would; it ends with the test.
 * @param now Milliseconds since the epoch, for the ages.
 */
export function start(
	context: {after(fn: () => unknown): void},
	api: Api,
	argv: readonly string[],
	now: number,
	{ask, config, isWatched = false}: Surroundings = {},
): Running {
	const folder = mkdtempSync(join(tmpdir(), 'rolldeck-'));
	const interruption = new AbortController();
	context.after(() => interruption.abort());
	const waiting = new Set<() => void>();
	const running: Running = {
		stdout: '',
		stderr: '',
		audits: [],
		passTime() {
			const due = [...waiting]; // what waits anew meanwhile has to wait for the next time
			for (const task of due) task();
		},
		interrupt: () => interruption.abort(),
		code: Promise.resolve()
			.then(run)
			.finally(() => rmSync(folder, {recursive: true})),
	};
	return running;

	async function run(): Promise<number> {
		try {
			const file = config === undefined ? undefined : {path: 'config.yaml', text: config};
			const options = readOptions({argv, env: {}, config: file});
			const kubeconfig = loadKubeconfig({
				...options,
				kubeconfig: api.kubeconfig(join(folder, 'config')),
				env: {},
				home: '',
			});
			return await dispatch(options, kubeconfig, {
				stdout: {write: (text) => (running.stdout += text)},
				stderr: {write: (text) => (running.stderr += text)},
				now: () => now,
				after(_milliseconds, task) {
					waiting.add(task);
					return () => waiting.delete(task);
				},
				terminal: false,
				isWatched,
				...(ask && {ask}),
				audit: (entry) => running.audits.push(entry),
				signal: interruption.signal,
			});
		} catch (error) {
			const {sentence, code} = failureOf(error);
			running.stderr += `${sentence}\n`;
			return code;
		}
	}
}

function dispatch(options: Options, kubeconfig: Kubeconfig, outlet: Outlet): Promise<number> {
	const {command} = options;
	switch (command.name) {
		case 'get':
			return get(command, options, kubeconfig, outlet);
		case 'status':
			return status(command, options, kubeconfig, outlet);
		case 'history':
			return printHistory(command, options, kubeconfig, outlet);
		case 'diff':
			return printDiff(command, options, kubeconfig, outlet);
		case 'undo':
		case 'scale':
		case 'restart':
		case 'pause':
		case 'resume':
			return change(command, options, kubeconfig, outlet);
		case 'deck':
		case 'help':
		case 'sandbox':
		case 'version':
			throw new Error(`${command.name} does not run here`);
	}
}

/** What a recording holds, as objects that a server can serve in the namespace `shop`. */
export function objectsOf(recording: Recording): KubeObject[] {
	const {deployment, replicaSets, pods, events, services} = recording;
	return [
		{...deployment, apiVersion: 'apps/v1', kind: 'Deployment'},
		...replicaSets.map((object) => ({...object, apiVersion: 'apps/v1', kind: 'ReplicaSet'})),
		...pods.map((object) => ({...object, apiVersion: 'v1', kind: 'Pod'})),
		...events.map((object) => ({...object, apiVersion: 'v1', kind: 'Event'})),
		...services.map((object) => ({...object, apiVersion: 'v1', kind: 'Service'})),
	].map((object) => ({...object, metadata: {...object.metadata, namespace: 'shop'}}));
}

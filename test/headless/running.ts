import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {loadKubeconfig} from '../../source/cluster/kubeconfig.ts';
import {failureOf} from '../../source/exit.ts';
import {get} from '../../source/headless/get.ts';
import type {KubeObject} from '../../source/objects.ts';
import {readOptions} from '../../source/options.ts';
import type {Recording} from '../objects/recorded.ts';
import type {Api} from '../support/api-server.ts';

/** A headless command that runs in this process, with what it has written so far. */
export interface Running {
	stdout: string;
	stderr: string;
	/** Presses ctrl-c. */
	interrupt(): void;
	/** The exit code, once it has ended. */
	readonly code: Promise<number>;
}

/**
 * Starts `rolldeck get …` against an API server of the tests, as the command line would; it ends with the test.
 * @param now Milliseconds since the epoch, for the ages.
 */
export function start(
	context: {after(fn: () => unknown): void},
	api: Api,
	argv: readonly string[],
	now: number,
): Running {
	const folder = mkdtempSync(join(tmpdir(), 'rolldeck-'));
	const interruption = new AbortController();
	context.after(() => interruption.abort());
	const running: Running = {
		stdout: '',
		stderr: '',
		interrupt: () => interruption.abort(),
		code: run().finally(() => rmSync(folder, {recursive: true})),
	};
	return running;

	async function run(): Promise<number> {
		try {
			const options = readOptions({argv, env: {}});
			if (options.command.name !== 'get') throw new Error('only get runs here');
			const kubeconfig = loadKubeconfig({
				...options,
				kubeconfig: api.kubeconfig(join(folder, 'config')),
				env: {},
				home: '',
			});
			return await get(options.command, options, kubeconfig, {
				stdout: {write: (text) => (running.stdout += text)},
				stderr: {write: (text) => (running.stderr += text)},
				now: () => now,
				terminal: false,
				signal: interruption.signal,
			});
		} catch (error) {
			const {sentence, code} = failureOf(error);
			running.stderr += `${sentence}\n`;
			return code;
		}
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

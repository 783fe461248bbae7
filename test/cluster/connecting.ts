import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import type {AddressInfo, Server} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {type Connection, type ConnectOptions, connect} from '../../source/cluster/connection.ts';
import {ClusterError} from '../../source/cluster/errors.ts';
import {loadKubeconfig} from '../../source/cluster/kubeconfig.ts';
import {type Api, type ApiOptions, startApi, tlsFile} from '../support/api-server.ts';
import {oneContext} from '../support/kubeconfig.ts';

/** The tests' own authority, for a cluster in a kubeconfig. */
export const ca = {'certificate-authority': tlsFile('ca.crt')};

/** A folder that goes away with the test. */
export function temporaryFolder(test: {after(fn: () => void): void}): string {
	const folder = mkdtempSync(join(tmpdir(), 'rolldeck-'));
	test.after(() => rmSync(folder, {recursive: true, force: true}));
	return folder;
}

export async function connectTo(
	api: Api,
	test: {after(fn: () => unknown): void},
	options: ConnectOptions = {},
): Promise<Connection> {
	const path = api.kubeconfig(join(temporaryFolder(test), 'config'));
	const kubeconfig = loadKubeconfig({kubeconfig: path, env: {}, home: ''});
	const connection = await connect(kubeconfig, {env: {}, ...options});
	test.after(() => connection.close());
	return connection;
}

export interface Config {
	readonly cluster?: Record<string, unknown>;
	readonly user?: Record<string, unknown> | undefined;
	readonly options?: ConnectOptions;
	readonly as?: string;
	readonly asGroups?: string[];
}

export async function start(context: TestContext, options: ApiOptions = {}): Promise<Api> {
	const api = await startApi(options);
	context.after(() => api.close());
	return api;
}

/** Connects with a kubeconfig of one context, whose cluster and user are as given. */
export async function connectWith(
	context: TestContext,
	server: string,
	{cluster, user, options, ...flags}: Config = {},
): Promise<Connection> {
	const path = join(temporaryFolder(context), 'config');
	writeFileSync(path, oneContext({server, ...cluster}, user));
	const kubeconfig = loadKubeconfig({kubeconfig: path, env: {}, home: '', ...flags});
	const connection = await connect(kubeconfig, {env: {}, ...options});
	context.after(() => connection.close());
	return connection;
}

/** What the server was told by the last request. */
export function heard(api: Api, header: string): string | undefined {
	return api.requests.at(-1)?.headers[header]?.toString();
}

export async function failure(promise: Promise<unknown>): Promise<ClusterError> {
	const error = await promise.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	assert.ok(error instanceof ClusterError, `it failed with a ClusterError, not ${String(error)}`);
	return error;
}

/** Listens on loopback until the test ends; returns the port. */
export async function listen(context: TestContext, server: Server): Promise<number> {
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	context.after(() => server.close());
	return (server.address() as AddressInfo).port;
}

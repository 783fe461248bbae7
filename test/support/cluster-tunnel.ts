import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {type AddressInfo, connect, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {dump, load} from 'js-yaml';
import {clusterKubeconfig} from './cluster-place.ts';

/** A proxy between a deck and the test cluster, which can fail as a network does. */
export interface Tunnel {
	/** The test cluster's kubeconfig, by way of this proxy. */
	readonly kubeconfig: string;
	/** Nothing that the server answers arrives from now on. What is asked still does. */
	holdAnswers(): void;
	/** Nothing that is asked reaches the server from now on. */
	holdRequests(): void;
	/** Ends every connection; new ones work. */
	cut(): void;
}

/** Starts a proxy that ends with the test. */
export async function openTunnel(test: TestContext): Promise<Tunnel> {
	const folder = mkdtempSync(join(tmpdir(), 'rolldeck-tunnel-'));
	const pairs = new Set<{readonly deck: Socket; readonly server: Socket}>();
	const proxy = createServer();
	proxy.on('connect', ({url = ''}: {url?: string}, deck: Socket) => {
		const {hostname, port} = new URL(`http://${url}`);
		const server = connect(Number(port), hostname, () => {
			deck.write('HTTP/1.1 200 Connected\r\n\r\n');
			deck.pipe(server).pipe(deck);
		});
		const pair = {deck, server};
		pairs.add(pair);
		const end = () => {
			pairs.delete(pair);
			deck.destroy();
			server.destroy();
		};
		for (const socket of [deck, server]) socket.on('error', end).on('close', end);
	});
	await new Promise<void>((resolve) => {
		proxy.listen(0, '127.0.0.1', resolve);
	});
	const {port} = proxy.address() as AddressInfo;

	const config = load(readFileSync(clusterKubeconfig, 'utf8')) as {clusters: {cluster: object}[]};
	for (const entry of config.clusters) Object.assign(entry.cluster, {'proxy-url': `http://127.0.0.1:${port}`});
	const kubeconfig = join(folder, 'kubeconfig');
	writeFileSync(kubeconfig, dump(config), {mode: 0o600});

	const tunnel: Tunnel = {
		kubeconfig,
		holdAnswers() {
			for (const {deck, server} of pairs) server.unpipe(deck);
		},
		holdRequests() {
			for (const {deck, server} of pairs) deck.unpipe(server);
		},
		cut() {
			for (const {deck} of pairs) deck.destroy();
		},
	};
	test.after(async () => {
		tunnel.cut();
		proxy.close();
		rmSync(folder, {recursive: true});
	});
	return tunnel;
}

import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Account} from './http/users.ts';

/**
 * The kubeconfig of a sandbox whose certificate (PEM) is its own authority: one context for each user; the administrator's, named `sandbox`, is current and in
 * namespace shop.
 */
export function kubeconfigOf(url: string, users: readonly Account[], certificate?: string): string {
	const contexts = users.map(({name, namespace = 'shop'}, index) => ({
		name: index === 0 ? 'sandbox' : name,
		context: {cluster: 'sandbox', user: name, namespace},
	}));
	const authority = certificate && {'certificate-authority-data': Buffer.from(certificate).toString('base64')};
	// JSON is YAML: every client reads it.
	const document = {
		apiVersion: 'v1',
		kind: 'Config',
		clusters: [{name: 'sandbox', cluster: {server: url, ...authority}}],
		users: users.map(({name, token}) => ({name, user: {token}})),
		contexts,
		'current-context': 'sandbox',
	};
	return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Writes it where only its owner can read it. The returned function removes it again. */
export function writeKubeconfig(text: string): {path: string; remove: () => void} {
	const directory = mkdtempSync(join(tmpdir(), 'rolldeck-sandbox-'));
	chmodSync(directory, 0o700);
	const path = join(directory, 'kubeconfig');
	writeFileSync(path, text, {mode: 0o600});
	return {path, remove: () => rmSync(directory, {recursive: true, force: true})};
}

import {ApiError, notFound} from '../api-error.ts';
import {send, sendText} from './answer.ts';
import type {Call} from './call.ts';
import {authorize} from './rights.ts';

/** Something that can happen in the sandbox, for `/rolldeck/scenarios`. */
export interface ServedScenario {
	readonly name: string;
	readonly title: string;
	start(): void;
}

/** `/rolldeck/scenarios`: what can happen here, and making it happen. For the administrator alone. */
export function serveScenarios(
	call: Call,
	[root, name, ...rest]: string[],
	scenarios: readonly ServedScenario[],
): void {
	if (root !== 'scenarios' || rest.length > 0) return sendText(call.response, 404, '404 page not found\n');
	authorize(call.user, {verb: name ? 'create' : 'list', group: 'rolldeck', resource: 'scenarios', ...(name && {name})});
	if (name === undefined && call.request.method === 'GET') {
		const items = scenarios.map((scenario) => ({name: scenario.name, title: scenario.title}));
		return send(call, 200, JSON.stringify({items}));
	}
	if (name === undefined || call.request.method !== 'POST') {
		throw new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
	}
	const scenario = scenarios.find((one) => one.name === name);
	if (!scenario) throw notFound({group: 'rolldeck', resource: 'scenarios', name});
	scenario.start();
	send(call, 200, JSON.stringify({name, title: scenario.title}));
}

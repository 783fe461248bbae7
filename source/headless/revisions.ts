import type {Connection} from '../cluster/connection.ts';
import type {Kubeconfig} from '../cluster/kubeconfig.ts';
import {type ExitCode, OperationError} from '../exit.ts';
import {age} from '../format/age.ts';
import {formatSelector} from '../format/selector.ts';
import {sanitize} from '../format/width.ts';
import type {Deployment, PodTemplateSpec} from '../objects.ts';
import type {DiffCommand, HistoryCommand, Options} from '../options.ts';
import {resources} from '../resources/index.ts';
import {history, type RevisionEntry} from '../rollout/history.ts';
import {templatesEqual} from '../rollout/revisions.ts';
import {describeChange, diffTemplates} from '../rollout/template-diff.ts';
import {connected} from './connected.ts';
import {diffJson, historyJson} from './json.ts';
import {createLayout} from './layout.ts';
import type {Outlet} from './outlet.ts';
import {readObjects} from './query.ts';
import {readDeployment} from './read.ts';

/** `rolldeck history`: the kept revisions, newest first. */
export function printHistory(
	command: HistoryCommand,
	options: Options,
	kubeconfig: Kubeconfig,
	outlet: Outlet,
): Promise<ExitCode> {
	return connected(options, kubeconfig, outlet, async (connection) => {
		const {deployment, entries} = await readHistory(connection, kubeconfig, command.deployment, outlet);
		const now = outlet.now() + connection.clockSkewMs();
		outlet.stdout.write(
			command.output === 'json'
				? `${JSON.stringify(historyJson(deployment, entries), undefined, 2)}\n`
				: historyTable(entries, now),
		);
		return 0;
	});
}

function historyTable(entries: readonly RevisionEntry[], now: number): string {
	const rows = entries.map(({number, createdAt, pods, images, writtenBy, changeCause, current}) =>
		[
			`${number}${current ? ' (present)' : ''}`,
			Number.isFinite(createdAt) ? age(now - createdAt) : '<unknown>',
			String(pods),
			images.join(','),
			writtenBy ?? '<unknown>',
			changeCause ?? '<none>',
		].map(sanitize),
	);
	return createLayout()([['REVISION', 'AGE', 'PODS', 'IMAGES', 'WRITTEN-BY', 'CHANGE-CAUSE'], ...rows]);
}

/**
 * `rolldeck diff`: what differs between two revisions, field by field; what looks like a credential is masked.
 * @throws OperationError where a revision is not kept, or there is none to compare with.
 */
export function printDiff(
	command: DiffCommand,
	options: Options,
	kubeconfig: Kubeconfig,
	outlet: Outlet,
): Promise<ExitCode> {
	return connected(options, kubeconfig, outlet, async (connection) => {
		const {deployment, entries} = await readHistory(connection, kubeconfig, command.deployment, outlet);
		const to = command.to === undefined ? present(deployment, entries) : kept(command.to, entries);
		const from = command.from === undefined ? before(to, entries) : kept(command.from, entries);
		const changes = diffTemplates(from.template, to.template);
		if (command.output === 'json') {
			outlet.stdout.write(`${JSON.stringify(diffJson(deployment, from.number, to.number, changes), undefined, 2)}\n`);
			return 0;
		}
		const title = `${nameOf(from)} → ${nameOf(to)}`;
		if (changes.length === 0) outlet.stderr.write(`${title}: the templates are the same.\n`);
		else
			outlet.stdout.write(
				[title, ...changes.map((change) => `  ${describeChange(change)}`)]
					.map((line) => `${sanitize(line)}\n`)
					.join(''),
			);
		return 0;
	});
}

interface Side {
	/** undefined: the present template, which is no revision yet (paused, or not seen by the controller). */
	readonly number: number | undefined;
	readonly template: PodTemplateSpec;
}

function nameOf({number}: Side): string {
	return number === undefined ? 'the present template' : String(number);
}

function present({spec}: Deployment, entries: readonly RevisionEntry[]): Side {
	return {number: entries.find(({current}) => current)?.number, template: spec.template};
}

function kept(number: number, entries: readonly RevisionEntry[]): Side {
	const found = entries.find((entry) => entry.number === number);
	if (found) return sideOf(found);
	const numbers = entries.map((entry) => entry.number);
	throw new OperationError(
		`Revision ${number} is not kept: ${numbers.length === 0 ? 'none is' : `there are ${numbers.join(', ')}`}.`,
	);
}

/** The highest revision below that has another template; below the present template, as an undo would choose it. */
function before(to: Side, entries: readonly RevisionEntry[]): Side {
	const found = entries
		.filter(({number}) => to.number === undefined || number < to.number)
		.map(sideOf)
		.find(({template}) => !templatesEqual(template, to.template));
	if (found) return found;
	throw new OperationError(`There is nothing to compare ${nameOf(to)} with: no older revision is kept.`);
}

function sideOf({number, replicaSet}: RevisionEntry): Side {
	return {number, template: replicaSet.spec.template ?? {}};
}

async function readHistory(
	connection: Connection,
	{current: {namespace}}: Kubeconfig,
	name: string,
	outlet: Outlet,
): Promise<{readonly deployment: Deployment; readonly entries: readonly RevisionEntry[]}> {
	const deployment = await readDeployment(connection, namespace, name, outlet.signal);
	const selector = formatSelector(deployment.spec.selector);
	const query = {resource: resources.replicasets, namespace, selector};
	return {deployment, entries: history(deployment, await readObjects(connection, query, outlet.signal))};
}

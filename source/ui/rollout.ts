import {lanesShown} from '../board/stops.ts';
import type {CommandContext} from '../commands/command.ts';
import {stopUnderCursor} from '../commands/rollout.ts';
import {age} from '../format/age.ts';
import type {Lane, TrafficFacts} from '../rollout/facts.ts';
import {describeChange, diffTemplates} from '../rollout/template-diff.ts';
import {rule} from './frame.ts';
import {unseenKinds} from './freshness.ts';
import type {Painter} from './painter.ts';
import {fresh, inFull, line, type RolloutInput, type RolloutLine, title} from './rollout-lines.ts';
import {timeline} from './rollout-timeline.ts';
import {why} from './rollout-why.ts';

/** One Deployment's rollout in one screen: what moves, why it waits, what serves, what changed. */
export function rolloutLines(context: CommandContext, rows: number, painter: Painter): readonly string[] {
	const {state, board} = context;
	const view = state.views.at(-1);
	if (view?.id !== 'rollout') return [];
	const {columns} = state.size;
	const deployment = board.objects.deployments.get(view.uid);
	if (!deployment) return [rule('Deleted', [], columns, true, painter), ' This Deployment was deleted: q goes back.'];
	const facts = board.facts(view.uid);
	if (!facts) {
		return [
			rule(deployment.metadata.name, [], columns, true, painter),
			` ${painter.signs.loading} its ReplicaSets and pods are being listed`,
		];
	}
	const {now, clockSkew, lastWords} = state;
	const record = board.record(view.uid);
	const unseen = unseenKinds(state);
	const input: RolloutInput = {now, clockSkew, deployment, facts, record, lastWords, columns, rows, painter, unseen};
	const selected = stopUnderCursor(context)?.key;
	const sections = [
		fresh(['pods', 'replicasets', 'deployments'], state, input, summary),
		fresh(['pods', 'replicasets', 'deployments', 'events'], state, input, why),
		fresh(['endpointslices', 'services', 'ingresses', 'pods'], state, input, traffic),
		fresh(['replicasets', 'deployments'], state, input, changed),
		fresh(['events', 'pods', 'replicasets', 'deployments'], state, input, (told) =>
			timeline(board.timeline(view.uid), told),
		),
	].map((section) => inFull(section, selected, columns, painter));
	const lines = fold(sections, rows, selected);
	const under = lines.map(({key}) => key !== undefined && key === selected);
	const at = under.lastIndexOf(true);
	const top = Math.max(0, Math.min(at - rows + 2, lines.length - rows));
	return lines
		.map(({text}, index) => {
			if (!under[index]) return text;
			return painter.selected(under[index - 1] ? text : `${painter.signs.cursor}${text.slice(1)}`);
		})
		.slice(top, top + rows);
}

/** The timeline gives way first, then what changed; the cause and the traffic last. */
const foldOrder = [4, 3, 0, 2, 1];

/** Makes the sections fit: each keeps its title and a few lines; the one under the cursor gives way last, and stays around it. */
function fold(
	sections: readonly (readonly RolloutLine[])[],
	rows: number,
	selected: string | undefined,
): readonly RolloutLine[] {
	const folded = [...sections];
	const under = sections.findIndex((section) => section.some(({key}) => key !== undefined && key === selected));
	for (const index of [...foldOrder.filter((one) => one !== under), ...(under < 0 ? [] : [under])]) {
		const [head, ...rest] = folded[index] ?? [];
		const over = folded.reduce((sum, {length}) => sum + length, 0) - rows;
		if (!head || over <= 0) continue;
		const kept = Math.max(1, rest.length - over);
		const at = rest.findLastIndex(({key}) => key !== undefined && key === selected);
		const from = Math.min(Math.max(0, at - kept + 1), Math.max(0, rest.length - kept));
		folded[index] = [head, ...rest.slice(from, from + kept)];
	}
	return folded.flat();
}

function summary(input: RolloutInput): readonly RolloutLine[] {
	const {now, deployment, facts, painter} = input;
	const {arrow, dot} = painter.signs;
	const {bounds, from, revision, startedAt, completedAt} = facts;
	const kind = bounds.strategy === 'Recreate' ? 'Recreate' : 'Rolling update';
	const numbers =
		from === undefined || from === revision ? `revision ${revision ?? 'new'}` : `${from} ${arrow} ${revision ?? 'new'}`;
	const deadline = facts.clocks.find(({id}) => id === 'deadline');
	const took = completedAt === undefined ? '' : howItWent(input);
	const started = startedAt !== undefined && completedAt === undefined ? `  started ${age(now - startedAt)} ago` : '';
	const left = deadline && deadline.at > now ? `  gives up in ${age(deadline.at - now)}` : '';
	const end = facts.estimatedEndAt;
	const ready = end !== undefined && end > now ? `  about ${age(end - now)} to go` : '';
	const lanes = lanesShown(facts);
	const settled = facts.state === 'complete' || facts.state === 'scaled-to-zero';
	return [
		title(`${deployment.metadata.name} ${dot} ${kind} ${numbers}`, input, true),
		line(
			[
				{text: `${painter.sign(facts.role)} ${facts.words}`, role: facts.role},
				{text: `${took}${started}${ready}`},
				{text: left, role: 'waiting'},
			],
			input,
		),
		...lanes.map((lane) => laneLine(lane, lanes, input)),
		...(bounds.strategy === 'Recreate' || settled ? [] : boundLines(input)),
	];
}

/** `  took 2m41s, 10 pods, 3 restarts, never below 8 of 10` of a rollout that was seen from its beginning; else what the objects tell. */
function howItWent({facts, record: {last, earlier}}: RolloutInput): string {
	const {startedAt, completedAt} = facts;
	if (last?.endedAt === undefined || last.revision !== facts.revision) {
		if (startedAt === undefined || completedAt === undefined || completedAt <= startedAt) return '';
		return `  ${took(completedAt - startedAt)}`;
	}
	const usual = [...earlier].sort((a, b) => a - b)[Math.floor(earlier.length / 2)];
	const parts = [
		`${took(last.endedAt - last.startedAt)}${usual === undefined ? '' : ` (usually ${age(usual)})`}`,
		`${last.pods} ${last.pods === 1 ? 'pod' : 'pods'}`,
		last.restarts > 0 ? `${last.restarts} ${last.restarts === 1 ? 'restart' : 'restarts'}` : '',
		`never below ${last.lowestAvailable} of ${last.desired}`,
	];
	return `  ${parts.filter(Boolean).join(', ')}`;
}

function took(milliseconds: number): string {
	return milliseconds < 1000 ? 'at once' : `took ${age(milliseconds)}`;
}

function boundLines(input: RolloutInput): readonly RolloutLine[] {
	const {bounds, lanes} = input.facts;
	const available = lanes.reduce((sum, lane) => sum + lane.available, 0);
	const pods = lanes.reduce((sum, lane) => sum + lane.desired, 0);
	const stop = bounds.canRemove > 0 ? `${bounds.canRemove} old may stop` : 'no old pod may stop';
	const start = bounds.canAdd > 0 ? `${bounds.canAdd} new may start` : 'no new pod may start';
	return [
		line(
			[{text: `  bounds  available ${available}, at least ${bounds.minimumAvailable}: ${stop}`, muted: true}],
			input,
		),
		line([{text: `          pods ${pods}, at most ${bounds.maximumPods}: ${start}`, muted: true}], input),
	];
}

function laneLine(lane: Lane, lanes: readonly Lane[], input: RolloutInput): RolloutLine {
	const {columns, painter} = input;
	const size = ({desired, running, waiting}: Lane) => Math.max(desired, running + waiting);
	const room = Math.min(30, Math.max(8, columns - 60));
	const widest = Math.max(room, ...lanes.map(size));
	const cells = (count: number) => Math.min(room, count === 0 ? 0 : Math.max(1, Math.round((count * room) / widest)));
	const full = cells(lane.available);
	const partial = Math.max(0, cells(size(lane)) - full);
	const counts = [
		`${lane.available} of ${lane.desired} available`,
		lane.waiting > 0 ? `${lane.waiting} waiting` : '',
		lane.ending ? `${lane.ending} ending` : '',
		lane.failed > 0 ? `${lane.failed} failed` : '',
		lane.serving === undefined ? '' : `${lane.serving} serving`,
	];
	return line(
		[
			{text: `  ${lane.place === 'new' ? 'new' : 'old'} ${String(lane.revision ?? '-').padStart(4)}  `},
			{text: painter.signs.full.repeat(full), role: 'ok'},
			{text: painter.signs.partial.repeat(partial), role: lane.failed > 0 ? 'failed' : 'waiting'},
			{text: ' '.repeat(Math.max(0, room - full - partial) + 2)},
			{text: counts.filter(Boolean).join(', ')},
		],
		input,
		`lane ${lane.replicaSet.metadata.uid}`,
	);
}

function traffic(input: RolloutInput): readonly RolloutLine[] {
	const {facts, painter} = input;
	if (facts.traffic.length === 0)
		return [title('Traffic', input), line([{text: '  No Service sends anything to these pods.', muted: true}], input)];
	return [title('Traffic', input), ...facts.traffic.flatMap((service) => serviceLines(service, painter, input))];
}

function serviceLines(
	{service, ports, byLane, notReady, draining, routes, warnings}: TrafficFacts,
	painter: Painter,
	input: RolloutInput,
): readonly RolloutLine[] {
	const lanes = byLane.map(({revision, ready}) => {
		const bar = painter.signs.full.repeat(Math.min(10, ready));
		return `${revision ?? '-'} ${ready > 0 ? `${bar} ${ready} ready` : 'none'}`;
	});
	const parts = [
		`${service.metadata.name} ${ports}`,
		...lanes,
		notReady > 0 ? `${notReady} not ready` : '',
		draining > 0 ? `${draining} draining` : '',
	];
	return [
		line([{text: `  ${parts.filter(Boolean).join('   ')}`}], input, `service ${service.metadata.uid}`),
		...routes.map((route) => line([{text: `    from ${route}`, muted: true}], input)),
		...warnings.map((warning) => line([{text: `    ${warning}`, role: 'waiting'}], input)),
	];
}

function changed(input: RolloutInput): readonly RolloutLine[] {
	const {facts, painter} = input;
	const from = facts.lanes.find(({place, revision}) => place !== 'new' && revision === facts.from)?.replicaSet.spec
		.template;
	const to = facts.newReplicaSet?.spec.template;
	if (!from || !to) return [];
	const changes = diffTemplates(from, to);
	return [
		title(`Changed ${facts.from} ${painter.signs.arrow} ${facts.revision ?? 'new'}`, input),
		...(changes.length === 0
			? [line([{text: '  nothing in the template', muted: true}], input)]
			: changes.map((change) => line([{text: `  ${describeChange(change, {cells: input.columns - 3})}`}], input))),
	];
}

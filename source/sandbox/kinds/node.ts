import type {Json} from '../store.ts';
import {ageColumn, type Kind, nameColumn, text} from './kind.ts';
import {age} from './print.ts';
import {required, unsupported} from './rules.ts';

const rolePrefix = 'node-role.kubernetes.io/';

function roles(labels: Record<string, string> = {}): string {
	const found = new Set<string>();
	for (const [key, value] of Object.entries(labels)) {
		if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) found.add(key.slice(rolePrefix.length));
		if (key === 'kubernetes.io/role' && value) found.add(value);
	}
	return [...found].sort().join(',') || '<none>';
}

export const node: Kind = {
	group: '',
	version: 'v1',
	kind: 'Node',
	resource: 'nodes',
	singular: 'node',
	shortNames: ['no'],
	namespaced: false,
	type: 'core.v1.Node',
	status: true,
	fill(object) {
		object.spec ??= {};
		// A node says how much it has; what it may hand out is the same until its kubelet reserves some.
		if (object.status?.capacity) object.status.allocatable ??= object.status.capacity;
	},
	check({spec}) {
		const effects = ['NoExecute', 'NoSchedule', 'PreferNoSchedule'];
		return (spec.taints ?? []).flatMap((taint: Json, index: number) => {
			const at = `metadata.taints[${index}]`;
			const causes = taint.key ? [] : [required(`${at}.key`)];
			if (!taint.effect) causes.push(required(`${at}.effect`));
			else if (!effects.includes(taint.effect)) causes.push(unsupported(`${at}.effect`, taint.effect, effects));
			return causes;
		});
	},
	fields: {'spec.unschedulable': (object) => String(object['spec']?.unschedulable ?? false)},
	columns: [
		nameColumn,
		text('Status'),
		text('Roles'),
		ageColumn,
		text('Version'),
		...['Internal-IP', 'External-IP', 'OS-Image', 'Kernel-Version', 'Container-Runtime'].map((name) => text(name, 1)),
	],
	cells(object, now) {
		const {spec, status = {}} = object;
		const ready = (status.conditions ?? []).find((condition: Json) => condition.type === 'Ready');
		const state = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
		const info = status.nodeInfo ?? {};
		const address = (type: string) => status.addresses?.find((a: Json) => a.type === type)?.address ?? '<none>';
		return [
			object.metadata.name,
			spec?.unschedulable ? `${state},SchedulingDisabled` : state,
			roles(object.metadata['labels']),
			age(object, now),
			info.kubeletVersion ?? '',
			address('InternalIP'),
			address('ExternalIP'),
			info.osImage || '<unknown>',
			info.kernelVersion ? info.kernelVersion + (info.architecture ? ` (${info.architecture})` : '') : '<unknown>',
			info.containerRuntimeVersion || '<unknown>',
		];
	},
};

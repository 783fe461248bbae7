import {age} from '../format/age.ts';
import type {
	Container,
	ContainerPort,
	ContainerState,
	ContainerStateTerminated,
	ContainerStatus,
	Pod,
	PodSpec,
	PodStatus,
} from '../objects.ts';
import type {Role} from '../role.ts';
import {ageColumn, nameColumn} from './columns.ts';
import {common, each, keep, keepConditions, withoutMetadata} from './keep.ts';
import {summarizePod} from './pod-status.ts';
import type {Resource} from './resource.ts';
import {revisionNumberColumn} from './revision-columns.ts';

const keepContainer = keep<Container>({
	name: true,
	image: true,
	restartPolicy: true,
	ports: each(keep<ContainerPort>({name: true, containerPort: true, protocol: true})),
	resources: keep<NonNullable<Container['resources']>>({limits: true, requests: true}),
	readinessProbe: true,
	startupProbe: true,
	livenessProbe: true,
});

const keepState = keep<ContainerState>({
	waiting: keep<NonNullable<ContainerState['waiting']>>({reason: true, message: true}),
	running: keep<NonNullable<ContainerState['running']>>({startedAt: true}),
	terminated: keep<ContainerStateTerminated>({
		exitCode: true,
		signal: true,
		reason: true,
		message: true,
		startedAt: true,
		finishedAt: true,
	}),
});

const keepContainerStatus = keep<ContainerStatus>({
	name: true,
	ready: true,
	started: true,
	restartCount: true,
	image: true,
	imageID: true,
	state: keepState,
	lastState: keepState,
});

type Volume = NonNullable<PodSpec['volumes']>[number];
const keepVolume = keep<Volume>({name: true, persistentVolumeClaim: true});

const keepSpec = keep<PodSpec>(
	{
		nodeName: true,
		restartPolicy: true,
		terminationGracePeriodSeconds: true,
		readinessGates: true,
		schedulingGates: true,
		containers: each(keepContainer),
		initContainers: each(keepContainer),
		volumes: (volumes) => volumes.filter(({persistentVolumeClaim}) => persistentVolumeClaim).map(keepVolume),
	},
	{containers: []},
);

export const pods: Resource<'pods'> = {
	id: 'pods',
	kind: 'Pod',
	singular: 'pod',
	shortNames: ['po'],
	group: '',
	version: 'v1',
	project: keep<Pod>(
		{
			...common,
			spec: keepSpec,
			status: keep<PodStatus>({
				phase: true,
				reason: true,
				message: true,
				podIP: true,
				podIPs: true,
				nominatedNodeName: true,
				startTime: true,
				conditions: keepConditions,
				initContainerStatuses: each(keepContainerStatus),
				containerStatuses: each(keepContainerStatus),
			}),
		},
		{...withoutMetadata, spec: {containers: []}},
	),
	columns: [
		nameColumn,
		revisionNumberColumn,
		{
			heading: 'READY',
			places: ['table', 'deck'],
			align: 'right',
			value: (pod) => summarizePod(pod).ready,
			format(_value, pod) {
				const {ready, total} = summarizePod(pod);
				return `${ready}/${total}`;
			},
		},
		{
			heading: 'STATUS',
			places: ['table', 'deck'],
			minWidth: 10,
			flexible: 'end',
			value: (pod) => summarizePod(pod).word,
			role: (pod) => podRole(pod),
		},
		{
			heading: 'RESTARTS',
			places: ['table', 'deck'],
			align: 'right',
			value: (pod) => summarizePod(pod).restarts,
			format(_value, pod, {now}) {
				const {restarts, lastRestart} = summarizePod(pod);
				return restarts === 0 || lastRestart === undefined
					? String(restarts)
					: `${restarts} (${age(now - lastRestart)} ago)`;
			},
		},
		ageColumn,
		{
			heading: 'IP',
			places: ['wide', 'deck-wide'],
			value: ({status}) => status?.podIPs?.[0]?.ip || status?.podIP || undefined,
		},
		{heading: 'NODE', places: ['wide', 'deck-wide'], flexible: 'middle', value: ({spec}) => spec.nodeName || undefined},
		{heading: 'NOMINATED NODE', places: ['wide'], value: ({status}) => status?.nominatedNodeName || undefined},
		{heading: 'READINESS GATES', places: ['wide'], value: readinessGates},
		{...revisionNumberColumn, places: ['rollout']},
	],
	rowRole: podRole,
};

function readinessGates({spec, status}: Pod): string | undefined {
	const gates = spec.readinessGates ?? [];
	if (gates.length === 0) return undefined;
	const open = gates.filter(({conditionType}) =>
		status?.conditions?.some((condition) => condition.type === conditionType && condition.status === 'True'),
	);
	return `${open.length}/${gates.length}`;
}

const roles: Readonly<Record<string, Role>> = {
	Terminating: 'ending',
	Pending: 'moving',
	ContainerCreating: 'moving',
	PodInitializing: 'moving',
	SchedulingGated: 'waiting',
	NotReady: 'waiting',
	Succeeded: 'done',
	Completed: 'done',
};
const initProgress = /^Init:(?:\d+\/\d+|Completed)$/;

/** Any word that is not one of a pod's usual course is a failure: runtimes and nodes add reasons of their own. */
function podRole(pod: Pod): Role {
	const {word} = summarizePod(pod);
	if (word === 'Running') return isReady(pod) ? 'ok' : 'waiting';
	if (initProgress.test(word)) return 'moving';
	if (word === 'Pending' && isUnschedulable(pod)) return 'waiting';
	return roles[word] ?? 'failed';
}

function isReady({status}: Pod): boolean {
	return status?.conditions?.some(({type, status: value}) => type === 'Ready' && value === 'True') ?? false;
}

function isUnschedulable({status}: Pod): boolean {
	return status?.conditions?.some(({type, status: value}) => type === 'PodScheduled' && value === 'False') ?? false;
}

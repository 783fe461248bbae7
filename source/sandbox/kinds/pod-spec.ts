import type {Cause} from '../api-error.ts';
import {quantity} from '../quantity.ts';
import type {Json} from '../store.ts';
import {checkPort, duplicate, invalidValue, labelProblem, required, subdomainProblem, unsupported} from './rules.ts';

/** Puts the API's defaults into a pod spec, of a pod or of a template. */
export function fillPodSpec(spec: Json): void {
	spec.restartPolicy ??= 'Always';
	spec.terminationGracePeriodSeconds ??= 30;
	spec.dnsPolicy ??= 'ClusterFirst';
	spec.securityContext ??= {};
	spec.schedulerName ??= 'default-scheduler';
	if (spec.serviceAccountName) spec.serviceAccount ??= spec.serviceAccountName;
	for (const volume of spec.volumes ?? []) fillVolume(volume);
	for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) fillContainer(container);
}

function fillVolume(volume: Json): void {
	for (const kind of ['configMap', 'secret', 'projected', 'downwardAPI']) {
		if (volume[kind]) volume[kind].defaultMode ??= 420;
	}
	if (volume.hostPath) volume.hostPath.type ??= '';
	if (Object.keys(volume).length === 1) volume.emptyDir = {};
}

function fillContainer(container: Json): void {
	container.resources ??= {};
	container.terminationMessagePath ??= '/dev/termination-log';
	container.terminationMessagePolicy ??= 'File';
	const tag = /:([^/@]+)(?:@|$)/.exec(container.image ?? '')?.[1];
	const pinned = (tag !== undefined && tag !== 'latest') || /@/.test(container.image ?? '');
	container.imagePullPolicy ??= pinned ? 'IfNotPresent' : 'Always';
	for (const port of container.ports ?? []) port.protocol ??= 'TCP';
	for (const variable of container.env ?? []) {
		if (variable.valueFrom?.fieldRef) variable.valueFrom.fieldRef.apiVersion ??= 'v1';
	}
	for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
		if (!probe) continue;
		probe.timeoutSeconds ??= 1;
		probe.periodSeconds ??= 10;
		probe.successThreshold ??= 1;
		probe.failureThreshold ??= 3;
		fillHandler(probe);
	}
	for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop]) if (hook) fillHandler(hook);
}

function fillHandler(handler: Json): void {
	if (!handler.httpGet) return;
	handler.httpGet.path ??= '/';
	handler.httpGet.scheme ??= 'HTTP';
}

/** What is wrong with a pod spec. `template` restricts the restart policy to Always, as workloads that keep pods running do. */
export function checkPodSpec(spec: Json, field: string, template = false): Cause[] {
	const causes: Cause[] = [];
	const volumes = new Set<string>();
	for (const [index, volume] of (spec?.volumes ?? []).entries()) {
		const at = `${field}.volumes[${index}]`;
		if (!volume.name) causes.push(required(`${at}.name`));
		else if (labelProblem(volume.name))
			causes.push(invalidValue(`${at}.name`, volume.name, labelProblem(volume.name)!));
		else if (volumes.has(volume.name)) causes.push(duplicate(`${at}.name`, volume.name));
		volumes.add(volume.name);
	}
	const names = new Set<string>();
	const containers: Json[] = spec?.containers ?? [];
	if (containers.length === 0) causes.push(required(`${field}.containers`));
	causes.push(...containers.flatMap((c, index) => checkContainer(c, `${field}.containers[${index}]`, volumes, names)));
	const init: Json[] = spec?.initContainers ?? [];
	causes.push(...init.flatMap((c, index) => checkContainer(c, `${field}.initContainers[${index}]`, volumes, names)));
	const policies = template ? ['Always'] : ['Always', 'OnFailure', 'Never'];
	if (spec?.restartPolicy !== undefined && !policies.includes(spec.restartPolicy)) {
		causes.push(unsupported(`${field}.restartPolicy`, spec.restartPolicy, policies));
	}
	const grace = spec?.terminationGracePeriodSeconds;
	if (grace !== undefined && grace < 0) {
		causes.push(invalidValue(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than or equal to 0'));
	}
	const account = spec?.serviceAccountName;
	if (account && subdomainProblem(account)) {
		causes.push(invalidValue(`${field}.serviceAccountName`, account, subdomainProblem(account)!));
	}
	return causes;
}

function checkContainer(container: Json, at: string, volumes: Set<string>, names: Set<string>): Cause[] {
	const causes: Cause[] = [];
	const {name} = container;
	if (!name) causes.push(required(`${at}.name`));
	else if (labelProblem(name)) causes.push(invalidValue(`${at}.name`, name, labelProblem(name)!));
	if (!container.image) causes.push(required(`${at}.image`));
	else if (container.image !== container.image.trim()) {
		causes.push(invalidValue(`${at}.image`, container.image, 'must not have leading or trailing whitespace'));
	}
	for (const [index, port] of (container.ports ?? []).entries()) {
		const where = `${at}.ports[${index}]`;
		if (!port.containerPort) causes.push(required(`${where}.containerPort`));
		else causes.push(...checkPort(port.containerPort, `${where}.containerPort`));
		if (!['SCTP', 'TCP', 'UDP'].includes(port.protocol)) {
			causes.push(unsupported(`${where}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']));
		}
	}
	for (const [index, variable] of (container.env ?? []).entries()) {
		if (!variable.name) causes.push(required(`${at}.env[${index}].name`));
	}
	for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
		const where = `${at}.volumeMounts[${index}]`;
		if (!mount.name) causes.push(required(`${where}.name`));
		else if (!volumes.has(mount.name)) {
			causes.push({
				reason: 'FieldValueNotFound',
				message: `Not found: ${JSON.stringify(mount.name)}`,
				field: `${where}.name`,
			});
		}
		if (!mount.mountPath) causes.push(required(`${where}.mountPath`));
	}
	const {requests = {}, limits = {}} = container.resources ?? {};
	for (const [resource, amount] of Object.entries<string>(requests)) {
		const limit = limits[resource];
		if (limit !== undefined && quantity(amount) > quantity(limit)) {
			const why = `must be less than or equal to ${resource} limit of ${limit}`;
			causes.push(invalidValue(`${at}.resources.requests`, amount, why));
		}
	}
	if (name && names.has(name)) causes.push(duplicate(`${at}.name`, name));
	names.add(name);
	return causes;
}

/** What is wrong with a workload's template, given the selector that has to match it. */
export function checkTemplate(template: Json, matched: boolean, field: string, labelsCheck: Cause[]): Cause[] {
	const causes: Cause[] = [];
	const labels = template?.metadata?.labels;
	if (!matched) {
		causes.push(invalidValue(`${field}.metadata.labels`, labels, '`selector` does not match template `labels`'));
	}
	return [...causes, ...labelsCheck, ...checkPodSpec(template?.spec, `${field}.spec`, true)];
}
